"""What passed the door, as the frozen values of `specc.spec`.

A form is what either reader gives: `specc.syntax.form` or `specc.syntax.certain`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from specc.source import Tree
from specc.spec import (
    Block,
    Bound,
    Choices,
    Column,
    Compile,
    Data,
    Fit,
    Generator,
    Golden,
    Input,
    Interval,
    Model,
    Output,
    Parts,
    Source,
    Spec,
    Split,
    Text,
    Tower,
    Tune,
    Window,
)
from specc.stages import OPTIONAL

if TYPE_CHECKING:
    from specc.syntax import form as f

BUDGETS = ("params", "trainable_params", "flops", "weights_bytes", "activation_bytes")


def freeze(form: f.SpecForm, *, space: Mapping[str, Choices | Interval], **rest: Any) -> Spec:
    """The spec that a valid form holds."""
    return Spec(
        model=_model(form.model) if form.model else Model("functional"),
        inputs={name: _input(name, one) for name, one in form.inputs.items()},
        outputs={name: _output(name, one) for name, one in form.outputs.items()},
        seed=form.seed,
        description=form.description,
        data=_data(form.data),
        blocks={name: Block(name, tuple(one.inputs), one.params, tuple(one.layers))
                for name, one in form.blocks.items()},
        compile=Compile(form.compile.optimizer, form.compile.jit_compile,
                        form.compile.steps_per_execution, form.compile.auto_scale_loss),
        fit=_fit(form.fit),
        tune=_tune(form.tune, space),
        budget={key: Bound(one.min, one.max) for key in BUDGETS
                if (one := getattr(form.budget, key)) is not None},
        expect=dict(bounds(form.expect)),
        golden=_golden(form.golden),
        test={key: why for key in OPTIONAL if (why := getattr(form.test, key)) is not None},
        ignore=form.lint.ignore,
        **rest,
    )


def bounds(table: Mapping[str, Tree], prefix: str = "") -> Iterator[tuple[str, Bound]]:
    """`[expect]` flattened: dotted keys and nested tables mean the same."""
    for key, value in table.items():
        name = f"{prefix}{key}"
        whole = name.count(".") == 2 or name.partition(".")[2] == "loss"
        if isinstance(value, dict) and not whole and not set(value) <= {"min", "max"}:
            yield from bounds(value, f"{name}.")
        elif isinstance(value, dict) and set(value) <= {"min", "max"}:
            yield name, Bound(value.get("min"), value.get("max"))
        else:  # a number is the most; anything else is no bound, and lowering says so
            yield name, Bound(None, value if isinstance(value, int | float) else None)


def _model(form: f.ModelForm) -> Model:
    return Model(form.kind, tuple(form.layers), _tower(form.wide), _tower(form.deep),
                 tuple(form.head), tuple(form.aux), form.dtype, form.weights)


def _tower(form: f.TowerForm | None) -> Tower | None:
    if form is None:
        return None
    names = (form.input,) if isinstance(form.input, str) else tuple(form.input)
    return Tower(names, tuple(form.layers))


def _data(form: f.DataForm | None) -> Data | None:
    if form is None:
        return None
    window, split = form.window, form.split
    return Data(_source(form.source),
                Split(split.validation, split.test, split.seed, split.stratify, split.group,
                      split.column),
                form.order,
                Window(window.length, window.horizon, window.steps, window.stride, window.by)
                if window else None,
                form.stream)


def _source(value: Tree) -> Source:
    if isinstance(value, str):
        return value
    if "type" in value:
        return Generator(value["type"], {k: v for k, v in value.items() if k != "type"})
    return Parts(value["train"], value.get("validation"), value.get("test"))


def _input(name: str, form: f.InputForm) -> Input:
    defaults = _column("*", form, Column("*"))
    columns = form.columns and tuple(_column(one.name, one, defaults) for one in form.columns)
    return Input(name, columns or None, defaults,
                 Text(form.text.tokens, form.text.length) if form.text else None,
                 form.shape and tuple(form.shape), form.dtype, form.range and _pair(form.range))


def _column(name: str, form: f.Preparing, otherwise: Column) -> Column:
    """What a column says for itself, else what its input says for all."""
    def said(key: str) -> Any:
        own = getattr(form, key)
        return getattr(otherwise, key) if own is None else own

    values = said("values")
    return Column(name, said("encode"), None if values is None else tuple(values), said("bins"),
                  said("missing"), said("flag"), said("scale"))


def _output(name: str, form: f.OutputForm) -> Output:
    target = form.target
    return Output(
        name, form.task, form.from_,
        tuple(target) if isinstance(target, list) else target if isinstance(target, str) else None,
        target["input"] if isinstance(target, dict) else None,
        form.loss, tuple(form.metrics), form.weight, form.class_weight, form.sample_weight,
        form.scale, form.threshold, form.range and _pair(form.range),
        form.shape and tuple(form.shape),
        tuple(form.classes) if isinstance(form.classes, list) else form.classes,
        form.labels)


def _pair(value: list[float]) -> tuple[float, float]:
    return (float(value[0]), float(value[1]))


def _fit(form: f.FitForm) -> Fit:
    return Fit(form.epochs, form.batch_size, tuple(form.callbacks), form.shuffle,
               form.validation_batch_size, form.distribute)


def _tune(form: f.TuneForm | None, space: Mapping[str, Choices | Interval]) -> Tune | None:
    if form is None:
        return None
    return Tune(form.search, form.trials, form.folds, form.seed, form.objective, form.mode, space)


def _golden(form: f.GoldenForm | None) -> Golden | None:
    if form is None:
        return None
    return Golden(form.epochs, form.tolerance, None if form.seeds is None else tuple(form.seeds))
