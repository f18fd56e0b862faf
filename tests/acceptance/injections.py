"""Single mistakes put into the example specs, each at one place of the text, hundreds in all.

Every function here is one sort of mistake: it takes a spec as it is written and yields what to
write instead. An injection knows its line; what specc says of it is held to that in
`test_injections.py`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc.diagnostics import Diagnostic
from specc.source import Path as Steps
from specc.source import Span, Where
from specc.syntax.places import headers_of, locate

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.specc.toml"))
BUILT_IN = ("iris", "wine", "digits", "diabetes", "breast_cancer", "california_housing")


@dataclass(frozen=True)
class Injection:
    """A spec with one mistake. `lines`: where it stands; a table that lacks something stands on
    the line of its header."""

    file: Path
    kind: str
    text: str
    lines: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.file.name.split('.')[0]}:{self.kind}:{self.lines[0]}"


@dataclass(frozen=True)
class Page:
    """A spec as it is written: text, tree, and where every key and value stands."""

    file: Path
    text: str
    tree: dict[str, Any]
    values: dict[Steps, Span]
    keys: dict[Steps, Span]
    headers: dict[Steps, Span]

    def value(self, *path: str | int) -> Any:
        here: Any = self.tree
        for step in path:
            here = here[step]
        return here

    @property
    def known_columns(self) -> bool:
        """Whether the columns of its data are known without any file."""
        source = self.tree.get("data", {}).get("source")
        return isinstance(source, dict) or source in BUILT_IN

    def written(self, path: Steps, text: str) -> tuple[str, tuple[int, ...]]:
        return self.put(self.values[path], text)

    def renamed(self, path: Steps, text: str) -> tuple[str, tuple[int, ...]]:
        return self.put(self.keys[path], text)

    def put(self, span: Span, text: str) -> tuple[str, tuple[int, ...]]:
        """The text with a stretch of one or more lines replaced."""
        lines = self.text.split("\n")
        begin, end = span.line - 1, span.end_line - 1
        new = lines[begin][:span.column - 1] + text + lines[end][span.end_column - 1:]
        changed = [*lines[:begin], *new.split("\n"), *lines[end + 1:]]
        return "\n".join(changed), (span.line,)

    def below(self, line: int, text: str) -> tuple[str, tuple[int, ...]]:
        """The text with a line more, behind a line of that number."""
        lines = self.text.split("\n")
        return "\n".join([*lines[:line], text, *lines[line:]]), (line + 1,)

    def without(self, line: int, owner: int) -> tuple[str, tuple[int, ...]]:
        """The text without a line; what lacks it stands in line `owner`."""
        lines = self.text.split("\n")
        return "\n".join([*lines[:line - 1], *lines[line:]]), (owner,)

    def at_end(self, text: str) -> tuple[str, tuple[int, ...]]:
        count = self.text.rstrip("\n").count("\n") + 1
        return f"{self.text.rstrip()}\n\n{text}\n", tuple(
            range(count + 2, count + 3 + text.count("\n")))


Made = Iterator[tuple[str, tuple[int, ...]]]


def read(file: Path) -> Page:
    text = file.read_text(encoding="utf-8")
    tree = tomllib.loads(text)
    paths = list(_paths(tree, ()))
    values = dict(zip(paths, _spans(text, paths, "value"), strict=True))
    keys = dict(zip(paths, _spans(text, paths, "key"), strict=True))
    return Page(file, text, tree, values, keys, headers_of(text))


def _paths(tree: Any, base: Steps) -> Iterator[Steps]:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        yield (*base, key)
        if isinstance(value, dict | list):
            yield from _paths(value, (*base, key))


def _spans(text: str, paths: Sequence[Steps], part: Any) -> list[Span]:
    found = [Diagnostic("SX999", "x", "error", "", Where("x", path, part)) for path in paths]
    return [one.span for one in locate(found, {"x": text}) if one.span]


def components(page: Page) -> Iterator[Steps]:
    """Every table with a `type`."""
    yield from (path for path in page.values
                if isinstance(one := page.value(*path), dict) and "type" in one)


def leaves(page: Page) -> Iterator[tuple[Steps, Any]]:
    for path in page.values:
        value = page.value(*path)
        if not isinstance(value, dict | list):
            yield path, value


def computed(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")


# What may hold anything, or names that the author makes up.
FREE = ("params", "expect", "budget", "lint", "tune")
OPEN = ("classes", "values", "class_weight")


def wrong_type(page: Page) -> Made:
    """A text for a number, a number for a text, a list of lists for what is computed."""
    for path, value in leaves(page):
        if path[0] in FREE or set(path) & {*OPEN, "shape"} or path[0] == "extends":
            continue  # a word in a shape is a free length
        if computed(value):
            yield page.written(path, "[[]]")
        elif isinstance(value, bool):
            yield page.written(path, '"perhaps"')
        elif isinstance(value, str):
            yield page.written(path, "7.5")
        else:
            yield page.written(path, '"many"')


def scalar_for_list(page: Page) -> Made:
    for path in page.values:
        if isinstance(page.value(*path), list) and path[0] not in FREE and path[-1] not in OPEN:
            yield page.written(path, "3.5")


def unknown_key_in_table(page: Page) -> Made:
    for path, span in page.headers.items():
        if path[0] not in FREE:
            yield page.below(span.line, "no_such_key = 1")


def unknown_argument(page: Page) -> Made:
    for path in components(page):
        span = page.values[(*path, "type")]
        end = Span(span.end_line, span.end_column, span.end_line, span.end_column)
        if path not in page.headers:
            yield page.put(end, ", no_such_argument = 1")


def misspelt_component(page: Page) -> Made:
    """A letter too many in a class name: of layers, losses, metrics, optimizers, callbacks."""
    for path in components(page):
        word = page.value(*path, "type")
        if not computed(word):
            yield page.written((*path, "type"), f'"{word[:3]}q{word[3:]}"')


def misspelt_argument(page: Page) -> Made:
    """A letter too few in the name of an argument."""
    for path in components(page):
        for key in page.value(*path):
            if key not in ("type", "inputs", "name", "repeat"):
                yield page.renamed((*path, key), key[:2] + key[3:])


def misspelt_key(page: Page) -> Made:
    for path in page.values:
        if len(path) == 2 and path[0] in ("data", "fit", "compile", "golden", "model"):
            yield page.renamed(path, f"{path[1]}x")
        if len(path) == 3 and path[0] in ("inputs", "outputs"):
            yield page.renamed(path, f"{path[2]}x")


WORDS = ("activation", "task", "kind", "scale", "encode", "missing", "padding", "search", "loss",
         "dtype", "labels", "average")


def misspelt_word(page: Page) -> Made:
    for path, value in leaves(page):
        metric = len(path) == 4 and path[2] == "metrics"
        if isinstance(value, str) and not computed(value) and (metric or path[-1] in WORDS):
            yield page.written(path, f'"{value[:2]}z{value[2:]}"')


def misspelt_header(page: Page) -> Made:
    """A letter too many in the name of a table, where it is mentioned once."""
    names = [path[0] for path in page.headers]
    for path, span in page.headers.items():
        inner = f"{path[0]}x" + "".join(f".{one}" for one in path[1:])
        if names.count(path[0]) == 1 and path[0] in page.tree:
            yield page.put(span, inner)


SIZES = ("units", "filters", "kernel_size", "input_dim", "output_dim", "epochs", "batch_size",
         "trials", "folds", "patience", "pool_size")


def negative_size(page: Page) -> Made:
    for path in page.values:
        if path[-1] in SIZES and path[0] not in ("params",) and path[:2] != ("tune", "space"):
            yield page.written(path, "-3")


def size_of_nothing(page: Page) -> Made:
    for path in page.values:
        if path[-1] in SIZES and path[-1] not in ("patience",) and path[0] not in (
                "params",) and path[:2] != ("tune", "space"):
            yield page.written(path, "0")


RANGES = {"rate": "1.5", "learning_rate": "-0.1", "label_smoothing": "-0.5", "weight": "-1",
          "validation": "1.5", "test": "-0.5", "tolerance": "-1", "seed": "-1", "momentum": "2.5"}


def out_of_range(page: Page) -> Made:
    for path, value in leaves(page):
        if path[-1] in RANGES and path[0] not in FREE and not isinstance(value, str):
            yield page.written(path, RANGES[str(path[-1])])


def fraction_in_whole(page: Page) -> Made:
    for path, value in leaves(page):
        if isinstance(value, int) and not isinstance(value, bool) and path[0] not in FREE and (
                path[-1] in (*SIZES, "seed", "length", "horizon", "n_samples")):
            yield page.written(path, f"{value}.5")


def number_in_quotes(page: Page) -> Made:
    for path, value in leaves(page):
        if isinstance(value, int | float) and not isinstance(value, bool) and (
                path[0] not in FREE and not set(path) & set(OPEN)):
            yield page.written(path, f'"{value}"')


def unknown_parameter(page: Page) -> Made:
    """An expression of something that is nowhere defined."""
    for path in page.values:
        if path[-1] in ("units", "learning_rate", "activation", "rate", "epochs", "filters",
                        "batch_size", "repeat") and path[0] not in FREE:
            yield page.written(path, '"=nowhere"')


def expression_that_fails(page: Page) -> Made:
    for path in page.values:
        if path[-1] in ("units", "epochs", "filters", "batch_size") and path[0] not in FREE:
            yield page.written(path, '"=8 // 0"')


def broken_expression(page: Page) -> Made:
    for path in page.values:
        if path[-1] in ("units", "learning_rate", "filters") and path[0] not in FREE:
            yield page.written(path, '"=4 *"')


def broken_reference(page: Page) -> Made:
    for path, value in leaves(page):
        taken = len(path) > 2 and "inputs" in path[-2:]
        if isinstance(value, str) and (taken or path[-1] in ("input", "monitor")):
            yield page.written(path, '"nowhere"')


def reference_downwards(page: Page) -> Made:
    if page.tree["model"].get("kind") == "functional" and "layers" in page.tree["model"]:
        last = page.value("model", "layers")[-1]["name"]
        for index in range(len(page.value("model", "layers")) - 1):
            path = ("model", "layers", index, "type")
            span = page.values[path]
            if "inputs" not in page.value("model", "layers", index):
                yield page.put(Span(span.end_line, span.end_column, span.end_line,
                                    span.end_column), f', inputs = "{last}"')


def unknown_column(page: Page) -> Made:
    if not page.known_columns:
        return
    for path, value in leaves(page):
        column = path[0] == "inputs" and path[2:3] == ("columns",)
        if isinstance(value, str) and (column or path[-1] in ("target", "stratify")):
            yield page.written(path, f'"{value[:2]}q{value[2:]}"')


def duplicate_name(page: Page) -> Made:
    """A layer under the name of an input."""
    entry = next(iter(page.tree.get("inputs", {})), None)
    for path in page.values:
        if path[0] == "model" and len(path) == 4 and path[-1] == "name" and entry and (
                page.text.count(f'"{page.value(*path)}"') == 1):
            yield page.written(path, f'"{entry}"')
        elif path[0] == "model" and len(path) == 3 and isinstance(page.value(*path), dict) and (
                "name" not in page.value(*path) and entry):
            span = page.values[(*path, "type")]
            yield page.put(Span(span.end_line, span.end_column, span.end_line, span.end_column),
                           f', name = "{entry}"')


def name_that_is_none(page: Page) -> Made:
    for path in page.values:
        if path[0] == "model" and path[-1] == "name" and (
                page.value(*path) not in page.tree["outputs"]):
            yield page.written(path, '"my layer"')
    yield page.written(("name",), '"my spec"')


REQUIRED = {("specc",), ("model", "kind")}


def missing_key(page: Page) -> Made:
    for path in page.values:
        if path in REQUIRED or (path[0] == "outputs" and path[-1] == "task"):
            owner = page.headers[path[:-1]].line if path[:-1] else 1
            if "extends" not in page.tree:
                yield page.without(page.values[path].line, owner)


def missing_argument(page: Page) -> Made:
    """A layer without its size."""
    for path in components(page):
        one = page.value(*path)
        for key in ("units", "filters", "input_dim", "rate"):
            if key in one and path[0] == "model":
                begin, end = page.keys[(*path, key)], page.values[(*path, key)]
                line = page.text.split("\n")[end.line - 1]
                comma = 2 if line[end.end_column - 1:end.end_column + 1] == ", " else 0
                back = 0 if comma else 2
                yield page.put(Span(begin.line, begin.column - back, end.end_line,
                                    end.end_column + comma), "")


def component_without_type(page: Page) -> Made:
    for path in components(page):
        if path[0] != "data" and not computed(page.value(*path, "type")):
            yield page.renamed((*path, "type"), "typ")


def wrong_category(page: Page) -> Made:
    for path in components(page):
        if path[0] == "model" and len(path) == 3:
            yield page.written((*path, "type"), '"Adam"')
        elif path[:2] == ("compile", "optimizer"):
            yield page.written((*path, "type"), '"Dense"')
        elif "metrics" in path:
            yield page.written((*path, "type"), '"Dropout"')


def refused(page: Page) -> Made:
    for path in components(page):
        if path[0] == "model" and len(path) == 3:
            yield page.written((*path, "type"), '"Lambda"')


def shape_that_does_not_fit(page: Page) -> Made:
    """A layer more, in front of another, that its input cannot enter."""
    for path in components(page):
        if path[0] == "model" and len(path) == 3 and path[1] == "layers" and (
                "inputs" not in page.value(*path)):
            at = page.values[path]
            begin = Span(at.line, at.column, at.line, at.column)
            yield page.put(begin, '{ type = "Reshape", target_shape = [7919, 3] }, ')
            yield page.put(begin, '{ type = "Conv3D", filters = 2, kernel_size = 2 }, ')


def wrong_units(page: Page) -> Made:
    """A last layer of another width than there are classes or targets."""
    for path in page.values:
        if path[0] == "model" and path[-1] == "units":
            entry = page.value(*path[:-1])
            output = page.tree["outputs"].get(entry.get("name"), {})
            if output.get("task") in ("multiclass", "multilabel") or (
                    output.get("task") == "regression" and page.known_columns):
                yield page.written(path, str(entry["units"] - 1 or 2))


def wrong_ending(page: Page) -> Made:
    """A last activation that the task cannot use."""
    for path, _ in leaves(page):
        if path[-1] == "activation" and path[0] == "model":
            entry = page.value(*path[:-1])
            task = page.tree["outputs"].get(entry.get("name"), {}).get("task")
            if task == "multiclass":
                yield from (page.written(path, f'"{one}"') for one in ("relu", "tanh", "elu"))
            elif task == "binary":
                yield from (page.written(path, f'"{one}"') for one in ("softmax", "tanh"))


LOSSES = {"binary": ("categorical_crossentropy", "sparse_categorical_crossentropy"),
          "multiclass": ("hinge", "squared_hinge"),
          "regression": ("categorical_crossentropy", "binary_crossentropy"),
          "count": ("categorical_crossentropy", "sparse_categorical_crossentropy"),
          "multilabel": ("categorical_crossentropy", "sparse_categorical_crossentropy")}


def wrong_loss(page: Page) -> Made:
    for name, output in page.tree.get("outputs", {}).items():
        for loss in LOSSES.get(output.get("task"), ()):
            if "loss" not in output:
                yield page.below(page.headers["outputs", name].line, f'loss = "{loss}"')


def wrong_task(page: Page) -> Made:
    for name, output in page.tree.get("outputs", {}).items():
        if output.get("task") == "multiclass":
            yield page.written(("outputs", name, "task"), '"regression"')


def unknown_number(page: Page) -> Made:
    """Bounds on numbers that no run reports."""
    output = next(iter(page.tree["outputs"]), None) if "outputs" in page.tree else None
    if "expect" in page.tree:
        line = page.headers["expect",].line
        yield page.below(line, '"test.nowhere.mae" = { max = 1 }')
        yield page.below(line, f'"test.{output}.topk" = {{ max = 1 }}')
        yield page.below(line, f'"test.{output}.loss.x" = {{ max = 1 }}')
        yield page.below(line, '"validation.loss" = { most = 1 }')
        yield page.below(line, '"validation.loss" = { min = 2, max = 1 }')
    else:
        yield page.at_end('[expect]\n"test.nowhere.mae" = { max = 1 }')


def over_budget(page: Page) -> Made:
    yield page.at_end("[budget]\nparams = 2")
    yield page.at_end("[budget]\nparms = 2")
    yield page.at_end('[budget]\nflops = "few"')


def wrong_callback(page: Page) -> Made:
    if "callbacks" in page.tree.get("fit", {}) or "fit" not in page.tree:
        return
    line = page.headers["fit",].line
    for one in ('{ type = "EarlyStopping", monitor = "val_nothing" }', '{ type = "EarlyStoping" }',
                '{ type = "EarlyStopping", patience = -1 }', '{ type = "EarlyStopping", x = 1 }',
                '{ type = "LambdaCallback" }', '{ type = "ReduceLROnPlateau", factor = "half" }',
                '{ type = "CSVLogger", filename = "../log.csv" }'):
        yield page.below(line, f"callbacks = [{one}]")


def keras_habits(page: Page) -> Made:
    """Arguments of Keras's fit and compile that a spec says elsewhere."""
    for table, lines in {"fit": ("validation_split = 0.2", "verbose = 1", "epoch = 3"),
                         "compile": ('loss = "mse"', 'metrics = ["mae"]', 'optimiser = "adam"'),
                         "data": ("test_split = 0.2", "shuffle = true")}.items():
        if (table,) in page.headers:
            yield from (page.below(page.headers[table,].line, one) for one in lines)


