"""scikit-learn's `make_*` generators, as a table: what columns one gives for its arguments.

Columns are `x0 .. xn`, then the target `y`, or `y0 .. ym` where there are several.
"""

from __future__ import annotations

from specc.record import Record
from specc.source import Tree
from specc.spec import Generator, Scalar


class Recipe(Record):
    """One generator.

    `features`: how many columns, or the argument that says it. `classes`: the values of the
    target, or the argument that counts them; None for a real target. `targets`: how many target
    columns, or the argument that says it.
    """

    name: str
    parameters: tuple[str, ...]
    features: int | str
    targets: int | str = 1
    classes: tuple[Scalar, ...] | str | None = None
    defaults: tuple[tuple[str, int], ...] = ()


MOST_LISTED = 1_000_000  # columns and classes that are ever written out; more is refused
TWO: tuple[Scalar, ...] = (0, 1)

RECIPES: tuple[Recipe, ...] = (
    Recipe("make_blobs", ("n_samples", "n_features", "centers", "cluster_std", "center_box",
                          "shuffle", "random_state"),
           "n_features", classes="centers", defaults=(("n_features", 2), ("centers", 3))),
    Recipe("make_circles", ("n_samples", "shuffle", "noise", "random_state", "factor"),
           2, classes=TWO),
    Recipe("make_classification",
           ("n_samples", "n_features", "n_informative", "n_redundant", "n_repeated", "n_classes",
            "n_clusters_per_class", "weights", "flip_y", "class_sep", "hypercube", "shift",
            "scale", "shuffle", "random_state"),
           "n_features", classes="n_classes", defaults=(("n_features", 20), ("n_classes", 2))),
    Recipe("make_friedman1", ("n_samples", "n_features", "noise", "random_state"),
           "n_features", defaults=(("n_features", 10),)),
    Recipe("make_friedman2", ("n_samples", "noise", "random_state"), 4),
    Recipe("make_friedman3", ("n_samples", "noise", "random_state"), 4),
    Recipe("make_gaussian_quantiles", ("mean", "cov", "n_samples", "n_features", "n_classes",
                                       "shuffle", "random_state"),
           "n_features", classes="n_classes", defaults=(("n_features", 2), ("n_classes", 3))),
    Recipe("make_hastie_10_2", ("n_samples", "random_state"), 10, classes=(-1, 1),
           defaults=(("n_samples", 12000),)),
    Recipe("make_low_rank_matrix", ("n_samples", "n_features", "effective_rank", "tail_strength",
                                    "random_state"),
           "n_features", targets=0, defaults=(("n_features", 100),)),
    Recipe("make_moons", ("n_samples", "shuffle", "noise", "random_state"), 2, classes=TWO),
    Recipe("make_multilabel_classification",
           ("n_samples", "n_features", "n_classes", "n_labels", "length", "allow_unlabeled",
            "random_state"),
           "n_features", targets="n_classes", classes=TWO,
           defaults=(("n_features", 20), ("n_classes", 5))),
    Recipe("make_regression",
           ("n_samples", "n_features", "n_informative", "n_targets", "bias", "effective_rank",
            "tail_strength", "noise", "shuffle", "random_state"),
           "n_features", targets="n_targets", defaults=(("n_features", 100), ("n_targets", 1))),
    Recipe("make_s_curve", ("n_samples", "noise", "random_state"), 3),
    Recipe("make_sparse_uncorrelated", ("n_samples", "n_features", "random_state"),
           "n_features", defaults=(("n_features", 10),)),
    Recipe("make_swiss_roll", ("n_samples", "noise", "random_state", "hole"), 3),
)


def recipe(name: str) -> Recipe | None:
    """The generator of that name, or None."""
    return next((one for one in RECIPES if one.name == name), None)


def _count(source: Generator, found: Recipe, key: int | str) -> int:
    if isinstance(key, int):
        return key
    value: Tree = source.arguments.get(key, dict(found.defaults).get(key, 0))
    if isinstance(value, (list, tuple)):
        return len(value)
    return min(value, MOST_LISTED) if isinstance(value, int) else 0


def wrong_counts(source: Generator, found: Recipe) -> tuple[str, ...]:
    """The arguments that count something, or seed the draw, and are no whole number: then neither
    rows nor columns are known. Samples may be counted by class."""
    return tuple(key for key, value in source.arguments.items()
                 if key in found.parameters and (
                     key.startswith("n_") or key in ("length", "random_state"))
                 and not (value is None or _whole(value, least=int(key.startswith("n_s")))
                          or (key == "n_samples" and isinstance(value, (list, tuple))
                              and all(_whole(one, least=0) for one in value))))


def _whole(value: Tree, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def features_of(source: Generator, found: Recipe) -> tuple[str, ...]:
    """`x0 .. xn`; centers written as points say how many features blobs have."""
    centers = source.arguments.get("centers")
    if found.name == "make_blobs" and isinstance(centers, (list, tuple)):
        point = centers[0] if centers else ()
        return tuple(f"x{i}" for i in range(len(point) if isinstance(point, (list, tuple)) else 0))
    return tuple(f"x{i}" for i in range(_count(source, found, found.features)))


def targets_of(source: Generator, found: Recipe) -> tuple[str, ...]:
    """`y`, or `y0 .. ym` for a generator that was asked for several, or of several labels."""
    count = _count(source, found, found.targets)
    if count == 1 and found.name != "make_multilabel_classification":
        return ("y",)
    return tuple(f"y{i}" for i in range(count))


def classes_of(source: Generator, found: Recipe) -> tuple[Scalar, ...] | None:
    """The values of the target; None where it is real, or nobody can say."""
    if found.name == "make_blobs" and "centers" not in source.arguments \
            and isinstance(source.arguments.get("n_samples"), (list, tuple)):
        return tuple(range(len(source.arguments["n_samples"])))
    if isinstance(found.classes, str):
        return tuple(range(_count(source, found, found.classes)))
    return found.classes


def rows_of(source: Generator, found: Recipe) -> int:
    """How many rows it gives; a list of samples counts together."""
    value: Tree = source.arguments.get("n_samples", dict(found.defaults).get("n_samples", 100))
    if isinstance(value, (list, tuple)):
        return sum(count for count in value if isinstance(count, int))
    return value if isinstance(value, int) else 0
