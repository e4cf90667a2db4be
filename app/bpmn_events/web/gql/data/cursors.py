"""Cursors: opaque to clients, checked by us. A cursor fits only the kind and order of list that made it."""

import base64
from hashlib import blake2s
from typing import Annotated

import msgspec

from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.ids import is_valid_id
from bpmn_events.domain.pages import Position

_CHECK_BYTES = 6
_Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[_Int64 | None, str])


def encode_cursor(list_name: str, position: Position) -> str:
    """A cursor for this place; ``list_name`` names the kind of list and its order."""
    place = _encoder.encode((position.value, position.id))
    # Not a secret: it keeps damaged cursors, and those of other lists and orders, from being read as a place.
    check = blake2s(list_name.encode() + place, digest_size=_CHECK_BYTES).digest()
    return base64.urlsafe_b64encode(check + place).rstrip(b"=").decode()


def decode_cursor(list_name: str, cursor: str, argument: str) -> Position:
    """The place a cursor stands for.

    Raises:
        InvalidArgument: it is damaged, or was made by another list or order.
    """
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = Position(*_decoder.decode(data[_CHECK_BYTES:]))
        intact = is_valid_id(position.id) and encode_cursor(list_name, position) == cursor
    except ValueError:
        intact = False
    if not intact:
        raise InvalidArgument(argument, "is no cursor of this list in this order")
    return position
