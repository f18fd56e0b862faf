"""The form of a document that is certainly fine, without pydantic.

Importing pydantic costs more than checking a spec. So this reads the same tables as
`specc.syntax.form` and gives the same values, or None at the first doubt; then pydantic decides,
and says what is wrong. `tests/unit/test_certain.py` shows that the two accept the same documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, TypeAlias

from specc.source import Tree
from specc.stages import OPTIONAL
from specc.syntax import values as must
from specc.syntax.values import LARGEST

UNSURE: Any = object()
Check: TypeAlias = Callable[[Tree], Any]  # the value as the form holds it, or UNSURE
REQUIRED: Any = object()  # in place of a default


def unless(wrong: Callable[[Tree], str | None]) -> Check:
    """The value, unless a check of `specc.syntax.values` has something against it."""
    return lambda value: value if wrong(value) is None else UNSURE


def whole(low: int, high: int) -> Check:
    """A whole number, `high` excluded."""
    return lambda value: value if type(value) is int and low <= value < high else UNSURE


def number(low: float, high: float = float("inf"), *, over: bool = False,
           below: bool = False) -> Check:
    """A number as a float, ends included unless it must lie `over` the low or `below` the high."""
    def check(value: Tree) -> Any:
        if type(value) not in (int, float) or abs(value) > 2**53:
            return UNSURE
        inside = low <= value <= high and not (over and value == low) and not (
            below and value == high)
        return float(value) if inside else UNSURE

    return check


def words(*known: str) -> Check:
    return lambda value: value if type(value) is str and value in known else UNSURE


def maybe(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def listed(item: Check, least: int = 0) -> Check:
    def check(value: Tree) -> Any:
        if type(value) is not list or len(value) < least:
            return UNSURE
        out = [item(one) for one in value]
        return UNSURE if UNSURE in out else out

    return check


def named(item: Check) -> Check:
    """A table whose keys are names."""
    def check(value: Tree) -> Any:
        if type(value) is not dict or not all(map(must.is_name, value)):
            return UNSURE
        out = {key: item(one) for key, one in value.items()}
        return UNSURE if UNSURE in out.values() else out

    return check


def both(first: Check, then: Check) -> Check:
    def check(value: Tree) -> Any:
        made = first(value)
        return UNSURE if made is UNSURE else then(made)

    return check


def form(**fields: tuple[Check, Any]) -> Check:
    """A table of known keys: what each holds, and what it is when it is not written.

    `from_` is the key `from`, as Python will have it.
    """
    keys = {key.removesuffix("_"): (key, check) for key, (check, _) in fields.items()}
    keys = {"$schema" if key == "schema" else key: one for key, one in keys.items()}
    base = {key: default for key, (_, default) in fields.items()}

    def check(value: Tree) -> Any:
        if type(value) is not dict:
            return UNSURE
        out = dict(base)
        for key, written in value.items():
            if key not in keys:
                return UNSURE
            name, its = keys[key]
            out[name] = its(written)
        if UNSURE in out.values() or REQUIRED in out.values():
            return UNSURE
        return SimpleNamespace(**out)

    return check


def _same(value: Tree) -> Tree:
    return value


def _bool(value: Tree) -> Any:
    return value if type(value) is bool else UNSURE


def _text(value: Tree) -> Any:
    return value if type(value) is str and value else UNSURE


def _any_text(value: Tree) -> Any:
    return value if type(value) is str else UNSURE


def _table(value: Tree) -> Any:
    return value if type(value) is dict and all(type(key) is str for key in value) else UNSURE


def _named_by(good: Callable[[str], bool]) -> Check:
    return lambda value: value if type(value) is str and good(value) else UNSURE


COUNT, SEED = whole(1, LARGEST), whole(0, 2**32)
FRACTION = number(0, 1, below=True)
TEXT = (maybe(_text), None)
ENTRIES = listed(_table)
SHAPE, PAIR = (maybe(unless(must.shape)), None), (maybe(unless(must.pair)), None)
COMPONENTS = unless(must.components)
SCALE = words("none", "standard", "minmax", "robust")
BOUND = maybe(both(lambda value: must.whole_bound(value), form(
    min=(maybe(number(float("-inf"))), None), max=(maybe(number(float("-inf"))), None))))

SPLIT = form(validation=(FRACTION, 0.0), test=(FRACTION, 0.0), seed=(SEED, 0), stratify=TEXT,
             group=TEXT, column=TEXT)
WINDOW = form(length=(COUNT, REQUIRED), horizon=(COUNT, 1), steps=(COUNT, 1), stride=(COUNT, 1),
              by=TEXT)
DATA = form(source=(unless(must.source), REQUIRED), split=(SPLIT, SPLIT({})), order=TEXT,
            window=(maybe(WINDOW), None), stream=(_bool, False))
PREPARING: Mapping[str, tuple[Check, Any]] = {
    "encode": (maybe(words("onehot", "index", "hash")), None),
    "values": (maybe(both(listed(unless(must.scalar), 1), unless(must.distinct))), None),
    "bins": (maybe(COUNT), None),
    "missing": (maybe(words("error", "mean", "median", "constant", "category", "drop")), None),
    "flag": (maybe(_bool), None),
    "scale": (maybe(SCALE), None),
}
COLUMN = both(must.whole_column, form(**PREPARING, name=(_text, REQUIRED)))
INPUT = form(
    **PREPARING,
    columns=(maybe(listed(COLUMN, 1)), None),
    text=(maybe(form(tokens=(whole(3, LARGEST), REQUIRED), length=(COUNT, REQUIRED))), None),
    shape=SHAPE,
    dtype=(maybe(words("float32", "float16", "bfloat16", "int32", "int64", "uint8", "bool",
                       "string")), None),
    range=PAIR)
OUTPUT = form(
    task=(words("regression", "binary", "multiclass", "multilabel", "count", "distribution"),
          REQUIRED),
    from_=TEXT, target=(maybe(unless(must.target)), None), loss=(maybe(unless(must.loss)), None),
    metrics=(COMPONENTS, []), weight=(number(0), 1.0),
    class_weight=(maybe(unless(must.class_weight)), None), sample_weight=TEXT,
    scale=(SCALE, "none"), threshold=(number(0, 1), 0.5), range=PAIR, shape=SHAPE,
    classes=(maybe(unless(must.classes)), None),
    labels=(maybe(words("index", "onehot", "binary", "sign")), None))
BLOCK = form(inputs=(both(listed(_named_by(must.is_name)), unless(must.distinct)), []),
             params=(named(_same), {}), layers=(listed(_table, 1), REQUIRED))
TOWER = form(input=(unless(must.inputs), REQUIRED), layers=(ENTRIES, []))
MODEL = form(
    kind=(words("sequential", "functional", "wide_and_deep", "subclassed"), REQUIRED),
    layers=(ENTRIES, []), wide=(maybe(TOWER), None), deep=(maybe(TOWER), None),
    head=(ENTRIES, []), aux=(ENTRIES, []),
    dtype=(words("float32", "mixed_float16", "mixed_bfloat16"), "float32"), weights=TEXT)
COMPILE = form(optimizer=(unless(must.component), "rmsprop"),
               jit_compile=(unless(must.optimize_jit), "auto"),
               steps_per_execution=(COUNT, 1), auto_scale_loss=(_bool, True))
FIT = form(epochs=(COUNT, 1), batch_size=(COUNT, 32), callbacks=(COMPONENTS, []),
           shuffle=(_bool, True), validation_batch_size=(COUNT, 1024),
           distribute=(maybe(words("data_parallel")), None))
TUNE = form(search=(words("grid", "random", "halving"), "random"), trials=(COUNT, 10),
            folds=(COUNT, 3), seed=(SEED, 0), objective=TEXT,
            mode=(maybe(words("min", "max")), None), space=(_table, {}))
BUDGET = form(params=(BOUND, None), trainable_params=(BOUND, None), flops=(BOUND, None),
              weights_bytes=(BOUND, None), activation_bytes=(BOUND, None))
GOLDEN = form(epochs=(maybe(COUNT), None), tolerance=(maybe(number(0, over=True)), None),
              seeds=(maybe(both(listed(SEED, 1), unless(must.distinct))), None))
REASON = maybe(unless(must.reason))
TEST = form(**dict.fromkeys(OPTIONAL, (REASON, None)))
LINT = form(ignore=(both(_table, lambda value: UNSURE if any(
    must.reason(one) for one in value.values()) else value), {}))
BENCH = form()

SPEC = form(
    specc=(lambda value: value if type(value) is int else UNSURE, REQUIRED),
    schema_=(maybe(_any_text), None), name=(maybe(_named_by(must.is_file_name)), None),
    description=(maybe(_any_text), None), seed=(SEED, 0),
    extends=(maybe(unless(must.inputs)), None), unset=(listed(_any_text), []),
    params=(named(_same), {}), data=(maybe(DATA), None), inputs=(named(INPUT), {}),
    blocks=(named(BLOCK), {}), model=(maybe(MODEL), None), outputs=(named(OUTPUT), {}),
    compile=(COMPILE, COMPILE({})), fit=(FIT, FIT({})), tune=(maybe(TUNE), None),
    budget=(BUDGET, BUDGET({})), expect=(_table, {}), golden=(maybe(GOLDEN), None),
    bench=(BENCH, BENCH({})), test=(TEST, TEST({})), lint=(LINT, LINT({})))


def certainly(tree: Tree) -> SimpleNamespace | None:
    """The form of a document with the same fields as `SpecForm`; None where it is not certain."""
    made = SPEC(tree)
    return None if made is UNSURE else made