def legacy_argument(page: Page) -> Made:
    for path in components(page):
        span = page.values[(*path, "type")]
        end = Span(span.end_line, span.end_column, span.end_line, span.end_column)
        kind = page.value(*path, "type")
        if path[0] == "model" and kind == "Dense":
            yield page.put(end, ", input_shape = [4]")
        elif path == ("compile", "optimizer"):
            yield page.put(end, ", decay = 1e-6")
            if "learning_rate" in page.value(*path):
                yield page.renamed((*path, "learning_rate"), "lr")


def twice(page: Page) -> Made:
    """A key or a table that is written again."""
    for path in page.values:
        if len(path) == 2 and path[0] in ("fit", "data", "golden"):
            span = page.values[path]
            line = page.text.split("\n")[span.line - 1]
            if span.line == span.end_line:
                yield page.below(span.line, line)
    for path, span in page.headers.items():
        yield page.at_end(f"[{'.'.join(map(str, path))}]")[0], (
            page.text.rstrip("\n").count("\n") + 3, span.line)


def swallowed(page: Page) -> Made:
    for path, span in page.headers.items():
        if path[0] in ("data", "fit", "compile", "golden", "model"):
            yield page.below(span.line, 'description = "what it is"')


def bare_word(page: Page) -> Made:
    for path, value in leaves(page):
        if isinstance(value, str) and value.isidentifier() and len(path) <= 3:
            yield page.written(path, value)
        elif isinstance(value, bool):
            yield page.written(path, str(value))


