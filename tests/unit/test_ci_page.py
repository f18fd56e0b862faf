"""docs/ci.md: its blocks are what they say, and name what exists.

The editors' settings are tried in `tests/editors`, the hooks in `tests/hooks`.
"""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.cli.parser import EXIT_CODES, FORMATS, parser
from specc.source import SUFFIXES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
HOOKS = {one["id"] for one in yaml.safe_load(
    (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def configurations() -> list[dict[str, Any]]:
    return [one for text in blocks("yaml") if "repos" in (one := yaml.safe_load(text))]


def test_all_blocks_are_looked_at() -> None:
    assert {language: len(blocks(language)) for language in ("yaml", "json", "toml")} == {
        "yaml": 3, "json": 2, "toml": 2}
    assert PAGE.count("```") == 2 * 7


def test_hooks_exist_at_this_version() -> None:
    for one in configurations():
        repo, = one["repos"]
        assert repo["rev"] == f"v{VERSION}"
        assert {hook["id"] for hook in repo["hooks"]} <= HOOKS
    assert all(f"`{one}`" in PAGE for one in HOOKS)


def test_a_base_is_a_file_of_the_hook_for_bases() -> None:
    hook = configurations()[1]["repos"][0]["hooks"][0]
    for name in ("base.toml", "a.specc.toml", "b.specc.json", "deep/base.toml"):
        assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "package.json")
    assert (hook["pass_filenames"], hook["args"]) == (False, ["."])


def test_the_gitlab_job_installs_this_version_and_calls_what_exists() -> None:
    job, = (one["specs"] for text in blocks("yaml") if "specs" in (one := yaml.safe_load(text)))
    install, check = job["script"]
    assert install == f'python -m pip install "specc=={VERSION}"'
    program, *arguments = shlex.split(check)
    assert program == "specc"
    assert parser().parse_args(arguments).paths == ["."]


def test_exit_codes_are_those_of_the_command() -> None:
    table = dict(re.findall(r"^\| (\d+) \| ([^|]*?) \|", PAGE, re.MULTILINE))
    assert set(table) == {"0", "1", "2", "130"}
    for code, begin in re.findall(r"^  (\d)  ([a-z]+ [a-z]+)", EXIT_CODES, re.MULTILINE):
        assert table[code].startswith(begin)


def test_formats_exist() -> None:
    assert set(re.findall(r"--format (\w+)", PAGE)) <= set(FORMATS)


def test_links_lead_somewhere() -> None:
    links = [one for one in re.findall(r"\]\(([^)\s]+)\)", PAGE) if "://" not in one]
    assert len(links) >= 3
    for link in links:
        file, _, heading = link.partition("#")
        target = ROOT / "docs" / file
        assert target.is_file(), link
        if heading:
            titles = re.findall("^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [title.lower().replace(" ", "-") for title in titles]


def test_the_entry_of_schemastore() -> None:
    """What SchemaStore asks for: these four keys, no name that other files have, a URL."""
    entry, = (one for text in blocks("json") if "fileMatch" in (one := json.loads(text)))
    assert list(entry) == ["name", "description", "fileMatch", "url"]
    assert entry["fileMatch"] == [f"*{suffix}" for suffix in SUFFIXES]
    assert "schema" not in entry["name"].lower()
    assert entry["url"].endswith(f"/v{VERSION}/schemas/specc-1.schema.json")
    assert (ROOT / "schemas" / "specc-1.schema.json").is_file()


@pytest.mark.parametrize("name", ["a.specc.toml", "a.specc.json"])
def test_the_entry_is_for_specs(name: str) -> None:
    entry, = (one for text in blocks("json") if "fileMatch" in (one := json.loads(text)))
    assert any(fnmatch.fnmatch(name, one) for one in entry["fileMatch"])
    assert not any(fnmatch.fnmatch("pyproject.toml", one) for one in entry["fileMatch"])
