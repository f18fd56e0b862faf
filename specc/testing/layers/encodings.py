"""Numbers, categories and texts, encoded and looked up."""

from __future__ import annotations

from typing import Any

from specc.tensor import Shape
from specc.testing import draws as st
from specc.testing.layers.shapes import Case, Cases, Draw, firm, flag, one, small
from specc.testing.layers.values import BY_NAME, arguments

columns: st.Strategy[Shape] = st.sampled_from([(1,), (3,), (2, 3), (2, 1), ()])
salts = st.one_of(st.none(), st.integers(1, 9), st.lists(
    st.integers(1, 9), min_size=2, max_size=2))
INTS = st.sampled_from(["int32", "int64"])
# dtypes that an encoding may be asked for
whole = BY_NAME["dtype"] | st.sampled_from(["int32", "int64"])


@st.composite
def normalized(draw: Draw) -> Case:
    """Statistics that are learned, along axes; or written, along the last."""
    enters = draw(firm(1, 3))
    rank = len(enters)
    if draw(flag):
        axes = draw(st.one_of(st.none(), st.integers(-rank, rank).filter(bool), st.lists(
            st.integers(1, rank), min_size=1, max_size=rank, unique=True)))
        found = draw(arguments("Normalization", axis=st.just(axes), mean=st.nothing(),
                               variance=st.nothing()))
    else:
        last: Any = enters[-1]
        count = draw(st.sampled_from([1, last, last, 2]))
        either = st.sampled_from([0.5, [0.5] * count])
        found = draw(arguments("Normalization", axis=st.sampled_from([-1, rank]),
                               mean=st.just(draw(either)), variance=st.just(draw(either))))
    return Case("Normalization", found, (enters,),
                draw(st.sampled_from(["float32", "float32", "int32"])), (draw(flag) and rank > 1,))


@st.composite
def binned(draw: Draw) -> Case:
    """Bounds that are written, or as many bins as are to be learned."""
    bounds = st.sampled_from([[0.0, 1.0], [-1.0, 0.0, 1.0]])
    own: dict[str, Any] = {"num_bins": st.none(), "bin_boundaries": bounds}
    if draw(flag):
        own = {"num_bins": st.integers(2, 5), "bin_boundaries": st.none()}
    found = draw(arguments("Discretization", dtype=whole, sparse=flag, **own))
    for key, values in own.items():
        found.setdefault(key, draw(values))
    return Case("Discretization", found, (draw(columns),),
                draw(st.sampled_from(["float32", "int32"])))


@st.composite
def looked_up(draw: Draw, name: str, words: list[list[Any]], masks: list[Any], dtype: str) -> Case:
    """A vocabulary that is written, with the weights and the room that its mode asks for."""
    vocabulary = draw(st.sampled_from(words))
    invert = bool(masks) and draw(st.integers(0, 9)) == 0
    mode = "int" if invert else draw(
        st.sampled_from(["int", "one_hot", "multi_hot", "count", "tf_idf"]))
    weights = st.just([0.5] * len(vocabulary)) if mode == "tf_idf" else st.none()
    own: dict[str, Any] = {"mask_token": st.sampled_from(masks)} if masks else {
        "output_sequence_length": st.none(), "ngrams": st.sampled_from([None, 1, 2, [1, 2]]),
        "ragged": flag if mode == "int" else st.just(False)}
    if not masks and mode == "int":
        own["output_sequence_length"] = st.sampled_from([None, 1, 4])
    if not masks and mode == "one_hot":
        mode = "count"
    found = draw(arguments(
        name, vocabulary=st.just(vocabulary), output_mode=st.just(mode), idf_weights=weights,
        max_tokens=st.sampled_from([None, 7, 9]), sparse=st.just(False) if mode == "int" else flag,
        invert=st.just(invert), salt=salts if "String" in name else st.nothing(),
        num_oov_indices=st.integers(0, 2), encoding=st.sampled_from(["utf-8", "latin1"]),
        oov_token=st.sampled_from(["[UNK]", "?"] if dtype == "string" else [-1, -2]),
        dtype=st.sampled_from([None, "float32", "int64"]), **own))
    found |= {"vocabulary": vocabulary, "output_mode": mode} | ({"invert": True} if invert else {})
    if found.get("pad_to_max_tokens"):
        found["max_tokens"] = 9
    if name == "IntegerLookup" and found.get("oov_method") == "farmhash":
        found["salt"] = draw(salts)
    if mode == "tf_idf":
        found["idf_weights"] = [0.5] * len(vocabulary)
    return Case(name, found, (draw(columns if masks else st.sampled_from([(), (1,)])),),
                "int64" if invert else dtype)


def crossed() -> Cases:
    return st.builds(
        lambda args, shapes: Case("HashedCrossing", args, shapes, "int32"),
        arguments("HashedCrossing", dtype=whole),
        st.sampled_from([((1,), (1,)), ((), ()), ((4,), (4,))]))


@st.composite
def hashed(draw: Draw) -> Case:
    found = draw(arguments(
        "Hashing", dtype=whole, mask_value=st.sampled_from([None, 0, 7]), num_bins=small,
        salt=salts))
    return Case("Hashing", found, (draw(columns),), draw(INTS))


ENCODINGS: dict[str, Cases] = {
    "Normalization": normalized(),
    "Discretization": binned(),
    "CategoryEncoding": one("CategoryEncoding", arguments("CategoryEncoding", dtype=whole),
                            columns, INTS),
    "Hashing": hashed(),
    "HashedCrossing": crossed(),
    "IntegerLookup": looked_up("IntegerLookup", [[7, 8], [7, 8, 9]], [None, 0], "int64"),
    "StringLookup": looked_up("StringLookup", [["a", "b"], ["[UNK]", "a"], ["a"]],
                              [None, ""], "string"),
    "TextVectorization": looked_up("TextVectorization", [["a", "b"], ["a", "b c"]], [], "string"),
}
