"""Cursors of the change feed, as clients see them: the same over GraphQL and plain HTTP."""

from typing import Annotated

import msgspec

from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.web.opaque import from_opaque, to_opaque

_PURPOSE = "changes"
# A cursor of a list may name the transactions of all servers that were open at that time.
_MAX_CHARACTERS = 8192
_Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[_Number, _Number, _Number | None, tuple[_Number, ...]])


def encode_changes_cursor(cursor: ChangesCursor) -> str:
    """Return the cursor as a text."""
    return to_opaque(_PURPOSE, _encoder.encode((cursor.position, cursor.at, cursor.known, cursor.unseen)))


def decode_changes_cursor(text: str, argument: str = "after") -> ChangesCursor:
    """Return the cursor in a text.

    Raises:
        InvalidArgument: The text is no cursor of the change feed.
    """
    try:
        return ChangesCursor(*_decoder.decode(from_opaque(_PURPOSE, text, _MAX_CHARACTERS)))
    except ValueError:
        raise InvalidArgument(argument, "is no cursor of changes") from None