def no_value(page: Page) -> Made:
    for path, _ in leaves(page):
        if len(path) <= 2:
            yield page.written(path, "")


def open_bracket(page: Page) -> Made:
    """A list or a table that is never closed; the message may point at where it begins."""
    for path in page.values:
        span = page.values[path]
        if isinstance(page.value(*path), list) and span.end_line == span.line and len(path) <= 3:
            text, (line,) = page.put(Span(span.line, span.end_column - 1, span.line,
                                          span.end_column), "")
            yield text, (line, line + 1)


def open_quote(page: Page) -> Made:
    for path, value in leaves(page):
        span = page.values[path]
        if isinstance(value, str) and len(path) <= 2:
            yield page.put(Span(span.line, span.end_column - 1, span.line, span.end_column), "")


def wrong_version(page: Page) -> Made:
    yield page.written(("specc",), "2")
    yield page.written(("specc",), '"1"')
    yield page.written(("specc",), "0")


def wrong_base(page: Page) -> Made:
    if "extends" in page.tree:
        yield page.written(("extends",), '"nowhere.specc.toml"')
        yield page.written(("extends",), '"../../../../etc/passwd"')
        yield page.written(("extends",), f'"{page.file.name}"')
        yield page.below(page.values["extends",].line, 'unset = ["fit.calbacks"]')
    else:
        yield page.below(page.values["name",].line, 'extends = "nowhere.specc.toml"')
        yield page.below(page.values["name",].line, 'unset = ["fit"]')


