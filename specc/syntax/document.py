"""One document out of several: `extends`, `unset` and `--set`, before anything is evaluated.

Tables merge by key; everything else is replaced, lists too, and components of another `type`.
Every key keeps the file it came from (`Document.owners`), so that a message points into the file
that wrote the mistake, and paths in a base stay relative to the base.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Outcome, nearest
from specc.later import later
from specc.record import Record, field
from specc.source import Path, Tree, Where, dig, owned
from specc.syntax.brackets import DEPTH
from specc.syntax.reader import Format, read, read_file

if TYPE_CHECKING:
    from specc.syntax import form_errors
else:
    form_errors = later("specc.syntax.form_errors")

DEEPEST = 8  # bases of bases
LONGEST = 200  # characters of a setting that are repeated
NO_TEXTS: Mapping[str, bytes] = {}
SETTINGS = "--set"  # the name of the file that command-line settings come from


class Document(Record):
    """The merged tree, which file each path came from, and the text of every file read."""

    file: str
    tree: dict[str, Tree]
    owners: Mapping[Path, str] = field(default_factory=dict)
    sources: Mapping[str, bytes] = field(default_factory=dict)

    def where(self, *path: str | int) -> Where:
        return owned(self.file, self.owners, path)


def load(file: str, settings: Iterable[str] = (),
         texts: Mapping[str, bytes] = NO_TEXTS) -> Outcome[Document]:
    """Read a spec file, its bases, and apply `--set` settings last.

    `texts` stand for files, by real path: what an editor or `--fix` holds and has not written.
    """
    return _load(file, (), texts).then(lambda document: apply(document, settings))


def from_text(name: str, text: bytes, kind: Format,
              settings: Iterable[str] = ()) -> Outcome[Document]:
    """The same for a text that is not in a file (stdin): bases are sought beside `name`."""
    return (read(name, text, kind)
            .then(lambda tree: _extend(name, tree, text, (name,), NO_TEXTS))
            .then(lambda document: apply(document, settings)))


def merged(file: str, tree: Tree, text: bytes, texts: Mapping[str, bytes] = NO_TEXTS) -> Document:
    """The document of a tree that is read already, as that of a half-written text is: with its
    bases where they can be read, by itself otherwise. Nothing is said of what is wrong."""
    return _extend(file, tree, text, (file,), texts).value or Document(file, tree, {}, {file: text})


def _load(file: str, chain: tuple[str, ...], texts: Mapping[str, bytes]) -> Outcome[Document]:
    text = texts.get(os.path.realpath(file)) if texts else None
    if text is None:
        return read_file(file).then(lambda got: _extend(file, *got, (*chain, file), texts))
    kind: Format = "json" if file.endswith(".json") else "toml"
    return read(file, text, kind).then(
        lambda tree: _extend(file, tree, text, (*chain, file), texts))


def _extend(file: str, tree: Tree, text: bytes, chain: tuple[str, ...],
            texts: Mapping[str, bytes]) -> Outcome[Document]:
    """Merge the bases that `tree` names, in order, then `tree` itself over them."""
    own = Document(file, tree, {}, {file: text})
    names = tree.get("extends")
    if names is None:
        missing = _unset({}, tree, own)[1]
        return Outcome(own, tuple(one for one in missing if one.name == "nothing-to-unset"))
    if isinstance(names, str):
        names = [names]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        reason = "extends is a file name, or a list of them"
        return Outcome(own, (form_errors.wrong_value(own.where("extends"), reason=reason),))
    merged: dict[str, Tree] = {}
    owners: dict[Path, str] = {}
    sources: dict[str, bytes] = {}
    found: list[Diagnostic] = []
    for name in names:
        base = _base(own, name, chain, texts)
        found += base.diagnostics
        if base.value is None:  # the texts are lost with the document: places are found now
            from specc.syntax.places import locate

            return Outcome(None, locate(found, own.sources))
        sources |= base.value.sources
        _merge(merged, owners, base.value.tree, base.value, ())
    merged, missing = _unset(merged, tree, own)
    found += missing
    said = {key: value for key, value in tree.items() if key not in ("extends", "unset")}
    _merge(merged, owners, said, own, ())
    return Outcome(Document(file, merged, owners, sources | {file: text}), tuple(found))


def _base(own: Document, name: str, chain: tuple[str, ...],
          texts: Mapping[str, bytes]) -> Outcome[Document]:
    place = own.where("extends")
    if "\0" in name:
        return Outcome(None, (form_errors.unknown_base(place, file=name.replace("\0", "?"),
                                                       reason="its name holds a zero byte"),))
    path = os.path.normpath(os.path.join(os.path.dirname(own.file), name))
    if any(os.path.realpath(path) == os.path.realpath(one) for one in chain):
        return Outcome(None, (form_errors.cyclic_extends(place, chain=(*chain, path)),))
    if len(chain) > DEEPEST:
        reason = f"bases may be {DEEPEST} deep"
        return Outcome(None, (form_errors.unknown_base(place, file=name, reason=reason),))
    if not inside_project(path, own.file):
        reason = "it lies outside the project"
        return Outcome(None, (form_errors.unknown_base(place, file=name, reason=reason),))
    if not os.path.isfile(path):
        return Outcome(None, (form_errors.unknown_base(place, file=name,
                                                       reason="there is no such file"),))
    return _load(path, chain, texts)


def inside_project(path: str, file: str) -> bool:
    """Whether `path` lies in the project of `file`, symbolic links resolved first."""
    from specc.facts.files import project_folder, spec_folder, within

    return within(os.path.realpath(path), project_folder(spec_folder(file)))


def _merge(into: dict[str, Tree], owners: dict[Path, str], tree: Mapping[str, Tree],
           source: Document, path: Path) -> None:
    for key, value in tree.items():
        here = (*path, key)
        old = into.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and old.get("type") == value.get(
                "type", old.get("type")):
            into[key] = dict(old)
            _merge(into[key], owners, value, source, here)
            continue
        into[key] = value
        for one in [one for one in owners if one[:len(here)] == here]:
            del owners[one]
        inherited = {p: f for p, f in source.owners.items() if p[:len(here)] == here}
        owners.update({here: source.where(*here).file} | inherited)


def _unset(tree: dict[str, Tree], own: Mapping[str, Tree],
           document: Document) -> tuple[dict[str, Tree], tuple[Diagnostic, ...]]:
    """`tree` without what `unset` names."""
    found = []
    names = own.get("unset", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        reason = 'unset is a list of what a base says: ["tune", "fit.callbacks"]'
        return tree, (form_errors.wrong_value(document.where("unset"), reason=reason),)
    for index, name in enumerate(names):
        *steps, last = name.split(".")
        into: Tree = tree
        for step in steps:
            into = into.get(step) if isinstance(into, dict) else None
        if isinstance(into, dict) and last in into:
            del into[last]
        else:
            found.append(form_errors.nothing_to_unset(document.where("unset", index), path=name))
    return tree, tuple(found)


def apply(document: Document, settings: Iterable[str]) -> Outcome[Document]:
    """The document after `--set key=value`: a TOML value, else text; lists by number."""
    tree, owners, found = document.tree, dict(document.owners), []
    for setting in settings:
        key, equals, text = setting.partition("=")
        path = tuple(int(step) if step.isdigit() else step for step in key.strip().split("."))
        place = Where(SETTINGS, path)
        reason = _unusable(key.strip(), equals, path) or _unknown_param(tree, path)
        if reason is not None:
            found.append(form_errors.unusable_setting(place, text=setting[:LONGEST], reason=reason))
            continue
        changed = _put(tree, path, _value(text))
        if changed is None:
            found.append(form_errors.unusable_setting(place, text=setting,
                                                      reason=f"`{key}` leads nowhere"))
            continue
        made = next((end for end in range(1, len(path)) if dig(tree, path[:end]) is None),
                    len(path))
        tree, owners[path[:made]] = changed, SETTINGS
    return Outcome(Document(document.file, tree, owners, document.sources), tuple(found))


def _unusable(key: str, equals: str, path: Path) -> str | None:
    """Why a setting cannot be applied, whatever the document holds."""
    if not equals or not key:
        return "write key=value"
    if "" in path:
        return "a part of the key is empty"
    if len(path) > DEPTH:
        return f"it is more than {DEPTH} deep"
    if path[0] in ("extends", "unset"):
        return f"`{path[0]}` is read before settings; write it in a file"
    return None


def _unknown_param(tree: Tree, path: Path) -> str | None:
    """A parameter that the file does not have would be set in vain."""
    params = dig(tree, ("params",))
    if len(path) < 2 or path[0] != "params" or not isinstance(params, dict) or path[1] in params:
        return None
    return f"`{path[1]}` is not in [params]" + nearest(str(path[1]), params)


def _value(text: str) -> Tree:
    """A TOML value, else the text as it is."""
    done = read(SETTINGS, f"value = {text}".encode(), "toml")
    tree = done.value if done.ok and isinstance(done.value, dict) else {}
    return tree["value"] if list(tree) == ["value"] else text


def _put(tree: Tree, path: Path, value: Tree) -> Tree:
    """A copy of `tree` with `value` at `path`; None where a list or a scalar is in the way."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(tree, list) and isinstance(step, int) and step < len(tree):
        inner = _put(tree[step], rest, value)
        return None if inner is None else [*tree[:step], inner, *tree[step + 1:]]
    if isinstance(tree, dict):
        inner = _put(tree.get(str(step), {}), rest, value)
        return None if inner is None else {**tree, str(step): inner}
    return None
