"""What can be wrong with the form of a document: SX3xx, keys and values of its tables."""

from __future__ import annotations

from collections.abc import Iterable

from specc.diagnostics import error, nearest, warning


@error("SX301")
def unknown_key(key: str, table: str, known: Iterable[str], instead: str | None = None) -> str:
    """A table holds a key that the language does not have there.

    Why: a key that nobody reads is a wish that nobody hears; most tools drop it in silence.

    Example:

        [fit]
        epoch = 20

    Use instead: `epochs = 20`.
    """
    if instead:
        return f"unknown key `{key}` in {table}; {instead}"
    return f"unknown key `{key}` in {table}" + nearest(key, known)


@error("SX302")
def missing_key(key: str, table: str) -> str:
    """A table lacks a key that it must have.

    Example:

        [outputs.price]
        target = "MedHouseVal"

    Use instead: add `task = "regression"`.
    """
    return f"{table} needs `{key}`"


@error("SX303")
def wrong_type(wanted: str, found: str) -> str:
    """A value has the wrong type. Types are exact: `true` is not 1, and 15.0 is no integer.

    Example:

        [fit]
        epochs = "20"

    Use instead: `epochs = 20`.
    """
    return f"{wanted} is wanted here, found {found}"


@error("SX304")
def unknown_word(word: str, known: Iterable[str]) -> str:
    """A value is none of the words that may stand here.

    Example:

        [outputs.price]
        task = "regresion"

    Use instead: `task = "regression"`.
    """
    words = list(known)
    return f"`{word}` is none of {', '.join(f'`{one}`' for one in words)}" + nearest(word, words)


@error("SX305")
def out_of_range(found: str, wanted: str) -> str:
    """A number lies outside what makes sense here.

    Example:

        [fit]
        epochs = 0

    Use instead: at least 1.
    """
    return f"{found} is out of range, {wanted}"


@error("SX306")
def malformed_name(name: str, wanted: str = "a letter, then letters, digits and `_`, at most 64 "
                   "in all") -> str:
    """A name does not follow the pattern `[A-Za-z][A-Za-z0-9_]*`.

    Why: names become names of layers and of files in an archive.

    Example:

        [outputs."my price"]
        task = "regression"

    Use instead: `[outputs.my_price]`.
    """
    return f"`{name if len(name) <= 80 else name[:77] + '...'}` is no name: {wanted}"


@error("SX307")
def wrong_value(reason: str) -> str:
    """A value cannot mean anything here; the message says why.

    Example:

        [data]
        source = { n_samples = 100 }

    Use instead: `source = { type = "make_moons", n_samples = 100 }`.
    """
    return reason


@error("SX310")
def unknown_base(file: str, reason: str) -> str:
    """`extends` names a file that cannot be used as a base.

    Example:

        extends = "no_such_file.specc.toml"

    Use instead: a path relative to this file, inside the project.
    """
    return f"cannot extend `{file}`: {reason}"


@error("SX311")
def cyclic_extends(chain: Iterable[str]) -> str:
    """Files extend each other in a circle, or more than eight deep.

    Example:

        extends = "itself.specc.toml"

    Use instead: a base that extends nothing.
    """
    return "extends runs in a circle: " + " -> ".join(chain)


@error("SX312")
def nothing_to_unset(path: str) -> str:
    """`unset` names something that no base file has.

    Example:

        unset = ["fit.calbacks"]

    Use instead: `unset = ["fit.callbacks"]`, or leave it out.
    """
    return f"nothing to unset at `{path}`"


@error("SX313")
def unusable_setting(text: str, reason: str) -> str:
    """`--set` needs `key=value`, and the key must lead somewhere.

    Example:

        specc run a.specc.toml --set fit.epochs

    Use instead: `--set fit.epochs=3`.
    """
    return f"cannot set `{text}`: {reason}"


@error("SX314")
def language_version(found: object) -> str:
    """`specc = 1` says which version of the language a file is written in.

    Example:

        specc = 2

    Use instead: `specc = 1`.
    """
    return f"this specc reads language version 1, the file says {found}"


@error("SX315")
def unknown_space_key(key: str, known: Iterable[str]) -> str:
    """`[tune.space]` varies something that is not in `[params]`.

    Why: the space varies parameters, and a parameter that nothing uses would be searched in vain.

    Example:

        [params]
        units = 3
        [tune.space]
        unit = [1, 2]

    Use instead: `units = [1, 2]`.
    """
    return f"`{key}` is not in [params]" + nearest(key, known)


@error("SX316")
def unknown_ignore(code: str, known: Iterable[str]) -> str:
    """[lint] ignores a code that there is not.

    Why: an ignored warning that is misspelled is not ignored, and one that is gone hides nothing.

    Example:

        [lint]
        ignore = { IR999 = "the net is a toy" }

    Use instead: a code or a name of `specc rules`.
    """
    return f"no warning is called `{code}`" + nearest(code, known)


@error("SX317")
def ignored_error(code: str) -> str:
    """[lint] ignores an error.

    Why: an error is certainly wrong; a spec that has one is neither compiled nor run.

    Example:

        [lint]
        ignore = { PA101 = "I know" }

    Use instead: mend what it says. Warnings can be ignored, also those of a rule whose other
    findings are errors: a dropout of 0.6, not one of 1.
    """
    return f"`{code}` is an error, and errors cannot be ignored"


@warning("SX318")
def unused_ignore(code: str) -> str:
    """A warning is ignored that is not there.

    Why: what was ignored has been mended, or specc has learned better. An ignore that is left
    behind hides the next such mistake, and its reason speaks of a model that there is no more.

    It is said of [lint] in a spec, and of [tool.specc] in pyproject.toml where all specs of the
    project were checked. It is not said of a spec that has errors, of a warning that only rows can
    decide while they were not read, nor of what a base file ignores for its heirs.

    Example:

        [lint]
        ignore = { TR120 = "our rows are few" }   # with batches of 32 out of 10,000 rows

    Use instead: nothing; take it out.
    """
    return f"`{code}` is ignored, and is not found"
