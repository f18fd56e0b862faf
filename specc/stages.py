"""The stages that `specc test` and the pytest plugin hold a spec to: the one table of their names.

The keys of `[test]`, pytest's markers, `specc test --help`, the JSON Schema and the page
docs/testing.md all say what stands here. What a stage does is a function of its name in
`specc.runner.probes`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from specc.record import Record

Family: TypeAlias = Literal["text", "model", "train", "golden", "life"]

MARKERS: dict[Family, str] = {  # pytest marker by family: what `-m` selects
    "text": "specc_text", "model": "specc_model", "train": "specc_train",
    "golden": "specc_golden", "life": "specc_life",
}
FAMILIES: dict[Family, str] = {
    "text": "what is written: no model is built",
    "model": "a model as it is built: nothing is trained for more than a step",
    "train": "a few steps, or two epochs",
    "golden": "the losses of the first epochs",
    "life": "a whole run",
}


class Stage(Record):
    """One thing that a spec is held to.

    `holds`: what is true where it passes. `left_out`: what a reason in `[test]` explains; None
    where it cannot be left out. `rows`: whether it needs the data. `asked`: the table of the spec
    without which there is nothing to hold. `quick`: also with `--quick`.
    """

    name: str
    family: Family
    holds: str
    left_out: str | None
    rows: bool = True
    asked: str | None = None
    fresh: bool = False  # in another process
    slow: bool = False
    quick: bool = False


STAGES: tuple[Stage, ...] = (
    Stage("check", "text", "no errors, rows read too", None, rows=False, quick=True),
    Stage("readers", "text", "the JSON Schema, pydantic and the quick reader take the same spec",
          "why its readers are not compared", rows=False),
    Stage("canonical", "text", "written anew as TOML and as JSON it has the same hashes",
          "why its canonical form is not read again", rows=False),
    Stage("budget", "text", "the model costs no more than [budget] allows",
          "why its budget is not held", rows=False, asked="budget"),
    Stage("compiles", "model", "the model is built, and predicts finite numbers",
          "why the model is not built by itself"),
    Stage("inferred", "model", "shapes, weights and FLOPs are those that were computed",
          "why what was computed is not compared with the model"),
    Stage("rows", "model", "a prediction depends on its own row alone",
          "why predictions may depend on other rows"),
    Stage("range", "model", "outputs lie where their activation says",
          "why outputs may lie elsewhere"),
    Stage("reload", "model", "saved, and loaded in a fresh process, it predicts the same bits",
          "why saving and loading is not tested", fresh=True),
    Stage("settings", "model", "optimizer, losses, metrics and their weights are saved with it",
          "why what it was compiled with may be lost"),
    Stage("gradients", "train", "every trainable weight gets a gradient",
          "why a weight may stay as it is"),
    Stage("overfit", "train", "the loss of one batch falls clearly",
          "why one batch is not learned by heart"),
    Stage("descends", "train", "an epoch lowers the loss", "why an epoch need not lower the loss"),
    Stage("deterministic", "train", "two trainings are the same bits",
          "why two trainings may differ"),
    Stage("resumes", "train", "a training that was interrupted ends with the same bits",
          "why an interrupted training may differ"),
    Stage("golden", "golden", "the first epochs' losses are the golden ones",
          "why the losses are not compared with the golden ones", asked="golden", quick=True),
    Stage("expect", "life", "a whole run meets [expect]",
          "why the whole run is not held to [expect]", asked="expect", slow=True),
)

BY_NAME: dict[str, Stage] = {one.name: one for one in STAGES}
OPTIONAL: dict[str, str] = {one.name: one.left_out for one in STAGES if one.left_out}
