"""Which names may stand where: as values (`inputs = "x"`) and as keys (`[lint] ignore`).

Two tables from places to what may stand there. A place is a path in which `*` is any step and
`**` any number of them. What stands there is completed, and where a name is defined is where an
editor goes from it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TypeAlias

from specc.facts.builtins import BUILT_INS
from specc.facts.files import data_folder
from specc.facts.header import ENDINGS, header
from specc.facts.known import Header
from specc.lsp.scene import LISTS, Name, Scene, callees, named, params, references
from specc.ops import OPS
from specc.ops.calls import constants_of
from specc.ops.examples import toml
from specc.source import Path, Tree
from specc.spec import Data, Generator, Model, Parts, Source, Spec
from specc.syntax.values import TABLES
from specc.syntax.written import table

Giver: TypeAlias = Callable[[Scene, Path], Iterator[Name]]

SPLITS = ("train", "validation", "test")
SPECS = (".toml", ".json")
MOST_FOLDERS = 50  # beside a spec, that are looked into
MOST_FILES = 500  # that are offered
HIDDEN = (".", "_")  # how names of folders begin that hold no data


def words(here: Scene, path: Path) -> Iterator[Name]:
    """The names that may be a value at a path."""
    return _given(VALUES, here, path)


def keys(here: Scene, path: Path) -> Iterator[Name]:
    """The names that may be keys of the table at a path, beside those of the language."""
    return _given(KEYS, here, path)


def _given(places: Mapping[str, Giver], here: Scene, path: Path) -> Iterator[Name]:
    for place, giver in places.items():
        if matches(tuple(place.split("/")), path):
            yield from giver(here, path)


def matches(place: tuple[str, ...], path: Path) -> bool:
    """Whether a path is at a place."""
    if not place:
        return not path
    if place[0] == "**":
        return any(matches(place[1:], path[begin:]) for begin in range(len(path) + 1))
    return bool(path) and place[0] in ("*", path[0]) and matches(place[1:], path[1:])


# -- what the document names ----------------------------------------------------------------------


def blocks(here: Scene, path: Path) -> Iterator[Name]:
    for name, block in table(here.tree, "blocks").items():
        given = ", ".join(table(block, "params"))
        yield Name(name, f"a block of {given}" if given else "a block", ("blocks", name))


def _inputs(here: Scene, path: Path) -> Iterator[Name]:
    return (Name(name, "an input of the model", ("inputs", name))
            for name in table(here.tree, "inputs"))


def _layers(here: Scene, path: Path) -> Iterator[Name]:
    """The layers and results that can be outputs, the last first."""
    found = [one for one, _ in named(here, [one for one in LISTS if here.at(one)], None)]
    return reversed(found)


def _params(here: Scene, path: Path) -> Iterator[Name]:
    return (one for one in params(here, ()) if one.path and one.path[0] == "params")


def _block_params(here: Scene, path: Path) -> Iterator[Name]:
    """The params of the block that the entry at a path stamps."""
    entry = here.at(path)
    block = entry.get("block") if isinstance(entry, dict) else None
    if isinstance(block, str):
        given = table(table(table(here.tree, "blocks"), block), "params")
        for name, value in given.items():
            yield Name(name, f"of block {block}; {toml(value)} if it is not given",
                       ("blocks", block, "params", name))


def _calls(here: Scene, path: Path) -> Iterator[Name]:
    """The keywords of the tensors that an entry's layer takes, or its block."""
    layer, block = (_word_above(here, path, key) for key in ("type", "block"))
    calls = OPS[layer].calls if layer in OPS else ()
    declared = here.at(("blocks", block, "inputs"))
    yield from (Name(one, f"a tensor that {layer} takes") for one in calls)
    for at, one in enumerate(declared if isinstance(declared, list) else ()):
        yield Name(str(one), f"an input of block {block}", ("blocks", block, "inputs", at))


def _constants(here: Scene, path: Path) -> Iterator[Name]:
    layer = _word_above(here, path, "type")
    return (Name(one, f"a constant of the call of {layer}") for one in constants_of(layer))


def _word_above(here: Scene, path: Path, key: str) -> str:
    entry = here.at(path[:-1])
    return str(entry.get(key, "")) if isinstance(entry, dict) else ""


def _numbers(here: Scene, path: Path) -> Iterator[Name]:
    """`test.price.mae`: what can be measured, as the metrics are written."""
    for split in SPLITS:
        yield Name(f"{split}.loss", "the sum of all losses")
        for output, metric in _measured(here):
            yield Name(f"{split}.{output}.{metric}", f"{metric} of output {output}")


def _monitored(here: Scene, path: Path) -> Iterator[Name]:
    """Keras's names of what is watched, then specc's."""
    several = len(table(here.tree, "outputs")) > 1
    for prefix in ("val_", ""):
        yield Name(f"{prefix}loss", "the sum of all losses")
        for output, metric in _measured(here):
            if metric != "loss" or several:
                yield Name(prefix + (f"{output}_{metric}" if several else metric),
                           f"{metric} of output {output}")
    yield from (Name(f"{split}.{output}.{metric}", f"{metric} of output {output}")
                for split in ("val", "train") for output, metric in _measured(here))


def _measured(here: Scene) -> Iterator[tuple[str, str]]:
    for output, said in table(here.tree, "outputs").items():
        yield output, "loss"
        metrics = said.get("metrics") if isinstance(said, dict) else None
        for one in metrics if isinstance(metrics, list) else ():
            key = one.get("name", one.get("type")) if isinstance(one, dict) else one
            if isinstance(key, str):
                yield output, key


