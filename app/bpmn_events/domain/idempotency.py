"""Idempotency keys: a request under a key takes effect once, however often it is sent."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """An idempotency key in the scope of its caller, with the operation of the request.

    Two subjects may use the same ``key`` for different requests. One subject may not, not even for two operations.
    """

    subject: str
    operation: str
    key: str


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """The first request that was made under a key, with its outcome.

    ``fingerprint`` is a digest of the request; ``answer`` is the outcome as versioned JSON
    (``application.writing.stored_outcomes``).
    """

    key: IdempotencyKey
    fingerprint: bytes
    answer: bytes
    created_at: datetime
