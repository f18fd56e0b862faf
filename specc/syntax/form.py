"""The form of a document as pydantic models: which keys each table has, and their types.

pydantic stands at this door and nowhere behind it: `specc.syntax.freeze` turns what passes into
the frozen values of `specc.spec`. Expressions are substituted before a document comes here;
layers and blocks are only checked to be lists of tables, since lowering evaluates them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from specc.spec import Encode, Kind, Labels, Missing, Scale, Task

NAME = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"
LARGEST = 2**31


def refuse(reason: str) -> PydanticCustomError:
    return PydanticCustomError("specc", "{reason}", {"reason": reason})


Name = Annotated[str, Field(pattern=NAME)]
Text_ = Annotated[str, Field(min_length=1)]
Reason = Annotated[str, Field(min_length=1), BeforeValidator(lambda v: _reason(v))]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Count = Annotated[int, Field(ge=1, lt=LARGEST)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Scalar = Annotated[Any, AfterValidator(lambda v: _one_of(v, "a text, a number or a boolean",
                                                         (str, bool, int, float)))]


def _one_of(value: Any, wanted: str, types: tuple[type, ...]) -> Any:
    if not isinstance(value, types):
        raise refuse(f"{wanted} is wanted here, found {kind_of(value)}")
    return value


def kind_of(value: Any) -> str:
    """What a value is, in the words of the file: `a text "20"`, `a table`, `true`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f'the text "{value if len(value) <= 40 else value[:37] + "..."}"'
        case list():
            return "a list"
        case _:
            return "a table"


def _distinct(value: list[Any]) -> list[Any]:
    seen: set[str] = set()
    for one in value:
        if str(one) in seen:
            raise refuse(f"{kind_of(one)} stands in it twice")
        seen.add(str(one))
    return value


def _pair(value: Any) -> Any:
    ok = isinstance(value, list) and len(value) == 2 and all(
        isinstance(v, int | float) and not isinstance(v, bool) for v in value)
    if not ok or value[0] > value[1]:
        raise refuse("two numbers are wanted here, the smaller first: [0, 255]")
    return value


def _shape(value: Any) -> Any:
    if not isinstance(value, list) or not value:
        raise refuse('a list of sizes is wanted here: [28, 28, 1], or ["time", 8]')
    for one in value:
        free = isinstance(one, str) and one.isidentifier()
        if not free and (not isinstance(one, int) or isinstance(one, bool)
                         or not 1 <= one < LARGEST):
            raise refuse(f"a size is a positive number or a word for a free length, "
                         f"found {kind_of(one)}")
    return value


def _component(value: Any) -> Any:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, dict):
        if "type" not in value:
            raise refuse('a component is its name, or a table with `type`: { type = "Adam" }')
        return value
    raise refuse(f"a component is its name, or a table with `type`; found {kind_of(value)}")


def _loss(value: Any) -> Any:
    """One component; several of them are several outputs of one tensor."""
    weighed = isinstance(value, dict) and len(value) > 1 and all(
        isinstance(one, int | float) for one in value.values())
    if weighed or (isinstance(value, list) and len(value) > 1):
        raise refuse('an output has one loss; add a second output with from = "..."')
    return _component(value)


def _components(value: Any) -> Any:
    if not isinstance(value, list):
        raise refuse(f"a list of components is wanted here, found {kind_of(value)}")
    return value


def _source(value: Any) -> Any:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        return value
    if isinstance(value, dict) and set(value) <= {"train", "validation", "test"} and all(
            isinstance(v, str) for v in value.values()) and "train" in value:
        return value
    raise refuse("a source is a built-in name, a file, a generator with `type`, "
                 "or { train = ..., validation = ..., test = ... }")


def _target(value: Any) -> Any:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        return value
    if isinstance(value, dict) and set(value) == {"input"} and isinstance(value["input"], str):
        return value
    raise refuse('a target is a column, a list of columns, or { input = "x" }')


