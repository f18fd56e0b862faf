"""A plan becomes a compiled Keras model, of the kind that the spec asks for.

Whatever Keras refuses while it builds is caught here, once, and comes out as a diagnostic at the
layer that caused it. Each layer is seeded by its own full name before it is constructed and
again before it is built, so a layer inserted elsewhere changes no initial weight.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from specc.backend import adapt, distribute, errors, products, subclassed
from specc.backend.names import metric_names
from specc.backend.objects import Untrusted, make
from specc.backend.seeds import caller_unmoved, seed_layer
from specc.backend.walk import (
    Visit,
    follow,
    freeze,
    half_held,
    hold,
    last_layers,
    live,
    make_layer,
    settings,
)
from specc.diagnostics import Diagnostic, Outcome
from specc.facts.files import locate_source
from specc.ir.graph import Graph, Node
from specc.ir.infer import infer
from specc.ir.learning import before, learns, untaught
from specc.ir.plan import Plan
from specc.source import Where

REFUSALS: tuple[type[BaseException], ...] = (
    ValueError, TypeError, LookupError, AttributeError, NotImplementedError, RuntimeError,
    ArithmeticError, AssertionError, OSError, ImportError, MemoryError,
)


class _Trail:
    """Where building is: the node whose layer is being made or called."""

    def __init__(self, start: Where) -> None:
        self.where, self.component, self.name = start, "model", ""

    def at(self, node: Node) -> None:
        self.where, self.component, self.name = node.where, node.layer.name, node.layer_name

    def on(self, where: Where, component: str, name: str = "") -> None:
        self.where, self.component, self.name = where, component, name


def build(plan: Plan, rows: Mapping[str, Any] | None = None, *,
          trust: frozenset[str] = frozenset()) -> Outcome[Any]:
    """The compiled `keras.Model` of a plan, with its initial weights.

    rows: training rows by input name, for layers that learn from them (Normalization); without
    them such layers stay as they are, with a warning.
    trust: modules whose classes a spec may name as `module:Class`.
    """
    graph = live(plan.graph)
    trail = _Trail(plan.spec.where("model"))
    said = [one for one in distribute.judged(plan) if one.severity == "error"]
    if said:
        return Outcome(None, tuple(said))
    policy = plan.spec.model.dtype
    try:
        with settings(policy), caller_unmoved(), distribute.building(plan):
            layers, parts = _layers(graph, plan, trail, trust, said)
            if any(one.severity == "error" for one in said):
                return Outcome(None, tuple(said))
            visit = _visitor(graph, layers, rows, plan.spec.seed, trail, said)
            model = _model(plan, graph, layers, parts, visit, said)
            freeze(graph, layers)
            if rows is not None:
                said += _learned_otherwise(graph, layers, policy)
            trail.on(plan.spec.where("model", "weights"), "weights")
            said += _start_from(model, plan)
            _compile(model, plan, trail, trust)
    except Untrusted as refused:
        said.append(errors.module_not_trusted(trail.where, name=str(refused)))
        return Outcome(None, tuple(said))
    except refusals() as refused:
        said.append(refusal(refused, trail.where, trail.component, trail.name))
        return Outcome(None, tuple(said))
    if any(one.severity == "error" for one in said):
        return Outcome(None, tuple(said))
    return Outcome(model, (*said, *products.judged(model, plan.spec.where("model"))))


def compile_model(model: Any, plan: Plan, *, optimizer: bool = True,
                  trust: frozenset[str] = frozenset()) -> Outcome[Any]:
    """Compile a reloaded model anew as the plan says, keeping its weights.

    What Keras saves of a loss can lose arguments (`Huber(delta=2)` comes back with 1.0), and it
    overwrites constants of calls (`specc.backend.walk.hold`). The optimizer starts anew, unless
    `optimizer` is false: then it goes on where it was.
    """
    trail = _Trail(plan.spec.where("compile"))
    try:
        with settings(plan.spec.model.dtype), caller_unmoved():
            layers = {layer.name: layer for layer in model.layers}
            hold(plan.graph, layers)
            freeze(plan.graph, layers)
            _compile(model, plan, trail, trust, model.optimizer if not optimizer else None)
    except Untrusted as refused:
        return Outcome(None, (errors.module_not_trusted(trail.where, name=str(refused)),))
    except refusals() as refused:
        found = refusal(refused, trail.where, trail.component, trail.name)
        return Outcome(None, (found,))
    return Outcome(model)


def refusals() -> tuple[type[BaseException], ...]:
    """What Keras and its back ends raise for something they cannot do."""
    tensorflow = sys.modules.get("tensorflow")
    return (*REFUSALS, tensorflow.errors.OpError) if tensorflow else REFUSALS


def refusal(raised: BaseException, where: Where, component: str, name: str = "") -> Diagnostic:
    """A diagnostic from what was raised: its first sentence, as specc writes sentences."""
    lines = [line.strip() for line in str(raised).splitlines() if line.strip()]
    text = lines[0] if lines else type(raised).__name__
    if text.startswith("Exception encountered when calling") and len(lines) > 1:
        text = lines[1].replace("\x1b[1m", "").replace("\x1b[0m", "")
    if text.startswith("Graph execution error"):  # a traceback follows, and then what went wrong
        text = next((line for line in reversed(lines) if not line.startswith("[[")), text)
    return errors.keras_refuses(where, component=component, name=name,
                                reason=text.rstrip(".")[:300])


def load_part(path: Path) -> Any:
    """A saved model, in safe mode and not compiled."""
    if path.suffix != ".keras":
        raise ValueError("only `.keras` files are read")
    return keras.saving.load_model(path, compile=False, safe_mode=True)


def _layers(graph: Graph, plan: Plan, trail: _Trail, trust: frozenset[str],
            said: list[Diagnostic]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Every layer, constructed; and the saved parts among them."""
    last = last_layers(graph)
    layers: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    for node in graph.layers():
        trail.at(node)
        if node.model_file is None:
            layers[node.layer_name] = make_layer(node, plan.spec.seed, trust=trust,
                                                 last=node.layer_name in last)
            continue
        path = locate_source(plan.spec, node.model_file, node.at("model"))
        if isinstance(path, Diagnostic):
            said.append(path)
            continue
        try:
            part = load_part(Path(path))
        except refusals() as raised:
            said.append(errors.model_unreadable(node.where, file=node.model_file,
                                                reason=_first_line(raised)))
            continue
        part.name, part.trainable = node.layer_name, node.trainable
        layers[node.layer_name] = parts[node.layer_name] = part
    return layers, parts


