"""Cursors of changes."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bpmn_events.domain.changes import ChangesCursor


@st.composite
def cursors(draw: st.DrawFn) -> ChangesCursor:
    position = draw(st.integers(1, 8))
    unseen: Sequence[int] = draw(st.lists(st.integers(1, position), unique=True, max_size=3))
    known = draw(st.none() | st.integers(0, 3))
    return ChangesCursor(position, position, known, tuple(each for each in sorted(unseen) if each < position))


@given(cursors(), cursors())
def test_the_common_cursor_knows_what_both_know(one: ChangesCursor, other: ChangesCursor) -> None:
    common = one.common(other)
    for position in range(1, 9):
        for number in range(4):
            both = one.knows(position, number) and other.knows(position, number)
            assert common.knows(position, number) == both, (position, number)
    assert other.common(one) == common
