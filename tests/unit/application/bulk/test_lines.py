"""Lines of texts that arrive in pieces."""

from collections.abc import Sequence
from itertools import pairwise
from tempfile import TemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn_events.application.bulk.lines import LineSplitter

LIMIT = 4


def split(pieces: Sequence[bytes], limit: int = LIMIT) -> list[tuple[int, bytes | None]]:
    splitter = LineSplitter(limit)
    lines = [line for piece in pieces for line in splitter.feed(piece)] + list(splitter.end())
    return [(line.number, line.text) for line in lines]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"", []),
        (b"a", [(1, b"a")]),
        (b"a\n", [(1, b"a")]),
        (b"a\r\n\n \t\r\nb", [(1, b"a\r"), (4, b"b")]),
        (b" a \n", [(1, b" a ")]),
        (b"abcd\nabcde\nb", [(1, b"abcd"), (2, None), (3, b"b")]),
        (b"     \nb", [(1, None), (2, b"b")]),
        (b"\n" * 9_999 + b" \r\n" * 9_999 + b"abcde\n\n ", [(19_999, None)]),
        (b"a\0\n\x0b\n\xff\xfe", [(1, b"a\0"), (2, b"\x0b"), (3, b"\xff\xfe")]),
    ],
)
def test_lines(text: bytes, lines: list[tuple[int, bytes | None]]) -> None:
    assert split([text]) == lines


@given(st.text("ab \n", max_size=40).map(str.encode), st.lists(st.integers(0, 40)))
def test_pieces_do_not_matter(text: bytes, cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), len(text)]
    assert split([text[begin:end] for begin, end in pairwise(bounds)]) == split([text])


def test_a_line_that_is_too_long_is_one_line_when_it_ends() -> None:
    splitter = LineSplitter(LIMIT)
    assert list(splitter.feed(b"abcde")) == list(splitter.feed(b"f" * 100)) == []
    assert (splitter.number, splitter.skipped_bytes) == (0, 105)
    (line,) = splitter.feed(b"gh\n")
    assert (line.number, line.text, line.file, line.size) == (1, None, None, 0)
    assert (splitter.number, splitter.skipped_bytes) == (1, 107)


def test_blank_lines_count_as_skipped() -> None:
    splitter = LineSplitter(LIMIT)
    assert list(splitter.feed(b"  \n\t\n\n\r\n")) == []
    assert (splitter.number, splitter.skipped_bytes) == (4, 4)


def test_a_line_that_is_too_long_is_kept_in_a_file() -> None:
    splitter = LineSplitter(LIMIT, TemporaryFile)
    lines = [line for piece in (b"ab", b"cde", b"f\ngh\nijk", b"lm") for line in splitter.feed(piece)]
    first, second = lines
    assert (first.number, first.text, first.size, second.text, second.file) == (1, None, 6, b"gh", None)
    assert first.file is not None
    first.file.seek(0)
    assert first.file.read() == b"abcdef"
    first.close()
    assert first.file.closed
    (last,) = splitter.end()
    splitter.close()
    assert last.file is not None
    last.file.seek(0)
    assert last.file.read() == b"ijklm"
    last.close()


def test_a_line_that_has_not_ended_goes_with_the_splitter() -> None:
    with TemporaryFile() as file:
        splitter = LineSplitter(LIMIT, lambda: file)
        assert list(splitter.feed(b"abcde")) == []
        assert not file.closed
        splitter.close()
        assert file.closed
