"""What can be wrong with [tool.specc] in pyproject.toml: SX401 to SX405.

They mean wrong usage, so commands end with exit code 2 (`specc.cli.reading`).
"""

from __future__ import annotations

from collections.abc import Iterable

from specc.diagnostics import error, nearest
from specc.source import Tree


@error("SX401")
def unreadable_config(reason: str) -> str:
    """The project's pyproject.toml is not TOML.

    Why: what it says of specs cannot be known, and to go on without it would say what the project
    ignores, or hide what it wants to be told.

    Example:

        [tool.specc
        ignore = { TR120 = "few rows" }

    Use instead: TOML in UTF-8; the line is the first that cannot be read.
    """
    return f"pyproject.toml cannot be read: {reason}"


@error("SX402")
def wrong_config(wanted: str, found: Tree) -> str:
    """A value of [tool.specc] is not what its key takes.

    Why: an ignore without a reason tells nobody whether it is still needed, and a value of another
    type would be passed over.

    Example:

        [tool.specc]
        ignore = ["TR120"]

    Use instead: `ignore = { TR120 = "our rows are few" }`; `select` and `trust` are lists of texts,
    `severity` a table of codes to `"error"`, `"warning"` or `"info"`, `per-path` a table of paths
    to `{ ignore = { CODE = "reason" } }`.
    """
    from json import dumps

    text = dumps(found, default=str, ensure_ascii=False)
    return f"found {text if len(text) <= 60 else text[:60] + '...'}; wanted is {wanted}"


@error("SX403")
def unknown_config_key(key: str, known: Iterable[str]) -> str:
    """A key that [tool.specc] does not have.

    Why: a misspelled key would say nothing, and nobody would see it.

    Example:

        [tool.specc]
        ignores = { TR120 = "few rows" }

    Use instead: `select`, `ignore`, `severity`, `per-path`, `trust`; in `per-path`, `ignore`.
    """
    known = tuple(known)
    near = nearest(key, known)
    return f"unknown key `{key}`" + (near or f"; known: {', '.join(known)}")


@error("SX404")
def unknown_config_code(word: str, known: Iterable[str]) -> str:
    """[tool.specc] names a code that there is not.

    Why: a warning that is misspelled is not ignored, and not selected.

    Example:

        [tool.specc]
        ignore = { TR999 = "few rows" }

    Use instead: a code or a name of `specc rules`; `select` takes families (`PA`) too.
    """
    return f"no code is called `{word}`" + (nearest(word, known) or "; `specc rules` lists them")


@error("SX405")
def unyielding_error(word: str, done: str) -> str:
    """[tool.specc] ignores an error, or makes it less grave.

    Why: an error is certainly wrong; a spec that has one is neither compiled nor run.

    Example:

        [tool.specc]
        ignore = { PA101 = "we know" }

    Use instead: mend what it says. Warnings and notes can be ignored, and made graver or milder,
    also those of a rule whose other findings are errors.
    """
    return f"`{word}` is an error, and errors cannot be {done}"


__all__ = ["unknown_config_code", "unknown_config_key", "unreadable_config", "unyielding_error",
           "wrong_config"]
