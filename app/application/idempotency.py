"""The same request under the same key is answered once more, not done once more."""

import hashlib
from typing import Any, TypeVar

import msgspec

from app.application.ports.writing import Changes, IdempotencyKey, IdempotencyRecord, Transaction
from app.domain.errors import Conflict, InvalidArgument
from app.domain.ids import MAX_LENGTH, is_usable

A = TypeVar("A")

_encoder = msgspec.json.Encoder(order="sorted")


def check_idempotency_key(key: str | None) -> None:
    """Raises ``InvalidArgument`` for a key that is empty, too long, or holds control characters."""
    if key is not None and not is_usable(key):
        raise InvalidArgument("idempotency_key", f"takes 1 to {MAX_LENGTH} printable characters")


def fingerprint(key: str | None, *parts: Any) -> bytes:
    """A digest that two requests share exactly when they ask for the same; empty where no key asks for comparing."""
    return b"" if key is None else hashlib.sha256(_encoder.encode(parts)).digest()


class Replays:
    """The idempotency records of one batch: those stored, and those the batch itself made."""

    def __init__(self, records: dict[IdempotencyKey, IdempotencyRecord], changes: Changes) -> None:
        self._records = records
        self._changes = changes

    @classmethod
    async def load(cls, keys: set[IdempotencyKey], transaction: Transaction, changes: Changes) -> "Replays":
        return cls(await transaction.idempotency_records(keys) if keys else {}, changes)

    def answer(self, key: IdempotencyKey | None, digest: bytes, kind: type[A]) -> A | None:
        """The stored answer to this very request, if there is one."""
        record = self._records.get(key) if key else None
        if record is None or record.fingerprint != digest:
            return None
        return msgspec.json.decode(record.answer, type=kind)

    def check(self, key: IdempotencyKey | None) -> None:
        """Raises ``Conflict`` if another request was made under this key."""
        if key is not None and key in self._records:
            raise Conflict(f"The idempotency key {key.key!r} was already used for another request.")

    def remember(self, record: IdempotencyRecord) -> None:
        self._records[record.key] = record
        self._changes.new_idempotency_records.append(record)


def encode_answer(answer: Any) -> bytes:
    return msgspec.json.encode(answer)
