"""Idempotency: one request under a key is done once, however often it is sent."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """Keys are the caller's own: two subjects may use the same key for different requests."""

    subject: str
    operation: str
    key: str


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """The first request made under a key (a digest of it) and the answer it got, as JSON."""

    key: IdempotencyKey
    fingerprint: bytes
    answer: bytes
    created_at: datetime
