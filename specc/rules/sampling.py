"""The rows that are trained on and measured with: how many of each class, in which order, and
whether the two are apart. Judged once rows are read.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.facts.profile import in_sequence
from specc.rules.pairing import Pairing, Subject
from specc.rules.rule import Finding, Rule, each_output, warning
from specc.rules.tables import OVERLAPS
from specc.source import Where

RARE = 10  # times as many rows of one class as of another
FOCAL = ("BinaryFocalCrossentropy", "CategoricalFocalCrossentropy")
COPIED, BY_CHANCE = 0.2, 10  # the share of copies that is no accident, and its ratio to chance
APART = 0.5  # how much of one distribution of classes stands elsewhere in another
ENOUGH = 20  # rows


@warning("DA311")
@each_output
def class_imbalance(one: Pairing) -> Iterator[Finding]:
    """A class has ten times as many training rows as another, and all rows count alike.

    Why: a model that always says the frequent class is right most of the time, and its loss is
    already low. The rare class, which is often the one that matters, is what it learns last.

    Rows (rows.csv):

        x,ill
        1,0
        2,0
        3,0
        4,0
        5,0
        6,0
        7,0
        8,0
        9,0
        8,0
        7,0
        2,1

    Example:

        [data]
        source = "rows.csv"
        [inputs.x]
        columns = ["x"]
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.ill]    # warning: [DA311]
        task = "binary"
        target = "ill"

    Use instead: `class_weight = "balanced"`, a focal loss, or a `threshold` that was chosen and
    AUC, which does not care.

    Source: SageMaker Debugger, ClassImbalance, whose limit it is.
    """
    output, profile = one.head.output, one.profile
    if profile is None or output.class_weight is not None or output.sample_weight is not None or (
            one.loss in FOCAL or one.loss in OVERLAPS):
        return
    if output.threshold != 0.5 and any(metric.name == "AUC" for _, metric in one.head.metrics):
        return
    counts = profile.counts.get("train", ())
    if len(counts) < 2 or not min(counts) or max(counts) <= RARE * min(counts):
        return
    names = one.names or tuple(range(len(counts)))
    rare, frequent = counts.index(min(counts)), counts.index(max(counts))
    yield Finding(one.at(), f"class `{names[rare]}` has {min(counts):,} training "
                  f"row{'s' * (min(counts) > 1)}, class `{names[frequent]}` {max(counts):,}",
                  advice='add class_weight = "balanced"')


@warning("DA312")
def train_test_overlap(about: Subject) -> Iterator[Finding]:
    """Many rows that are measured with are trained on too.

    Why: what a model has seen says nothing of what it has not. Copies come from rows that were
    multiplied before they were split, or from files that were put together twice. A table of few
    categories, where most rows have a twin by chance, is left alone.

    Rows (rows.csv):

        part,x,z,y
        train,1.25,7.1,0.3
        train,2.75,3.9,0.7
        train,3.15,4.4,0.1
        train,4.05,8.8,0.9
        train,5.65,1.2,0.4
        test,1.25,7.1,0.3
        test,6.35,2.6,0.6

    Example:

        [data]
        source = "rows.csv"
        split = { column = "part" }    # warning: [DA312]
        [inputs.x]
        columns = ["x", "z"]
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        target = "y"

    Use instead: drop copies before the rows are split, or `split = { group = "..." }`, which keeps
    what belongs together in one part.

    Source: UMLAUT, which tells it by an accuracy that is too good.
    """
    profile = about.facts.profile
    for part, copies in (profile.copies if profile else {}).items():
        rows = profile.rows[part] if profile else 0
        share = copies / rows
        if profile and share >= COPIED and share > BY_CHANCE * profile.chance:
            yield Finding(_split(about), f"{copies:,} of {rows:,} {part} rows are trained on as "
                          "well", advice="drop copies before splitting, or split by `group`")


def _split(about: Subject) -> Where:
    """How rows are split, where that is written."""
    spec = about.plan.spec
    tree = spec.tree.get("data") if isinstance(spec.tree, dict) else None
    return spec.where("data", "split" if isinstance(tree, dict) and "split" in tree else "source")


@warning("DA313")
def shuffled_time_series(about: Subject) -> Iterator[Finding]:
    """Rows that follow each other in time are split at random.

    Why: where each row resembles the one before, a row that is held back stands between two that
    are trained on. The model only has to guess what lies between; asked about the future, it is far
    worse than its numbers say.

    Rows (rows.csv):

        day,sold,next
        2024-01-01,10,11
        2024-01-02,11,12
        2024-01-03,12,14
        2024-01-04,14,15
        2024-01-05,15,17
        2024-01-06,17,18
        2024-01-07,18,20
        2024-01-08,20,21
        2024-01-09,21,23
        2024-01-10,23,24
        2024-01-11,24,26
        2024-01-12,26,27
        2024-01-13,27,29
        2024-01-14,29,30
        2024-01-15,30,32
        2024-01-16,32,33
        2024-01-17,33,35
        2024-01-18,35,36
        2024-01-19,36,38
        2024-01-20,38,39

    Example:

        [data]
        source = "rows.csv"
        split = { test = 0.2 }    # warning: [DA313]
        [inputs.past]
        columns = ["sold"]
        scale = "standard"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.next]
        task = "regression"
        target = "next"

    Use instead: `order = "day"`: the last rows are held back.

    Source: own judgement; the Keras and scikit-learn guides on time series.
    """
    profile = about.facts.profile
    if profile is not None and profile.series is not None:
        yield Finding(_split(about), f"rows follow each other by `{profile.series}` and resemble "
                      "the row before, and are split at random",
                      advice=f'add order = "{profile.series}" to [data]')


@warning("DA314")
def unshuffled_classes(about: Subject) -> Iterator[Finding]:
    """Training rows stand class by class, or in turns, and are not shuffled.

    Why: a batch of one class pulls every weight towards that class, and the next batch undoes it.
    What was trained last is what the model says.

    Rows (rows.csv):

        x,y
        1,0
        2,0
        3,0
        4,0
        5,0
        6,0
        7,0
        8,0
        9,0
        8,0
        11,1
        12,1
        13,1
        14,1
        15,1
        16,1
        17,1
        18,1
        19,1
        18,1

    Example:

        [data]
        source = "rows.csv"
        [inputs.x]
        columns = ["x"]
        scale = "standard"
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.y]
        task = "binary"
        target = "y"
        metrics = ["accuracy"]
        [fit]
        epochs = 60
        batch_size = 8
        shuffle = false    # warning: [DA314]

    Use instead: leave `shuffle` out.

    Source: DeepLocalize 50306988.
    """
    spec, profile = about.plan.spec, about.facts.profile
    output = in_sequence(profile) if profile is not None and not spec.fit.shuffle else None
    if profile is not None and output is not None:
        how = "class by class" if profile.targets[output].sequence == "grouped" else "in turns"
        yield Finding(spec.where("fit", "shuffle"), f"the rows of output `{output}` stand {how}, "
                      "and are trained on so", advice="leave `shuffle` out")


@warning("DA315")
@each_output
def validation_split_unshuffled(one: Pairing) -> Iterator[Finding]:
    """The rows that are held back are the last ones, and are mostly of other classes.

    Why: with `order` the last rows are validated and tested with. Where classes stand one after the
    other, those are classes that were hardly trained on, and the numbers are of another question.

    Rows (rows.csv):

        day,x,y
        1,1.5,0
        2,2.5,0
        3,3.5,0
        4,1.5,0
        5,5.5,0
        6,6.5,0
        7,2.5,0
        8,8.5,0
        9,2.5,0
        10,1.5,0
        11,2.5,0
        12,3.5,0
        13,1.5,0
        14,9.5,1
        15,2.5,0
        16,3.5,0
        17,7.5,1
        18,8.5,1
        19,9.5,1
        20,6.5,1

    Example:

        [data]
        source = "rows.csv"
        order = "day"
        split = { validation = 0.2 }
        [inputs.x]
        columns = ["x"]
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1, activation = "sigmoid" }]
        [outputs.y]    # warning: [DA315]
        task = "binary"
        target = "y"
        class_weight = "balanced"

    Use instead: no `order`, which splits at random; `stratify` keeps the shares of classes.

    Source: the Keras documentation of `validation_split`.
    """
    data, profile = one.plan.spec.data, one.profile
    if data is None or data.order is None or profile is None:
        return
    train = profile.counts.get("train", ())
    for part, counts in profile.counts.items():
        if part == "train" or not sum(counts) or sum(train) + sum(counts) < ENOUGH:
            continue
        apart = sum(abs(a / sum(train) - b / sum(counts))
                    for a, b in zip(train, counts, strict=True)) / 2
        if apart > APART:
            yield Finding(one.at(), f"the {part} rows, which come last by `{data.order}`, are of "
                          f"other classes than those that are trained on ({apart:.0%} of them)",
                          advice="leave `order` out, if the rows are no series")
            return


RULES: tuple[Rule, ...] = (
    class_imbalance, train_test_overlap, shuffled_time_series, unshuffled_classes,
    validation_split_unshuffled,
)

__all__ = ["RULES"]