def wrong_lint(page: Page) -> Made:
    yield page.at_end('[lint]\nignore = { PA999 = "why not" }')
    yield page.at_end('[lint]\nignore = { PA101 = "I know" }')
    yield page.at_end("[lint]\nignore = { PA108 = 3 }")


def wrong_split(page: Page) -> Made:
    if isinstance(page.tree.get("data", {}).get("split"), dict):
        path = ("data", "split")
        yield page.written(path, "{ validation = 0.7, test = 0.7 }")
        yield page.written(path, "{ validation = 0.2, tests = 0.2 }")
        yield page.written(path, "0.2")
        if page.known_columns:
            yield page.written(path, '{ validation = 0.2, test = 0.2, group = "nowhere" }')


def wrong_source(page: Page) -> Made:
    if "data" in page.tree:
        yield page.written(("data", "source"), '"iriss"')
        yield page.written(("data", "source"), '{ type = "make_mooons" }')
        yield page.written(("data", "source"), '{ type = "make_moons", samples = 3 }')
        yield page.written(("data", "source"), '{ type = "make_moons", n_samples = "many" }')


def wrong_space(page: Page) -> Made:
    for key in page.tree.get("tune", {}).get("space", {}):
        path = ("tune", "space", key)
        yield page.renamed(path, f"{key}x")
        yield page.written(path, "[]")
        yield page.written(path, "{ int = [9, 1] }")
        yield page.written(path, "{ logs = [1, 2] }")
    if "objective" in page.tree.get("tune", {}):
        yield page.written(("tune", "objective"), '"validation.nowhere.loss"')