def _visitor(graph: Graph, layers: Mapping[str, Any], rows: Mapping[str, Any] | None, seed: int,
             trail: _Trail, said: list[Diagnostic]) -> Visit:
    """What happens to a node before its layer is called: adapting, seeding, remembering it."""
    seen: set[str] = set()

    def visit(node: Node) -> None:
        trail.at(node)
        if node.layer_name in seen:
            return
        seen.add(node.layer_name)
        source = learns(node, graph)
        if source is not None and rows is not None:
            adapt.adapt(layers[node.layer_name], rows[source],
                        [layers[one.layer_name] for one in before(node, graph)])
        elif source is not None:
            said.append(untaught(node))
        seed_layer(seed, node.layer_name)

    return visit


def _learned_otherwise(graph: Graph, layers: Mapping[str, Any], policy: str) -> list[Diagnostic]:
    """Declared shapes that what was learned from the rows contradicts."""
    if all(node.declared is None for node in graph.nodes):
        return []
    done = infer(adapt.rewritten(graph, layers), policy)
    return [one for one in done.errors if one.name == "declared-shape-mismatch"]


def _model(plan: Plan, graph: Graph, layers: dict[str, Any], parts: dict[str, Any],
           visit: Visit, said: list[Diagnostic]) -> Any:
    kind, name = plan.spec.model.kind, model_name(plan.spec.name)
    if kind == "subclassed":
        model = subclassed.of(graph, plan.spec.seed, plan.spec.model.dtype, name, parts, layers)
        model.build_visiting(visit)
        model.rewire(adapt.rewritten(graph, layers))
        return model
    entering = subclassed.symbolic(graph)
    if kind == "sequential" and is_chain(graph):
        (first,) = entering.values()
        tensor = first
        for node in graph.nodes:  # built one by one; the Sequential then calls what is built
            visit(node)
            layer = layers[node.layer_name]
            if not layer.built:
                layer.build(tensor.shape)
            tensor = layer.compute_output_spec(tensor)
        return keras.Sequential([first, *(layers[node.layer_name] for node in graph.nodes)],
                                name=name)
    outputs = follow(graph, layers, entering, visit)
    hold(graph, layers)
    said += [errors.half_constant(node.where, name=node.layer_name) for node in half_held(graph)]
    said += [errors.only_here(node.where, name=node.layer_name) for node in graph.nodes
             if node.constants.get("training") is True]
    inputs = entering if len(entering) > 1 else next(iter(entering.values()))
    return keras.Model(inputs, outputs, name=name)


