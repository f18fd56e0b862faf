"""The built-in data sets and generators, as a table of facts. A test compares it with the rows."""

from __future__ import annotations

from specc.record import Record
from specc.spec import Range, Scalar

Feature = tuple[str, float, float]  # name, smallest, largest


class BuiltIn(Record):
    """One built-in set.

    `features` come first, then `target`, then `named`: the same labels as `target`, written as
    the names in `classes` (whose order gives the integers of `target`).
    """

    name: str
    rows: int
    features: tuple[Feature, ...]
    target: str = "target"
    named: str | None = None
    classes: tuple[Scalar, ...] = ()
    target_range: Range | None = None  # of a real target

    @property
    def labels(self) -> tuple[str, ...]:
        """Columns that hold the answer; no input takes them unless it names them."""
        return (self.target,) if self.named is None else (self.target, self.named)

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(name for name, _, _ in self.features), *self.labels)

    def values(self, column: str) -> tuple[Scalar, ...] | None:
        """The sorted values of a label column; None for any other column."""
        if not self.classes or column not in self.labels:
            return None
        if column == self.target:
            return tuple(range(len(self.classes)))
        return tuple(sorted(self.classes, key=str)) if isinstance(self.classes[0], str) \
            else self.classes

    def range(self, column: str) -> Range | None:
        """Smallest and largest value of a number column."""
        if column == self.target and self.target_range:
            return self.target_range
        return next(((low, high) for name, low, high in self.features if name == column), None)


IRIS: tuple[Feature, ...] = (
    ("sepal length (cm)", 4.3, 7.9),
    ("sepal width (cm)", 2.0, 4.4),
    ("petal length (cm)", 1.0, 6.9),
    ("petal width (cm)", 0.1, 2.5),
)

WINE: tuple[Feature, ...] = (
    ("alcohol", 11.03, 14.83),
    ("malic_acid", 0.74, 5.8),
    ("ash", 1.36, 3.23),
    ("alcalinity_of_ash", 10.6, 30.0),
    ("magnesium", 70.0, 162.0),
    ("total_phenols", 0.98, 3.88),
    ("flavanoids", 0.34, 5.08),
    ("nonflavanoid_phenols", 0.13, 0.66),
    ("proanthocyanins", 0.41, 3.58),
    ("color_intensity", 1.28, 13.0),
    ("hue", 0.48, 1.71),
    ("od280/od315_of_diluted_wines", 1.27, 4.0),
    ("proline", 278.0, 1680.0),
)

BREAST_CANCER: tuple[Feature, ...] = (
    ("mean radius", 6.981, 28.11),
    ("mean texture", 9.71, 39.28),
    ("mean perimeter", 43.79, 188.5),
    ("mean area", 143.5, 2501.0),
    ("mean smoothness", 0.05263, 0.1634),
    ("mean compactness", 0.01938, 0.3454),
    ("mean concavity", 0.0, 0.4268),
    ("mean concave points", 0.0, 0.2012),
    ("mean symmetry", 0.106, 0.304),
    ("mean fractal dimension", 0.04996, 0.09744),
    ("radius error", 0.1115, 2.873),
    ("texture error", 0.3602, 4.885),
    ("perimeter error", 0.757, 21.98),
    ("area error", 6.802, 542.2),
    ("smoothness error", 0.001713, 0.03113),
    ("compactness error", 0.002252, 0.1354),
    ("concavity error", 0.0, 0.396),
    ("concave points error", 0.0, 0.05279),
    ("symmetry error", 0.007882, 0.07895),
    ("fractal dimension error", 0.0008948, 0.02984),
    ("worst radius", 7.93, 36.04),
    ("worst texture", 12.02, 49.54),
    ("worst perimeter", 50.41, 251.2),
    ("worst area", 185.2, 4254.0),
    ("worst smoothness", 0.07117, 0.2226),
    ("worst compactness", 0.02729, 1.058),
    ("worst concavity", 0.0, 1.252),
    ("worst concave points", 0.0, 0.291),
    ("worst symmetry", 0.1565, 0.6638),
    ("worst fractal dimension", 0.05504, 0.2075),
)

DIABETES: tuple[Feature, ...] = (
    ("age", -0.1072256316073538, 0.11072667545381144),
    ("sex", -0.044641636506989144, 0.05068011873981862),
    ("bmi", -0.09027529589850945, 0.17055522598064407),
    ("bp", -0.11239880254408448, 0.13204361674121307),
    ("s1", -0.12678066991651324, 0.15391371315651542),
    ("s2", -0.11561306597939897, 0.19878798965729408),
    ("s3", -0.10230705051741597, 0.18117906039727852),
    ("s4", -0.0763945037500033, 0.18523444326019867),
    ("s5", -0.12609712083330468, 0.13359728192191356),
    ("s6", -0.13776722569000302, 0.13561183068907107),
)

CALIFORNIA: tuple[Feature, ...] = (
    ("MedInc", 0.4999, 15.0001),
    ("HouseAge", 1.0, 52.0),
    ("AveRooms", 0.8461538461538461, 141.9090909090909),
    ("AveBedrms", 0.3333333333333333, 34.06666666666667),
    ("Population", 3.0, 35682.0),
    ("AveOccup", 0.6923076923076923, 1243.3333333333333),
    ("Latitude", 32.54, 41.95),
    ("Longitude", -124.35, -114.31),
)

# The promise of an 8x8 picture of 0 .. 16 is what is useful; the exact range of each pixel is not.
DIGITS: tuple[Feature, ...] = tuple(
    (f"pixel_{row}_{column}", 0.0, 16.0) for row in range(8) for column in range(8)
)

BUILT_INS: tuple[BuiltIn, ...] = (
    BuiltIn("iris", 150, IRIS, named="species", classes=("setosa", "versicolor", "virginica")),
    BuiltIn("wine", 178, WINE, named="cultivar", classes=("class_0", "class_1", "class_2")),
    BuiltIn("breast_cancer", 569, BREAST_CANCER, named="diagnosis",
            classes=("malignant", "benign")),
    BuiltIn("digits", 1797, DIGITS, named="digit", classes=tuple(range(10))),
    BuiltIn("diabetes", 442, DIABETES, target_range=(25.0, 346.0)),
    BuiltIn("california_housing", 20640, CALIFORNIA, target="MedHouseVal",
            target_range=(0.14999, 5.00001)),
)


def built_in(name: str) -> BuiltIn | None:
    """The built-in set of that name, or None."""
    return next((one for one in BUILT_INS if one.name == name), None)