def wrong_parameter(page: Page) -> Made:
    """A value in [params] that cannot be used where it is used."""
    for key, value in page.tree.get("params", {}).items():
        path = ("params", key)
        if isinstance(value, str) and not computed(value):
            yield page.written(path, f'"{value[:2]}z{value[2:]}"')
            yield page.written(path, "[3.5]")
        elif not isinstance(value, dict | list | bool):
            yield page.written(path, '"many"')
            yield page.written(path, "-3")
        yield page.written(path, '"=nowhere"')
        yield page.written(path, '"=1 +"')


SORTS: tuple[Callable[[Page], Made], ...] = (
    wrong_type, scalar_for_list, unknown_key_in_table, unknown_argument, misspelt_component,
    misspelt_argument, misspelt_key, misspelt_header, misspelt_word, negative_size,
    size_of_nothing, out_of_range, fraction_in_whole, number_in_quotes, unknown_parameter,
    expression_that_fails,
    broken_expression, broken_reference, reference_downwards, unknown_column, duplicate_name,
    name_that_is_none, missing_key, missing_argument, component_without_type, wrong_category,
    refused, shape_that_does_not_fit, wrong_units, wrong_ending, wrong_loss, wrong_task,
    unknown_number, over_budget, wrong_callback, keras_habits, legacy_argument, twice, swallowed,
    bare_word, no_value, open_bracket, open_quote, wrong_version, wrong_base, wrong_lint,
    wrong_split, wrong_source, wrong_space,
    wrong_parameter,
)


def injections() -> Iterator[Injection]:
    for file in SPECS:
        page = read(file)
        for sort in SORTS:
            for text, lines in sort(page):
                if text != page.text:
                    yield Injection(file, sort.__name__, text, lines)


__all__ = ["SORTS", "SPECS", "Injection", "injections", "read"]