def is_chain(graph: Graph) -> bool:
    """Whether a graph is what `keras.Sequential` can say: one input, each layer on the one before.

    A sequential spec that says more (constants for a call, an output halfway) becomes a
    functional model, which computes the same.
    """
    if len(graph.inputs) != 1 or len(graph.outputs) != 1 or not graph.nodes:
        return False
    before = graph.inputs[0].name
    for node in graph.nodes:
        plain = not (node.named or node.constants or node.as_list or node.model_file)
        if not plain or [(ref.node, ref.index) for ref in node.args] != [(before, 0)]:
            return False
        before = node.name
    (last,) = graph.outputs.values()
    unshared = len({node.layer_name for node in graph.nodes}) == len(graph.nodes)
    return unshared and (last.node, last.index) == (before, 0)


def model_name(name: str) -> str:
    """A spec's name as Keras and TensorFlow take it in scopes."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "_.-") else "_" for c in name)
    return kept if kept[:1].isalnum() else f"model{kept}"


def _compile(model: Any, plan: Plan, trail: _Trail, trust: frozenset[str],
             optimizer: Any = None) -> None:
    """Losses, metrics and weights go to Keras by output name; to a Sequential as they are."""
    spec, names = plan.spec, metric_names(plan.heads)
    losses: dict[str, Any] = {}
    metrics: dict[str, list[Any]] = {}
    for head in sorted(plan.heads, key=lambda one: one.name):  # the order of tables never matters
        trail.on(spec.where("outputs", head.name, "loss"), head.loss.name, head.name)
        losses[head.name] = make(head.loss, trust)
        trail.on(spec.where("outputs", head.name, "metrics"), "metrics", head.name)
        metrics[head.name] = [make(one, trust, name=names[head.name, key])
                              for key, one in head.metrics]
    weights = {head.name: float(head.output.weight)
               for head in sorted(plan.heads, key=lambda one: one.name)}
    trail.on(spec.where("compile", "optimizer"), plan.optimizer.name)
    if optimizer is None:
        optimizer = make(plan.optimizer, trust)
    alone = isinstance(model, keras.Sequential)
    (first, *_) = losses
    weighted = any(weight != 1.0 for weight in weights.values())
    trail.on(spec.where("compile"), "compile")
    model.compile(
        optimizer=optimizer,
        loss=losses[first] if alone else losses,
        loss_weights=None if not weighted else [weights[first]] if alone else weights,
        metrics=metrics[first] if alone else metrics,
        jit_compile=spec.compile.jit_compile,
        steps_per_execution=spec.compile.steps_per_execution,
        auto_scale_loss=spec.compile.auto_scale_loss,
    )


def _start_from(model: Any, plan: Plan) -> list[Diagnostic]:
    """Copy all weights of the saved model that `[model] weights` names, shapes checked first."""
    file = plan.spec.model.weights
    if file is None:
        return []
    where = plan.spec.where("model", "weights")
    path = locate_source(plan.spec, file, where)
    if isinstance(path, Diagnostic):
        return [path]
    try:
        saved = load_part(Path(path))
    except refusals() as raised:
        return [errors.model_unreadable(where, file=file, reason=_first_line(raised))]
    held = {layer.name: layer.get_weights() for layer in saved.layers}
    for layer in model.layers:
        wanted = [one.shape for one in layer.get_weights()]
        found = [one.shape for one in held.get(layer.name, [])]
        if wanted != found:
            return [errors.start_weights_differ(where, file=file, layer=layer.name,
                                          found=_shapes(found), wanted=_shapes(wanted))]
    for layer in model.layers:
        layer.set_weights(held.get(layer.name, []))
    return []


def _shapes(shapes: list[tuple[int, ...]]) -> str:
    return ", ".join(map(str, shapes)) or "no weights"


def _first_line(raised: BaseException) -> str:
    text = str(raised).strip()
    return text.splitlines()[0].rstrip(".")[:300] if text else type(raised).__name__
