"""Cursors survive a round trip, and every other text is refused."""

import base64
import string
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.ids import is_valid_id
from bpmn_events.domain.pages import Position
from bpmn_events.web.gql.data.connections import (
    EVENT_TRIGGERS,
    PROCESS_INSTANCES,
    PROCESS_MODELS,
    WAITING_EVENTS,
    ConnectionType,
)
from bpmn_events.web.gql.data.cursors import decode_cursor, encode_cursor

connection_types: list[ConnectionType[Any]] = [
    *WAITING_EVENTS.values(),
    EVENT_TRIGGERS,
    PROCESS_MODELS,
    PROCESS_INSTANCES,
]
names = st.sampled_from([connection_type.name for connection_type in connection_types])
ids = st.text(min_size=1, max_size=40).filter(is_valid_id)
positions = st.builds(Position, st.none() | st.integers(-(2**63), 2**63 - 1), ids)


@settings(deadline=None)
@given(names, positions)
def test_a_cursor_decodes_to_its_position(name: str, position: Position) -> None:
    cursor = encode_cursor(name, position)
    assert set(cursor) <= set(string.ascii_letters + string.digits + "-_")
    assert decode_cursor(name, cursor, "after") == position


@settings(deadline=None)
@given(names, names, positions)
def test_a_cursor_of_another_list_is_refused(name: str, other: str, position: Position) -> None:
    assume(name != other)
    _assert_refused(other, encode_cursor(name, position))


@settings(deadline=None)
@given(names, positions, st.data())
def test_a_damaged_cursor_is_refused(name: str, position: Position, data: st.DataObject) -> None:
    cursor = encode_cursor(name, position)
    at = data.draw(st.integers(0, len(cursor) - 1))
    character = data.draw(st.characters())
    damaged = data.draw(
        st.sampled_from(
            [cursor[:at] + character + cursor[at + 1 :], cursor[:at], cursor[:at] + character + cursor[at:]]
        )
    )
    assume(damaged != cursor)
    _assert_refused(name, damaged)


@settings(deadline=None)
@given(names, st.text())
def test_any_other_text_is_refused(name: str, text: str) -> None:
    _assert_refused(name, text)


@pytest.mark.parametrize(
    "content", [b'[1e400,"a"]', b'[99999999999999999999,"a"]', b"[1]", b"{}", b"[" * 9999, b"\xff"]
)
def test_a_cursor_without_a_position_is_refused(content: bytes) -> None:
    _assert_refused("event_triggers", base64.urlsafe_b64encode(b"123456" + content).rstrip(b"=").decode())


def _assert_refused(name: str, cursor: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        decode_cursor(name, cursor, "after")
    assert caught.value.argument == "after"
