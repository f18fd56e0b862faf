"""Offsets, editors' positions and specc's spans: the laws between the three."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.lsp.text import Encoding, text, units
from specc.source import Span

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
# One to four bytes of UTF-8, pairs of UTF-16, what ends lines for whom, a lone surrogate.
LETTERS = "a=\"ä€😀𝒳\n\r\t\u2028\x85\x0b\ufeff\ud800"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=30)
KINDS = st.sampled_from(ENCODINGS)


@given(TEXTS, KINDS)
def test_every_offset_comes_back(content: str, encoding: Encoding) -> None:
    whole = text(content, encoding)
    for offset in range(len(content) + 1):
        between = content[offset - 1:offset + 1] == "\r\n" and offset > 0
        assert whole.offset(*whole.point(offset)) == offset - between


@given(TEXTS, KINDS)
def test_every_position_of_a_line_comes_back(content: str, encoding: Encoding) -> None:
    """The units of a line are those of its letters; a unit inside a letter is that letter."""
    whole = text(content, encoding)
    lines = re.split("\r\n|\n|\r", content)
    assert len(whole.begins) == len(lines)
    for number, line in enumerate(lines):
        begin, end = whole.line(number)
        assert content[begin:end] == line
        for index, letter in enumerate(line):
            first = units(line[:index], encoding)
            for inside in range(units(letter, encoding)):
                assert whole.offset(number, first + inside) == begin + index
        assert whole.offset(number, units(line, encoding)) == end


@given(TEXTS, KINDS, st.integers(-3, 60), st.integers(-3, 60))
def test_no_position_is_outside(content: str, encoding: Encoding, line: int, column: int) -> None:
    whole = text(content, encoding)
    assert 0 <= whole.offset(line, column) <= len(content)
    begin, end = whole.stretch(Span(line, column, line + 1, column - 1))
    assert 0 <= begin <= end <= len(content)


@given(TEXTS, KINDS)
def test_a_span_is_read_as_specc_counts(content: str, encoding: Encoding) -> None:
    whole = text(content, encoding)
    for number, line in enumerate(content.removeprefix("\ufeff").split("\n"), 1):
        begin, end = whole.stretch(Span(number, 1, number, len(line) + 1))
        assert content[begin:end] == line


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 11), ("utf-16", 8), ("utf-32", 7)])
def test_a_column_behind_wide_letters(encoding: Encoding, character: int) -> None:
    whole = text('x = "😀ö" # end', encoding)
    assert whole.text[whole.stretch(Span(1, 8, 1, 9))[0]] == '"'
    assert whole.point(7) == (0, character)


def test_behind_the_end_of_a_line_is_its_end() -> None:
    whole = text("ab\r\ncd", "utf-16")
    assert [whole.offset(0, one) for one in (0, 2, 3, 99)] == [0, 2, 2, 2]
    assert whole.offset(1, 99) == whole.offset(7, 0) == 6
