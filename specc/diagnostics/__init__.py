"""A mistake in a spec is a value: a `Diagnostic`, made by a `Kind`.

A kind is written as a function. Its name is the slug, its docstring the page that
`specc explain` prints, its arguments the facts, and what it returns the one sentence:

    @error("SX102")
    def unknown_key(key: str, known: Iterable[str]) -> str:
        '''A key that the spec language does not have. ...'''
        return f"unknown key `{key}`" + nearest(key, known)

    unknown_key(where, key="sed", known=KEYS)       # a Diagnostic

So text, page and code cannot part. Nothing here prints (`specc.diagnostics.render` does) and
nothing here raises: `raise` means a bug in specc, a missing file, or a run that broke.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from specc.record import Record
from specc.source import Span, Where

LONGEST = 100  # letters of a word that a nearest one is sought for
MOST_KNOWN = 1000  # words it is sought among
FAMILIES = {"SX": "syntax", "OP": "components", "IR": "shapes", "PA": "pairing",
            "SH": "structure", "AR": "architecture", "TR": "training", "DA": "data",
            "IM": "importing", "RU": "running", "HE": "health", "GO": "golden", "TU": "tuning"}
Severity: TypeAlias = Literal["error", "warning", "info"]
A = TypeVar("A")
B = TypeVar("B")


class Related(Record):
    """A second place that explains the first."""

    where: Where
    message: str


class Edit(Record):
    """Replace the text of one value (or key) by another.

    `text` is TOML, of a key the bare word; `specc.syntax.places.locate` makes JSON of it in JSON.
    `adds`: the key is not there yet, and comes behind the `type` of its component.
    """

    where: Where
    text: str
    adds: bool = False


class Fix(Record):
    """The one certain way to mend a mistake."""

    title: str
    edits: tuple[Edit, ...]


class Diagnostic(Record):
    """One finding. `message` is the one sentence; `advice` says what to write instead."""

    code: str
    name: str
    severity: Severity
    message: str
    where: Where
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    advice: str | None = None

    @property
    def span(self) -> Span | None:
        return self.where.span


class Kind(Record):
    """A kind of diagnostic: code, slug, severity, and the function that says the sentence.

    `text`: the docstring that is its page. `milder`: of an error, that some of its findings are
    only probably wrong; those are warnings, and can be ignored.
    """

    code: str
    name: str
    severity: Severity
    say: Callable[..., str]
    text: str
    milder: bool = False

    @property
    def page(self) -> str:
        """What `specc explain` prints."""
        from inspect import cleandoc

        return cleandoc(self.text)

    @property
    def yields(self) -> bool:
        """Whether there is something to ignore: errors never are."""
        return self.severity != "error" or self.milder

    @property
    def claim(self) -> str:
        """The first sentence of its page, as one line."""
        return " ".join(self.page.partition("\n\n")[0].split())

    def __call__(self, where: Where, *, related: Iterable[Related] = (), fix: Fix | None = None,
                 advice: str | None = None, **facts: Any) -> Diagnostic:
        return Diagnostic(self.code, self.name, self.severity, self.say(**facts), where,
                          tuple(related), fix, advice)


def _kind(code: str, severity: Severity, *,
          milder: bool = False) -> Callable[[Callable[..., str]], Kind]:
    def make(say: Callable[..., str]) -> Kind:
        return Kind(code, say.__name__.replace("_", "-"), severity, say,
                    say.__doc__ or "", milder)

    return make


def error(code: str, *, milder: bool = False) -> Callable[[Callable[..., str]], Kind]:
    """Certainly wrong; cannot be switched off. milder: now and then only a warning."""
    return _kind(code, "error", milder=milder)


def warning(code: str) -> Callable[[Callable[..., str]], Kind]:
    """Probably wrong; can be ignored in `[lint]`, with a reason."""
    return _kind(code, "warning")


class Outcome(Record, Generic[A]):
    """What a pass gives: a value, or none, and everything that is to be said.

    `.then` strings passes together and keeps all that was said, so there is no sink, no global
    state and no exception for a user's mistake.
    """

    value: A | None
    diagnostics: tuple[Diagnostic, ...] = ()
    unchecked: tuple[str, ...] = ()  # what was not looked at, and why

    def then(self, next_pass: Callable[[A], Outcome[B]]) -> Outcome[B]:
        if self.value is None:
            return Outcome(None, self.diagnostics, self.unchecked)
        out = next_pass(self.value)
        return Outcome(out.value, self.diagnostics + out.diagnostics,
                       self.unchecked + out.unchecked)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.severity == "error")

    @property
    def ok(self) -> bool:
        """Whether nothing forbids going on: a value, and no error."""
        return self.value is not None and not self.errors


class SpecError(Exception):
    """What `specc.load`, `compile`, `run` and `tune` raise for a spec that has errors."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(f"{_place(d)}: {d.code} {d.message}" for d in self.diagnostics))

    def __reduce__(self) -> tuple[Any, ...]:
        """Travels between processes with its diagnostics, not as their text."""
        return SpecError, (self.diagnostics,)


def _place(found: Diagnostic) -> str:
    line = f":{found.span.line}:{found.span.column}" if found.span else ""
    return f"{found.where.file}{line} {found.where.pointer}".rstrip()


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean `x`?` for the nearest known word, or nothing."""
    if len(word) > LONGEST:
        return ""
    lowered = {name.lower(): name for name in islice(known, MOST_KNOWN) if len(name) <= LONGEST}
    from difflib import get_close_matches  # only a mistake needs it

    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return f"; did you mean `{lowered[near[0]]}`?" if near else ""


def number_of(count: int, thing: str, things: str | None = None) -> str:
    """A count with its noun: `1 layer`, `2,000 rows`, `3 classes`."""
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def with_article(words: str) -> str:
    """Words with `a` or `an` before them, as they are read aloud: `an 11x11 window`, `a unit`, `an
    LSTM`, `a GRU`."""
    first = words.split(" ", 1)[0]
    spelled = first[:1].isupper() and not first[1:2].islower()  # letter by letter
    if first[:1].isdigit():
        number = first.partition("x")[0].partition(",")[0]
        vowel = number.startswith("8") or number in ("11", "18")
    elif spelled:
        vowel = first[0] in "AEFHILMNORSX"
    else:
        vowel = first[:1].lower() in "aeiou" and not first.lower().startswith(("uni", "use", "one"))
    return f"{'an' if vowel else 'a'} {words}"


def distinct(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """One mistake, one diagnostic: what is written once and stamped often is said once."""
    seen: set[tuple[str, str, object]] = set()
    for one in found:
        key = (one.code, one.where.file, (one.where.path, one.where.part))
        if key not in seen:
            seen.add(key)
            yield one


__all__ = ["Diagnostic", "Edit", "Fix", "Kind", "Outcome", "Related", "Severity", "SpecError",
           "distinct", "error", "nearest", "number_of", "warning", "with_article"]