def _classes(here: Scene, path: Path) -> Iterator[Name]:
    known = here.at((*path[:-1], "classes"))
    return (Name(str(one), "a class") for one in (known if isinstance(known, list) else ()))


def _merged(here: Scene, path: Path) -> Iterator[Name]:
    """What `unset` can take out: tables of the bases, and what is in them."""
    for key in TABLES:
        if key in here.tree and key not in here.outline.tree:
            yield Name(key, "a table of a base")
            yield from (Name(f"{key}.{inner}", "of a base") for inner in table(here.tree, key))


# -- what lies outside ----------------------------------------------------------------------------


def _columns(here: Scene, path: Path) -> Iterator[Name]:
    """The columns of the data, where a header is known without reading rows."""
    about = columns(here)
    of = f"a column of {here.at(('data', 'source'))}"
    return (Name(one, "a label" if one in about.labels else of) for one in about.columns or ())


def columns(here: Scene) -> Header:
    """What is known of the columns of a document's data."""
    source = _source(here.at(("data", "source")))
    if source is None:
        return Header()
    nothing = Spec(here.file, "", Model("functional"), {}, {}, data=Data(source),
                   owners=here.document.owners)
    return header(nothing)


def _source(written: Tree) -> Source | None:
    match written:
        case str():
            return written
        case {"type": str(kind)}:
            return Generator(kind, {key: one for key, one in written.items() if key != "type"})
        case {"train": str(train)}:
            return Parts(train)
    return None


def _sources(here: Scene, path: Path) -> Iterator[Name]:
    for one in BUILT_INS:
        yield Name(one.name, f"built in: {one.rows:,} rows, {len(one.features)} features")
    yield from _data_files(here, path)


def _generators(here: Scene, path: Path) -> Iterator[Name]:
    from specc.facts.generators import RECIPES

    return (Name(one.name, "a generator of scikit-learn") for one in RECIPES)


def _generator_arguments(here: Scene, path: Path) -> Iterator[Name]:
    from specc.facts.generators import recipe

    written = here.at(path)
    found = recipe(str(written.get("type", ""))) if isinstance(written, dict) else None
    return (Name(one, f"an argument of {found.name}") for one in found.parameters
            ) if found else iter(())


def _data_files(here: Scene, path: Path) -> Iterator[Name]:
    yield from _files(here, ENDINGS)
    for _, _, files in islice(os.walk(data_folder() or ""), 1):
        for one in sorted(files)[:MOST_FILES]:
            if one.endswith(ENDINGS):
                yield Name(one, "in $SPECC_DATA")


def _models(here: Scene, path: Path) -> Iterator[Name]:
    return _files(here, (".keras",))


def _bases(here: Scene, path: Path) -> Iterator[Name]:
    return (one for one in _files(here, SPECS)
            if os.path.realpath(os.path.join(os.path.dirname(here.file), one.word))
            != os.path.realpath(here.file))


def _files(here: Scene, endings: tuple[str, ...]) -> Iterator[Name]:
    """Files beside a spec, and in the folders beside it."""
    folder = os.path.dirname(os.path.realpath(here.file))
    found = []
    for inner, folders, files in islice(os.walk(folder), MOST_FOLDERS):
        folders[:] = [] if inner != folder else sorted(
            one for one in folders if one[0] not in HIDDEN)
        found += [os.path.relpath(os.path.join(inner, one), folder).replace(os.sep, "/")
                  for one in sorted(files) if one.endswith(endings)]
    return (Name(one, "a file") for one in found[:MOST_FILES])


def _codes(here: Scene, path: Path) -> Iterator[Name]:
    """What [lint] can ignore."""
    from specc.catalog import CATALOG, LATER, kinds

    late = {kind.code for module in LATER for kind in kinds(module)}
    for one in sorted(CATALOG, key=lambda one: one.code):
        if one.yields and one.code not in late:
            yield Name(one.code, f"{one.name}: {one.claim}")


VALUES: Mapping[str, Giver] = {
    **{f"{base}/**/inputs{more}": references for base in ("model", "blocks/*/layers")
       for more in ("", "/*", "/*/*")},
    "model/**/block": blocks, "blocks/*/layers/**/block": blocks,
    "model/**/call": callees, "blocks/*/layers/**/call": callees,
    "model/**/model": _models, "blocks/*/layers/**/model": _models, "model/weights": _models,
    "model/*/input": _inputs, "model/*/input/*": _inputs,
    "outputs/*/from": _layers, "outputs/*/target/input": _inputs,
    **dict.fromkeys(("inputs/*/columns/*", "inputs/*/columns/*/name", "outputs/*/target",
                     "outputs/*/target/*", "outputs/*/sample_weight", "data/order",
                     "data/split/stratify", "data/split/group", "data/split/column",
                     "data/window/by"), _columns),
    "data/source": _sources, "data/source/type": _generators,
    **{f"data/source/{split}": _data_files for split in SPLITS},
    "fit/callbacks/*/monitor": _monitored, "tune/objective": _numbers,
    "extends": _bases, "extends/*": _bases, "unset/*": _merged,
}
KEYS: Mapping[str, Giver] = {
    "tune/space": _params, "lint/ignore": _codes, "expect": _numbers, "outputs": _layers,
    "outputs/*/class_weight": _classes, "data/source": _generator_arguments,
    **{f"{base}/**{more}": giver for base in ("model", "blocks/*/layers") for more, giver in (
        ("/*", _block_params), ("/inputs", _calls), ("/with", _constants))},
}

__all__ = ["KEYS", "VALUES", "blocks", "columns", "keys", "matches", "words"]
