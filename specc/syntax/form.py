"""The form of a document as pydantic models: which keys each table has, and their types.

pydantic stands at this door and nowhere behind it: `specc.syntax.freeze` turns what passes into
the frozen values of `specc.spec`. Expressions are substituted before a document comes here;
layers and blocks are only checked to be lists of tables, since lowering evaluates them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from specc.spec import Encode, Kind, Labels, Missing, Scale, Task
from specc.stages import OPTIONAL
from specc.syntax import values as must
from specc.syntax.values import FILE_NAME, LARGEST, NAME


def refused(wrong: Callable[[Any], str | None]) -> Callable[[Any], Any]:
    """A check of `specc.syntax.values` as pydantic wants it."""
    def check(value: Any) -> Any:
        if reason := wrong(value):
            raise PydanticCustomError("specc", "{reason}", {"reason": reason})
        return value

    return check


def checked(wrong: Callable[[Any], str | None]) -> AfterValidator:
    return AfterValidator(refused(wrong))


def _bound(value: Any) -> Any:
    return must.whole_bound(refused(must.bound)(value))


Name = Annotated[str, Field(pattern=NAME)]
Text_ = Annotated[str, Field(min_length=1)]
Reason = Annotated[str, Field(min_length=1), BeforeValidator(refused(must.reason))]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Count = Annotated[int, Field(ge=1, lt=LARGEST)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Scalar = Annotated[Any, checked(must.scalar)]
Shape = Annotated[Any, checked(must.shape)]
Pair = Annotated[Any, checked(must.pair)]
Component = Annotated[Any, checked(must.component)]
Components = Annotated[Any, checked(must.components)]
Entries = list[dict[str, Any]]
Inputs = Annotated[Any, checked(must.inputs)]


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
    source: Annotated[Any, checked(must.source)]
    split: SplitForm = SplitForm()
    order: Text_ | None = None
    window: WindowForm | None = None
    stream: bool = False


class Preparing(Form):
    """What an input says for all its columns, and a column for itself."""

    encode: Encode | None = None
    values: Annotated[list[Scalar], Field(min_length=1), checked(must.distinct)] | None = None
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
    columns: Annotated[list[Annotated[ColumnForm, BeforeValidator(must.whole_column)]],
                       Field(min_length=1)] | None = None
    text: TextForm | None = None
    shape: Shape | None = None
    dtype: Literal["float32", "float16", "bfloat16", "int32", "int64", "uint8", "bool",
                   "string"] | None = None
    range: Pair | None = None


class OutputForm(Form):
    task: Task
    from_: Text_ | None = Field(default=None, alias="from")
    target: Annotated[Any, checked(must.target)] | None = None
    loss: Annotated[Any, checked(must.loss)] | None = None
    metrics: Components = []
    weight: Annotated[float, Field(ge=0)] = 1.0
    class_weight: Annotated[Any, checked(must.class_weight)] | None = None
    sample_weight: Text_ | None = None
    scale: Scale = "none"
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    range: Pair | None = None
    shape: Shape | None = None
    classes: Annotated[Any, checked(must.classes)] | None = None
    labels: Labels | None = None


class BlockForm(Form):
    inputs: Annotated[list[Name], checked(must.distinct)] = []
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
    jit_compile: Annotated[Any, checked(must.optimize_jit)] = "auto"
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
    seeds: Annotated[list[Seed], Field(min_length=1), checked(must.distinct)] | None = None


class BenchForm(Form):
    """Nothing can be said of how a spec is measured yet."""


if TYPE_CHECKING:
    class TestForm(Form): ...
else:
    TestForm = create_model("TestForm", __base__=Form, __module__=__name__, __doc__=(
        "The stages of `specc test` that are left out, each with the reason."),
        **dict.fromkeys(OPTIONAL, (Reason | None, None)))


class LintForm(Form):
    ignore: dict[str, Reason] = {}


class SpecForm(Form):
    specc: int
    schema_: str | None = Field(default=None, alias="$schema")
    name: Annotated[str, Field(pattern=FILE_NAME)] | None = None
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

