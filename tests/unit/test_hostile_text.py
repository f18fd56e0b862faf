"""Hostile text: whatever the bytes are, reading gives values, quickly and in little room."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from patience import in_time

from specc.syntax.brackets import DEPTH
from specc.syntax.places import locate
from specc.syntax.reader import Format, read

MB = 1_000_000

# Each would be deep, slow or large for a parser that is given it unseen.
HOSTILE: dict[str, tuple[Format, str]] = {
    "deep toml lists": ("toml", "a = " + "[" * 10_000 + "]" * 10_000),
    "deep toml lists, open": ("toml", "a = " + "[" * 10_000),
    "deep toml lists, on lines": ("toml", "a = " + "[\n" * 10_000 + "]\n" * 10_000),
    "deep toml tables": ("toml", "a = " + "{ a = " * 10_000 + "1" + "}" * 10_000),
    "deep header": ("toml", "[" + ".".join("a" * 10_000) + "]\nb = 1\n"),
    "deep dotted key": ("toml", ".".join("a" * 100_000) + " = 1\n"),
    "deep quoted key": ("toml", '."a"' * 10_000 + " = 1\n"),
    "deep inner key": ("toml", "x = { " + ".".join("a" * 10_000) + " = 1 }\n"),
    "deep json lists": ("json", '{"a":' + "[" * 10_000 + "]" * 10_000 + "}"),
    "deep json lists, open": ("json", "[" * 100_000),
    "deep json tables": ("json", '{"a":' * 10_000 + "1" + "}" * 10_000),
    "hidden behind a broken string": ("toml", 'b = "\na = ' + "[" * 10_000),
    "many open strings": ("toml", 'a = """\\"' * (MB // 9)),
    "open string of escapes": ("toml", 'a = "' + "\\" * MB),
    "open json string": ("json", '{"' + '\\"' * (MB // 2)),
    "quotes": ("toml", '"' * MB),
    "single quotes": ("toml", "'" * MB),
    "brackets that close nothing": ("toml", "]" * MB),
    "one long word": ("toml", "a" * MB),
    "dots": ("toml", "." * MB),
    "comments": ("toml", "#" * MB),
    "zero bytes": ("toml", "\0" * MB),
    "long number": ("json", '{"a": ' + "9" * MB + "}"),
    "long toml number": ("toml", "a = " + "9" * MB),
    "long float": ("toml", "a = 0." + "9" * MB + "e"),
    "many lines and one mistake": ("toml", "a = [" + "1,\n" * (MB // 3) + "oh"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_quickly(name: str) -> None:
    kind, text = HOSTILE[name]
    data = text.encode()
    begun = time.process_time()
    out = read("a", data, kind)
    found = locate(out.diagnostics, {"a": data})
    assert in_time(time.process_time() - begun, 5)
    assert found or name == "comments"
    assert all(one.span for one in found)


def test_there_are_hostile_documents() -> None:
    assert len(HOSTILE) > 20


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.startswith("deep")])
def test_depth_is_named(name: str) -> None:
    kind, text = HOSTILE[name]
    found, = read("a", text.encode(), kind).diagnostics
    assert (found.code, found.message) == ("SX015", f"nested more than {DEPTH} deep")


def test_the_deepest_document_that_is_read() -> None:
    deep = "[" * (DEPTH - 1) + "]" * (DEPTH - 1)
    assert read("a", f"a = {deep}".encode(), "toml").ok
    assert read("a", f'{{"a": {deep}}}'.encode(), "json").ok
    assert read("a", ".".join("a" * DEPTH).encode() + b" = 1", "toml").ok
    assert not read("a", ".".join("a" * (DEPTH + 1)).encode() + b" = 1", "toml").ok
    nested = ".".join("a" * 60)
    text = f"[{nested}]\n{nested} = 1\n"  # no single key is too deep, the tree is
    assert [one.code for one in read("a", text.encode(), "toml").diagnostics] == ["SX015"]


def test_ten_thousand_levels_need_little_memory() -> None:
    """A fresh interpreter refuses both formats in under 300 MB."""
    program = """if True:
        import resource
        from specc.syntax.reader import read
        resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))
        for kind, text in (("toml", "a = " + "[" * 10_000), ("json", '{"a":' * 10_000)):
            found, = read("a", text.encode(), kind).diagnostics
            assert found.code == "SX015", found
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


PIECES = ['a', ' = ', '\n', '[', ']', '{', '}', '"', "'", '"""', "'''", '\\', '#', ',', '.', ':',
          '1', 'nan', 'true', '\r', '\ufeff', 'é', '\0', '1979-05-27', 'null', '[[a]]\n', 'a = 1\n']


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from(
    ["toml", "json"]))
@example("{\"a\":1,\"a\":{", "json")
@example("a = [\n{\n", "toml")
@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_gives_a_tree_or_findings(text: str, kind: Format) -> None:
    data = text.encode()
    out = read("a", data, kind)
    assert out.diagnostics or isinstance(out.value, dict)
    assert all(one.span for one in locate(out.diagnostics, {"a": data}))


@given(st.binary(max_size=200), st.sampled_from(["toml", "json"]))
@settings(deadline=None, max_examples=200)
def test_any_bytes_give_a_tree_or_findings(data: bytes, kind: Format) -> None:
    out = read("a", data, kind)
    assert out.diagnostics or isinstance(out.value, dict)


@given(st.recursive(st.none() | st.booleans() | st.integers(-2**63, 2**63 - 1)
                    | st.floats(allow_nan=False, allow_infinity=False)
                    | st.text(st.characters(codec="utf-8")),
                    lambda inner: st.lists(inner) | st.dictionaries(
                        st.text(st.characters(codec="utf-8")), inner), max_leaves=20))
@settings(deadline=None)
def test_json_is_read_as_it_was_written(tree: object) -> None:
    out = read("a", json.dumps({"a": tree}).encode(), "json")
    assert out.ok
    assert out.value == {"a": tree}
