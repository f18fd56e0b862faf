"""A mistake that shows further down: the layers above it that are named besides."""

from __future__ import annotations

import pytest

from specc.pipeline import check_text

HEAD = """specc = 1
name = "a"
[inputs.x]
shape = [32, 32, 4]
[model]
kind = "functional"
layers = [
"""
TAIL = """{ type = "GlobalAveragePooling2D" },
{ type = "Dense", units = 1 },
]
[outputs.y]
task = "regression"
"""


def conv(filters: int, name: str, more: str = "", of: str = "x") -> str:
    return (f'{{ type = "Conv2D", filters = {filters}, kernel_size = 3, padding = "same", '
            f'name = "{name}", inputs = "{of}"{more} }},\n')


ADD = '{ type = "Add", inputs = ["a", "b"] },\n'


@pytest.mark.parametrize(("layers", "name", "line", "pointed"), [
    (conv(8, "a") + conv(7, "b") + ADD, "merge-shape-mismatch", 10, [
        (8, "(batch, 32, 32, 8) comes from here"), (9, "(batch, 32, 32, 7) comes from here")]),
    (conv(8, "a", ", strides = 2") + conv(8, "b") + '{ type = "ReLU" },\n'
     '{ type = "Add", inputs = ["a", "@prev"] },\n', "merge-shape-mismatch", 11, [
        (8, "(batch, 16, 16, 8) comes from here"), (9, "(batch, 32, 32, 8) comes from here")]),
    (conv(8, "a") + conv(8, "b", ', data_format = "channels_first"', "a") + ADD,
     "merge-shape-mismatch", 10, [
        (9, "`Conv2D` has channels_first, and others channels_last"),
        (8, "(batch, 32, 32, 8) comes from here"), (9, "(batch, 8, 32, 8) comes from here")]),
    ('{ type = "Flatten" },\n' + conv(8, "a", of="@prev"), "flatten-before-conv", 9, [
        (8, "flattened here")]),
    (conv(9, "a") + '{ type = "Conv2D", filters = 4, kernel_size = 3, groups = 2 },\n',
     "groups-divisibility", 9, [(8, "(batch, 32, 32, 9) comes from here")]),
])
def test_what_stands_above_is_named(layers: str, name: str, line: int,
                                    pointed: list[tuple[int, str]]) -> None:
    said, = check_text((HEAD + layers + TAIL).encode()).diagnostics
    assert (said.name, said.span.line if said.span else None) == (name, line)
    found = [(one.where.span.line if one.where.span else None, one.message) for one in said.related]
    assert found == pointed
