"""What pydantic says of a document that is not certainly fine, in our words.

The mistakes are left out, one after the other, and the form of the rest is given all the same, so
that one run says everything.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from specc.diagnostics import Diagnostic, Fix
from specc.diagnostics.spelling import in_place_of, like, respelled, spelled, written
from specc.source import Path, Tree, Where, dig
from specc.syntax.document import Document
from specc.syntax.errors import swallowed_key
from specc.syntax.form import SpecForm
from specc.syntax.form_errors import (
    malformed_name,
    missing_key,
    out_of_range,
    unknown_key,
    unknown_word,
    wrong_type,
    wrong_value,
)
from specc.syntax.prune import prune
from specc.syntax.values import SCALARS, kind_of
from specc.syntax.written import table

# Keys of Keras's compile() and fit() that live elsewhere here.
ELSEWHERE = {
    ("compile", "loss"): "a loss belongs to its output: [outputs.NAME] loss",
    ("compile", "metrics"): "metrics belong to their output: [outputs.NAME] metrics",
    ("compile", "weighted_metrics"): "metrics belong to their output: [outputs.NAME] metrics",
    ("compile", "loss_weights"): "a loss's weight belongs to its output: [outputs.NAME] weight",
    ("test", "check"): "a spec with errors is not tested at all, so this one is always held",
    ("compile", "run_eagerly"): "a spec cannot ask for it",
    **dict.fromkeys((("compile", "lr"), ("compile", "learning_rate"), ("fit", "lr"),
                     ("fit", "learning_rate")), "the rate belongs to the optimizer: optimizer = "
                    '{ type = "Adam", learning_rate = 0.001 }'),
    ("fit", "validation_split"): "rows are split once, for all: [data] split",
    ("fit", "validation_data"): "rows are split once, for all: [data] split",
    ("fit", "class_weight"): "classes are weighted by output: [outputs.NAME] class_weight",
    ("fit", "sample_weight"): "rows are weighted by output: [outputs.NAME] sample_weight",
    ("fit", "loss_weights"): "a loss's weight belongs to its output: [outputs.NAME] weight",
    ("fit", "verbose"): "use `specc run --quiet`",
    ("fit", "initial_epoch"): "use `specc run --resume`",
    ("fit", "steps_per_epoch"): "an epoch is every training row once",
    ("data", "validation_split"): "write split = { validation = 0.2 }",
    ("data", "test_split"): "write split = { test = 0.2 }",
    ("model", "inputs"): "inputs are tables of their own: [inputs.NAME]",
    ("model", "outputs"): "outputs are tables of their own: [outputs.NAME]",
    **dict.fromkeys((("loss", "loss"), ("losses", "losses"), ("model", "add_loss"),
                     ("outputs", "add_loss"), ("compile", "add_loss")),
                    "a loss over more than one output and its target is not in version 1"),
}


def validate(tree: dict[str, Tree], document: Document,
              broken: set[Path]) -> tuple[SpecForm | None, list[Diagnostic]]:
    """The form, mistakes left out, and what was said about them."""
    found: list[Diagnostic] = []
    for _ in range(8):  # a left-out value may bring to light another mistake of the same table
        _drop_holes(tree, broken)
        try:
            return SpecForm.model_validate(tree), found
        except ValidationError as caught:
            paths = []
            wrong = caught.errors(include_url=False)
            strange = [tuple(one["loc"]) for one in wrong if one["type"] == "extra_forbidden"]
            broken.update(_meant_keys(tree, strange))
            for one in wrong:
                path = _inside(tree, tuple(one["loc"]))
                if one["type"] == "missing" and _elsewhere(tuple(one["loc"]), strange):
                    pass
                elif (*path, "type") not in broken and not any(
                        path[:len(gone)] == gone for gone in broken):
                    found.append(_explain(one, path, tree, document))
                paths.append(path[:-1] if one["type"] == "missing" and len(path) > 1 else path)
            broken |= prune(tree, paths)
            if any(len(path) == 1 and path[0] in ("specc",) for path in paths):
                tree["specc"] = 1
            if ("model",) in broken:
                tree.pop("model", None)
    return None, found


def _elsewhere(missing: Path, strange: Iterable[Path]) -> bool:
    """Whether a missing key stands in its table under a name that is nearly its own, or, a key of
    the top of the file, in a table below."""
    beside = [str(path[-1]) for path in strange if path[:-1] == missing[:-1]]
    swallowed = len(missing) == 1 and any(path[-1] == missing[0] for path in strange)
    return swallowed or bool(get_close_matches(str(missing[-1]), beside))


def _meant_keys(tree: Tree, strange: Iterable[Path]) -> Iterator[Path]:
    """The keys that unknown ones surely mean: what they say is not known, rather than not said."""
    for path in (_inside(tree, one) for one in strange):
        last, beside = str(path[-1]), dig(tree, path[:-1]) or {}
        free = [key for key in _known_keys(path[:-1]) if key not in beside]
        near = get_close_matches(last, free, n=1) or [key for key in free
                                                      if key in last.split("_")]
        yield from ((*path[:-1], key) for key in near[:1])


def _drop_holes(tree: dict[str, Tree], broken: Container[Path]) -> None:
    """Lists of components may hold what was taken out; the rest of them still counts."""
    for name in table(tree, "outputs"):
        one = tree["outputs"][name]
        if isinstance(one, dict) and isinstance(one.get("metrics"), list):
            one["metrics"] = [
                {"type": ""} if m is None and ("outputs", name, "metrics", i) in broken else m
                for i, m in enumerate(one["metrics"])]


def _inside(tree: Tree, loc: Path) -> Path:
    """pydantic's location, without the marks that are no keys of the document."""
    path: list[str | int] = []
    here = tree
    for step in loc:
        if step == "[key]":
            continue
        if isinstance(here, dict) and step not in here and step != loc[-1]:
            continue
        path.append(step)
        here = dig(here, (step,))
    return tuple(path)


