"""Instants as whole microseconds since 1970, the unit in which they are stored and compared."""

from datetime import UTC, datetime, timedelta

_SECONDS_OF_A_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970-01-01T00:00Z; the unit in which instants are stored and compared."""
    since = instant - _EPOCH
    return (since.days * _SECONDS_OF_A_DAY + since.seconds) * 1_000_000 + since.microseconds


def instant(microseconds: int) -> datetime:
    """The inverse of ``microseconds``: an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)
