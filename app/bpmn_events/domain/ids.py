"""Identifiers: a prefix that names the kind, then a UUIDv7 (RFC 9562) in hexadecimal.

UUIDv7 is time-ordered, so new rows append to every index that ends in the id.
"""

from datetime import UTC, datetime

from uuid_utils import UUID, uuid7

WAITING_EVENT = "we_"
PROCESS_INSTANCE = "pi_"
EVENT_TRIGGER = "tr_"
PROCESS_MODEL = "pm_"
CORRELATION = "co_"
TASK = "ta_"
THROWN_EVENT = "th_"

_HEX_DIGITS = 32
MAX_LENGTH = 255


def new_id(prefix: str) -> str:
    """A fresh id such as ``we_0199f3c2a1b87c3e8a5f0123456789ab``; later calls sort after earlier ones."""
    return prefix + uuid7().hex


def is_id(text: str, prefix: str) -> bool:
    """Whether ``text`` has the form of an id of that kind. It says nothing about existence."""
    digits = text[len(prefix) :]
    return (
        text.startswith(prefix) and len(digits) == _HEX_DIGITS and all(digit in "0123456789abcdef" for digit in digits)
    )


def created_at(identifier: str) -> datetime:
    """When the id was made, to the millisecond (RFC 9562, section 5.7)."""
    milliseconds = UUID(identifier[-_HEX_DIGITS:]).timestamp
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def sibling_id(identifier: str, prefix: str) -> str:
    """An id of another kind that sorts among that kind as ``identifier`` does among its own: by when it was made."""
    return prefix + identifier[-_HEX_DIGITS:]


def lowest_id(prefix: str, instant: datetime) -> str:
    """The id that sorts before every one of that kind made at ``instant`` or later."""
    return f"{prefix}{int(instant.timestamp() * 1000):012x}{0:020x}"


def is_valid_id(text: str) -> bool:
    """Whether a caller-chosen identifier can be stored and compared: 1 to 255 characters, none a control character."""
    return (
        0 < len(text) <= MAX_LENGTH
        and all(character >= " " and character != "\x7f" for character in text)
        and is_storable(text)
    )


def is_storable(text: str) -> bool:
    """Whether any database can hold the text: PostgreSQL has no NUL, and none has half a surrogate pair."""
    return not any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in text)