def _classes(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        if not 2 <= value < LARGEST:
            raise refuse(f"there are at least 2 classes, found {value}")
        return value
    if isinstance(value, list) and len(value) >= 2 and all(
            isinstance(v, str | int | float) for v in value):
        if len(set(map(str, value))) < len(value):
            raise refuse("two classes have the same name")
        return value
    raise refuse('classes is a number from 2, or a list of names: ["no", "yes"]')


def _class_weight(value: Any) -> Any:
    if value == "balanced":
        return value
    if isinstance(value, dict) and all(
            isinstance(v, int | float) and not isinstance(v, bool) and v >= 0
            for v in value.values()):
        return value
    raise refuse('class_weight is "balanced", or a table from class to a number: '
                 "{ no = 1.0, yes = 2.0 }")


def _optimize_jit(value: Any) -> Any:
    if value == "auto" or isinstance(value, bool):
        return value
    raise refuse('jit_compile is true, false or "auto"')


def _bound(value: Any) -> Any:
    """A number (at most), or { min, max }, as a table either way."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"max": value}
    if not isinstance(value, dict):
        raise refuse(f"a bound is a number, or {{ min = 10, max = 20 }}; found {kind_of(value)}")
    return value


def _reason(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise refuse(f"a reason is wanted here, as a text; found {kind_of(value)}")
    return value


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


Shape = Annotated[Any, AfterValidator(_shape)]
Pair = Annotated[Any, AfterValidator(_pair)]
Component = Annotated[Any, AfterValidator(_component)]
Components = Annotated[Any, AfterValidator(_components)]
Entries = list[dict[str, Any]]
Inputs = Annotated[Any, AfterValidator(
    lambda v: v if isinstance(v, str) or (isinstance(v, list) and v and all(
        isinstance(one, str) for one in v)) else _raise("an input is a name, or a list of names"))]


def _raise(reason: str) -> Any:
    raise refuse(reason)


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SplitForm(Form):
    validation: Fraction = 0.0
    test: Fraction = 0.0
    seed: Seed = 0
    stratify: Text_ | None = None
    group: Text_ | None = None
    column: Text_ | None = None


class WindowForm(Form):
    length: Count
    horizon: Count = 1
    steps: Count = 1
    stride: Count = 1
    by: Text_ | None = None


class DataForm(Form):
    source: Annotated[Any, AfterValidator(_source)]
    split: SplitForm = SplitForm()
    order: Text_ | None = None
    window: WindowForm | None = None
    stream: bool = False


class Preparing(Form):
    """What an input says for all its columns, and a column for itself."""

    encode: Encode | None = None
    values: Annotated[list[Scalar], Field(min_length=1), AfterValidator(_distinct)] | None = None
    bins: Count | None = None
    missing: Missing | None = None
    flag: bool | None = None
    scale: Scale | None = None


class ColumnForm(Preparing):
    name: Text_


class TextForm(Form):
    tokens: Annotated[int, Field(ge=3, lt=LARGEST)]
    length: Count


class InputForm(Preparing):
    columns: Annotated[list[Annotated[ColumnForm, BeforeValidator(_named)]],
                       Field(min_length=1)] | None = None
    text: TextForm | None = None
    shape: Shape | None = None
    dtype: Literal["float32", "float16", "bfloat16", "int32", "int64", "uint8", "bool",
                   "string"] | None = None
    range: Pair | None = None


class OutputForm(Form):
    task: Task
    from_: Text_ | None = Field(default=None, alias="from")
    target: Annotated[Any, AfterValidator(_target)] | None = None
    loss: Annotated[Any, AfterValidator(_loss)] | None = None
    metrics: Components = []
    weight: Annotated[float, Field(ge=0)] = 1.0
    class_weight: Annotated[Any, AfterValidator(_class_weight)] | None = None
    sample_weight: Text_ | None = None
    scale: Scale = "none"
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    range: Pair | None = None
    shape: Shape | None = None
    classes: Annotated[Any, AfterValidator(_classes)] | None = None
    labels: Labels | None = None


class BlockForm(Form):
    inputs: Annotated[list[Name], AfterValidator(_distinct)] = []
    params: dict[Name, Any] = {}
    layers: Annotated[Entries, Field(min_length=1)]


class TowerForm(Form):
    input: Inputs
    layers: Entries = []


class ModelForm(Form):
    kind: Kind
    layers: Entries = []
    wide: TowerForm | None = None
    deep: TowerForm | None = None
    head: Entries = []
    aux: Entries = []
    dtype: Literal["float32", "mixed_float16", "mixed_bfloat16"] = "float32"
    weights: Text_ | None = None


class CompileForm(Form):
    optimizer: Component = "rmsprop"
    jit_compile: Annotated[Any, AfterValidator(_optimize_jit)] = "auto"
    steps_per_execution: Count = 1
    auto_scale_loss: bool = True


class FitForm(Form):
    epochs: Count = 1
    batch_size: Count = 32
    callbacks: Components = []
    shuffle: bool = True
    validation_batch_size: Count = 1024
    distribute: Literal["data_parallel"] | None = None


class TuneForm(Form):
    search: Literal["grid", "random", "halving"] = "random"
    trials: Count = 10
    folds: Count = 3
    seed: Seed = 0
    objective: Text_ | None = None
    mode: Literal["min", "max"] | None = None
    space: dict[str, Any] = {}


class BoundForm(Form):
    min: float | None = None
    max: float | None = None


Bound = Annotated[BoundForm, BeforeValidator(_bound)]


class BudgetForm(Form):
    params: Bound | None = None
    trainable_params: Bound | None = None
    flops: Bound | None = None
    weights_bytes: Bound | None = None
    activation_bytes: Bound | None = None


class GoldenForm(Form):
    epochs: Count | None = None
    tolerance: Annotated[float, Field(gt=0)] | None = None
    seeds: Annotated[list[Seed], Field(min_length=1), AfterValidator(_distinct)] | None = None


class BenchForm(Form):
    """Nothing can be said of how a spec is measured yet."""


class TestForm(Form):
    """The tests of `specc test` that are left out, each with the reason; `check` cannot be."""

    compiles: Reason | None = None
    reload: Reason | None = None
    overfit: Reason | None = None
    golden: Reason | None = None
    lives: Reason | None = None


class LintForm(Form):
    ignore: dict[str, Reason] = {}


class SpecForm(Form):
    specc: int
    schema_: str | None = Field(default=None, alias="$schema")
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")] | None = None
    description: str | None = None
    seed: Seed = 0
    extends: Inputs | None = None
    unset: list[str] = []
    params: dict[Name, Any] = {}
    data: DataForm | None = None
    inputs: dict[Name, InputForm] = {}
    blocks: dict[Name, BlockForm] = {}
    model: ModelForm | None = None
    outputs: dict[Name, OutputForm] = {}
    compile: CompileForm = CompileForm()
    fit: FitForm = FitForm()
    tune: TuneForm | None = None
    budget: BudgetForm = BudgetForm()
    expect: dict[str, Any] = {}
    golden: GoldenForm | None = None
    bench: BenchForm = BenchForm()
    test: TestForm = TestForm()
    lint: LintForm = LintForm()


TABLES = ("params", "data", "inputs", "blocks", "model", "outputs", "compile", "fit", "tune",
          "budget", "expect", "golden", "bench", "test", "lint")
TOP = tuple(field.alias or name for name, field in SpecForm.model_fields.items())
SCALARS = tuple(key for key in TOP if key not in TABLES)  # what belongs to the top of the file
