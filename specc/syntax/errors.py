"""What reading a file and evaluating its expressions can find: SX001 to SX299.

SX00x a file that could not be read at all, SX01x text that is not TOML or JSON, SX02x values that
a spec may not hold, SX2xx expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc.diagnostics import error, nearest, number_of


@error("SX001")
def no_such_file(path: str) -> str:
    """The file is not there.

    Why: nothing can be checked. A path is relative to the folder the command runs in; a path
    inside a spec is relative to the file it is written in.

    Use instead: the path of a `*.specc.toml` or `*.specc.json` file, or a folder that holds some.
    """
    return f"no such file: `{path}`"


@error("SX002")
def is_a_directory(path: str) -> str:
    """A folder stands where a file is needed.

    Why: one file is one model. Folders are searched by `specc check`, not read as a spec.

    Use instead: the path of a file in it.
    """
    return f"`{path}` is a folder, not a file"


@error("SX003")
def unreadable_file(path: str, reason: str) -> str:
    """The file is there but cannot be read: no permission, a device, a broken disk.

    Why: nothing can be checked.

    Use instead: a regular file that you may read.
    """
    return f"cannot read `{path}`: {reason}"


@error("SX004")
def file_too_large(size: int, limit: int) -> str:
    """The file is larger than any spec, so it is not read at all.

    Why: a spec of a thousand layers is under 100 kB. A file of many megabytes is data that was
    named by mistake, and reading it would cost memory and time.

    Use instead: repeats and blocks in the spec; data in a `.csv`, `.parquet` or `.npz` file that
    `[data] source` names.
    """
    return f"the file has {size:,} bytes; a spec has at most {limit:,}"


@error("SX010")
def not_utf8(byte: int, guess: str | None) -> str:
    """The file is not UTF-8 text.

    Why: TOML and JSON are UTF-8, nothing else. In another encoding the names in the file would be
    read as other names.

    Use instead: save the file as UTF-8 (in most editors: the encoding in the status bar).
    """
    found = f"byte 0x{byte:02x} is not utf-8"
    return f"{found}; the file looks like {guess}" if guess else found


@error("SX011")
def empty_file() -> str:
    """There is nothing in the file.

    Why: an empty file is what a program leaves that was stopped while it wrote. It is no model.

    Example:

        # nothing but this comment

    Use instead: a spec, which begins with `specc = 1`.
    """
    return "the file is empty; a spec begins with `specc = 1`"


@error("SX012")
def toml_syntax(problem: str) -> str:
    """The text is not TOML 1.0.

    Why: the file cannot be read further than this, so nothing after it was checked.

    Example:

        specc = 1
        name =

    Use instead:

        specc = 1
        name = "iris"
    """
    return problem


@error("SX013")
def json_syntax(problem: str) -> str:
    """The text is not JSON.

    Why: the file cannot be read further than this, so nothing after it was checked. JSON has no
    comments, no commas before a closing bracket, no single quotes, no NaN and no Infinity.

    Example (JSON): `{"specc": 1,}`

    Use instead: `{"specc": 1}`
    """
    return problem


@error("SX014")
def duplicate_key(key: str) -> str:
    """One key is written twice in one table.

    Why: only one of the two can hold, and which one depends on the reader. In JSON most readers
    take the last in silence.

    Example:

        seed = 1
        seed = 2

    Use instead: the key once. A list of tables is `[[name]]`.
    """
    return f"`{key}` is written twice"


@error("SX015")
def too_deep(limit: int) -> str:
    """Tables and lists stand in one another deeper than any spec.

    Why: it is a mistake of a program that wrote the file, or an attempt to exhaust the reader.

    Use instead: blocks, which name a piece of model and use it anywhere.
    """
    return f"nested more than {limit} deep"


@error("SX016")
def broken_inline_table() -> str:
    """A table in braces is broken over several lines, or its `}` is missing.

    Why: TOML 1.0 keeps `{ ... }` on one line; only what stands inside `[ ]` may be broken. Some
    newer readers accept it, and then the file would mean different things to different readers.

    Example:

        compile = { optimizer = "adam",
                    jit_compile = false }

    Use instead:

        [compile]
        optimizer = "adam"
        jit_compile = false
    """
    return "an inline table `{ }` ends on the line it begins on"


@error("SX017")
def swallowed_key(key: str, table: str) -> str:
    """A key of the top of the file stands below a `[table]` header, and so belongs to that table.

    Why: in TOML everything after a header belongs to that header, up to the next one, however many
    empty lines stand between.

    Example:

        [data]
        source = "iris"

        seed = 3

    Use instead:

        seed = 3

        [data]
        source = "iris"
    """
    return f"`{key}` belongs to the top of the file; here it is read as a key of `{table}`"


@error("SX018")
def bare_word(word: str, quoted: str) -> str:
    """A word stands where a value should be: text without quotes, or Python's `True` and `None`.

    Why: in TOML text is always quoted, `true` and `false` are lower case, and there is no null: a
    spec writes `"=none"`.

    Example:

        activation = relu

    Use instead:

        activation = "relu"
    """
    return f"`{word}` is not a value; did you mean `{quoted}`?"


@error("SX019")
def not_a_table(found: str) -> str:
    """The document is a list or a single value, not a table of keys.

    Why: a spec says by key what it says.

    Example (JSON): `[{"specc": 1}]`

    Use instead: `{"specc": 1}`
    """
    return f"a spec is a table of keys; this is {found}"


@error("SX020")
def date_value(text: str) -> str:
    """A date or a time stands in a spec.

    Why: no key of a spec takes one, and JSON does not have them, so the two forms of a spec would
    differ.

    Example:

        description = 2026-11-01

    Use instead:

        description = "2026-11-01"
    """
    return f"a spec holds no dates or times; write `\"{text}\"` if text is meant"


@error("SX021")
def not_finite(text: str) -> str:
    """A number is not finite.

    Why: `nan` and infinity compare with nothing, spread through every sum, and JSON does not have
    them.

    Example:

        learning_rate = inf

    Use instead: a number; leave a limit out that should not hold.
    """
    return f"`{text}` is not a finite number"


@error("SX022")
def number_too_large(limit: str) -> str:
    """A whole number has more than 64 bits.

    Why: TOML ends there, and so do all that reads the number later.

    Example:

        seed = 99999999999999999999

    Use instead: a number below 2^63.
    """
    return f"whole numbers lie between -{limit} and {limit}"


@error("SX023")
def half_character(text: str) -> str:
    r"""Half of a surrogate pair stands alone in a JSON text.

    Why: `\ud83d` alone is no character; it cannot be written to a file or a terminal again.

    Use instead: the whole character, or both halves of the pair.
    """
    return f"`{text}` is half of a character"


@error("SX024")
def and_more(count: int) -> str:
    """A file has more mistakes than anybody reads at once; the first are shown.

    Example: a file of 5,000 unknown keys.

    Use instead: mend what is shown, and check again.
    """
    return f"{number_of(count, 'more finding')} {'is' if count == 1 else 'are'} not shown"


@error("SX201")
def expression_syntax(problem: str) -> str:
    """The text after `=` is not an expression.

    Why: a text that begins with `=` is computed. The words are those of `specc explain SX203`.

    Example:

        [params]
        units = "=4 *"

    Use instead: `units = "=4 * 8"`, or `"==4 *"` if the text `=4 *` is meant.
    """
    return problem


@error("SX202")
def unknown_name(name: str, known: Iterable[str], hint: str | None = None) -> str:
    """An expression uses a name that nothing gives a value.

    Why: names are those of `[params]`, a block's params inside it, `i` inside a `repeat`, and what
    is written in the file, such as `inputs.deck.size`. What only the data know has no name.

    Example:

        [params]
        units = 30
        wide = "=2 * unit"

    Use instead: `wide = "=2 * units"`
    """
    near = nearest(name, known)
    return f"unknown name `{name}`" + (f"; {hint}" if hint and not near else near)


@error("SX203")
def expression_refused(problem: str) -> str:
    """An expression uses something that expressions do not have, or is too long.

    Why: a spec is data. An expression holds names, numbers, texts, `+ - * / // % **`, comparisons,
    `and or not`, `a if c else b`, `min max round abs` and `none`, in at most 200 characters;
    nothing else is ever run.

    Example:

        [params]
        units = "=sum([1, 2])"

    Use instead: `units = "=1 + 2"`
    """
    return problem


@error("SX204")
def expression_fails(problem: str) -> str:
    """An expression has no value: a division by zero, a text plus a number, a number too large.

    Why: results lie under 2^53, where whole numbers and floats agree; exponents are at most 64.

    Example:

        [params]
        units = "=8 // 0"

    Use instead: an expression whose every part has a value.
    """
    return problem


@error("SX205")
def cyclic_reference(names: Sequence[str]) -> str:
    """Params are defined by one another in a circle.

    Why: none of them can be computed first.

    Example:

        [params]
        a = "=b + 1"
        b = "=a - 1"

    Use instead: one of them as a plain value.
    """
    shown = names if len(names) <= 8 else (*names[:4], "...", *names[-2:])
    return "cyclic reference: " + " -> ".join(shown)


@error("SX206")
def grows_too_large(limit: int) -> str:
    """Params that hold one another multiply to more values than a spec may have.

    Why: ten params that each hold the one before ten times are ten thousand million values in ten
    lines.

    Use instead: `repeat` on a layer or a block.
    """
    return f"params that hold one another give more than {limit:,} values, or nest too deep"


UNREADABLE = frozenset(
    kind.code for kind in (no_such_file, is_a_directory, unreadable_file, file_too_large)
)
"""The codes that mean "could not work" (exit code 2); everything else is a finding (1)."""