def _explain(one: Any, path: Path, tree: Tree, document: Document) -> Diagnostic:
    """A pydantic error in our words."""
    kind, context, value = one["type"], one.get("ctx", {}), one.get("input")
    place = document.where(*path)
    title = _title(path[:-1])
    last = str(path[-1]) if path else ""
    match kind:
        case "extra_forbidden" if len(path) > 1 and last in SCALARS and (
                last != "name" or len(path) == 2):  # an input may be thought to have a `name`
            return swallowed_key(place.key(), key=last, table=title)
        case "extra_forbidden":
            known = _known_keys(path[:-1])
            beside = dig(tree, path[:-1]) or {}
            return unknown_key(place.key(), key=last, table=title, known=known,
                               instead=ELSEWHERE.get((str(path[0]), last)) if path else None,
                               fix=respelled(place.key(), last,
                                             [key for key in known if key not in beside]))
        case "missing":
            return missing_key(document.where(*path[:-1]), key=last, table=title)
        case "literal_error" if isinstance(value, str):
            expected = context["expected"].replace(" or ", ",").split(",")
            words = [word.strip(" '") for word in expected]
            return unknown_word(place, word=value, known=words,
                                fix=respelled(place, value, words))
        case "string_pattern_mismatch" if path == ("name",):
            return malformed_name(place, name=str(value),
                                  wanted="letters, digits, `.`, `_` and `-`, at most 100 in all")
        case "string_pattern_mismatch":
            return malformed_name(place.key() if "[key]" in one["loc"] else place, name=str(value))
        case "greater_than_equal" | "greater_than" | "less_than" | "less_than_equal":
            return out_of_range(place, found=f"{value}", wanted=_bound(kind, context))
        case "specc":
            alone = isinstance(value, str) and last in ("metrics", "callbacks")
            near = like("type", value) if isinstance(value, dict) and "type" not in value else None
            return wrong_value(place, reason=context["reason"],
                               fix=written(place, [value]) if alone else None,
                               related=in_place_of("type", place.at(near).key()) if near else ())
        case "too_short" | "string_too_short":
            return wrong_value(place, reason=f"{kind_of(value)} is empty here")
        case _:
            return wrong_type(place, wanted=_wanted(kind, context),
                              found=kind_of(value) + _hint(kind, value),
                              fix=_meant(kind, value, place))


def _meant(kind: str, value: Tree, place: Where) -> Fix | None:
    """The value that one of the wrong type spells: `"20"` is 20, a word alone a list of it."""
    if kind == "list_type" and isinstance(value, str) and value:
        return written(place, [value])
    types = TYPES.get(kind, ())
    return next((written(place, one) for one in spelled(value) if type(one) in types), None)


def _title(path: Path) -> str:
    if not path:
        return "the top of the file"
    return "[" + ".".join(str(step) for step in path) + "]"


def _known_keys(path: Path) -> tuple[str, ...]:
    """The keys that a table at `path` may hold, read from the models."""
    model: Any = SpecForm
    for step in path:
        if not hasattr(model, "model_fields"):
            return ()
        field = next((f for name, f in model.model_fields.items() if step in (name, f.alias)), None)
        model = _model_in(field.annotation) if field is not None else model
    fields = getattr(model, "model_fields", {})
    return tuple(field.alias or name for name, field in fields.items())


def _model_in(annotation: Any) -> Any:
    """The model somewhere inside an annotation: `dict[Name, InputForm] | None` -> InputForm."""
    if hasattr(annotation, "model_fields"):
        return annotation
    for inner in reversed(getattr(annotation, "__args__", ())):
        if (model := _model_in(inner)) is not None:
            return model
    return None


def _bound(kind: str, context: Mapping[str, Any]) -> str:
    words = {"greater_than_equal": ("at least", "ge"), "greater_than": ("more than", "gt"),
             "less_than": ("less than", "lt"), "less_than_equal": ("at most", "le")}
    word, key = words[kind]
    return f"{word} {context[key]} is wanted here"


TYPES = {"int_type": (int,), "int_from_float": (int,), "float_type": (int, float),
         "bool_type": (bool,)}
WANTED = {
    "int_type": "a whole number", "int_from_float": "a whole number",
    "float_type": "a number", "bool_type": "true or false", "string_type": "a text",
    "list_type": "a list", "dict_type": "a table", "model_type": "a table",
    "literal_error": "a word", "float_parsing": "a number", "int_parsing": "a whole number",
}


def _hint(kind: str, value: Tree) -> str:
    return "; use // for whole division" if kind == "int_type" and isinstance(value, float) else ""


def _wanted(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "literal_error":
        return f"one of {context['expected']}"
    return WANTED.get(kind, "another type")

