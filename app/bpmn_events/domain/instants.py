"""Instants as whole microseconds since 1970, the unit in which they are stored and compared."""

from datetime import UTC, datetime, timedelta

_SECONDS_PER_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    """Return an aware datetime as whole microseconds since 1970-01-01T00:00Z."""
    elapsed = instant - _EPOCH
    return (elapsed.days * _SECONDS_PER_DAY + elapsed.seconds) * 1_000_000 + elapsed.microseconds


def instant(microseconds: int) -> datetime:
    """Return the datetime, aware and in UTC, of an instant in microseconds since 1970-01-01T00:00Z."""
    return _EPOCH + timedelta(microseconds=microseconds)
