"""Time-ordered identifiers with a prefix.

An id is a prefix that names its kind, followed by a UUIDv7 (RFC 9562) in hexadecimal. UUIDv7 is time-ordered, so new
rows append to every index that ends in the id.
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
START_TIMER = "st_"
WRITE_FENCE = "wf_"

_HEX_DIGITS = 32
MAX_LENGTH = 255


def new_id(prefix: str) -> str:
    """Return a new id such as ``we_0199f3c2a1b87c3e8a5f0123456789ab``. Later ids sort after earlier ones."""
    return prefix + uuid7().hex


def is_id(text: str, prefix: str) -> bool:
    """Return True if ``text`` has the form of an id with that prefix; the object itself need not exist."""
    digits = text[len(prefix) :]
    return (
        text.startswith(prefix) and len(digits) == _HEX_DIGITS and all(digit in "0123456789abcdef" for digit in digits)
    )


def created_at(identifier: str) -> datetime:
    """Return the instant at which the id was made, to the millisecond (RFC 9562, section 5.7)."""
    milliseconds = UUID(identifier[-_HEX_DIGITS:]).timestamp
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def sibling_id(identifier: str, prefix: str) -> str:
    """Return an id with another prefix and the UUID of ``identifier``.

    Among the ids with that prefix it sorts by the time at which ``identifier`` was made.
    """
    return prefix + identifier[-_HEX_DIGITS:]


def lowest_id(prefix: str, instant: datetime) -> str:
    """Return a text that sorts before every id with that prefix made at ``instant`` or later."""
    return f"{prefix}{int(instant.timestamp() * 1000):012x}{0:020x}"


def is_valid_id(text: str) -> bool:
    """Return True if an identifier chosen by a caller can be stored and compared.

    It must have 1 to 255 characters, and none of them may be a control character.
    """
    return (
        0 < len(text) <= MAX_LENGTH
        and all(character >= " " and character != "\x7f" for character in text)
        and is_storable(text)
    )


def is_storable(text: str) -> bool:
    """Return True if every supported database can store the text.

    PostgreSQL cannot store NUL, and no database can store half a surrogate pair.
    """
    return not any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in text)
