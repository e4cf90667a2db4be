"""Cursors of lists. They are opaque to clients, and valid only for the kind and order of list that issued them."""

from typing import Annotated

import msgspec

from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.ids import is_valid_id
from bpmn_events.domain.pages import Position
from bpmn_events.web.opaque import from_opaque, to_opaque

_MAX_CHARACTERS = 4096  # an id of 255 characters, each of six bytes as JSON, takes half of it
_IS_NO_CURSOR = "is no cursor of this list in this order"
_Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[_Int64 | None, str])


def encode_cursor(list_name: str, position: Position) -> str:
    """Return the cursor for a position; ``list_name`` names the kind of list and its order."""
    return to_opaque(list_name, _encoder.encode((position.value, position.id)))


def decode_cursor(list_name: str, cursor: str, argument: str) -> Position:
    """Return the position that a cursor encodes.

    Raises:
        InvalidArgument: The cursor is damaged, or belongs to another list or order.
    """
    try:
        position = Position(*_decoder.decode(from_opaque(list_name, cursor, _MAX_CHARACTERS)))
        is_valid = is_valid_id(position.id) and encode_cursor(list_name, position) == cursor
    except ValueError:
        is_valid = False
    if not is_valid:
        raise InvalidArgument(argument, _IS_NO_CURSOR)
    return position
