"""The same request under the same key is answered once more, not done once more; another one is a conflict.

Both are told before anything else that depends on what is stored (docs/decisions/0004): whoever sends a request again
wants to know what became of it, whatever has happened since.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from bpmn_events.application.commands.command import Command
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import IdempotencyKey, IdempotencyRecord, WriteSet
from bpmn_events.domain.errors import Conflict

A = TypeVar("A")


class Replays:
    """The idempotency records of one batch: those stored, and those the batch itself made."""

    def __init__(self, records: dict[IdempotencyKey, IdempotencyRecord], changes: WriteSet) -> None:
        self._records = records
        self._changes = changes

    @classmethod
    async def load(cls, commands: Iterable[Command[Any]], transaction: Transaction, changes: WriteSet) -> "Replays":
        keys = {command.key for command in commands if command.key is not None}
        return cls(await transaction.idempotency_records(keys) if keys else {}, changes)

    def answer(self, command: Command[Any], kind: type[A]) -> A | None:
        """The stored answer to this very request; None where its key is new, or it has none.

        Raises:
            Conflict: another request was made under this key.
        """
        record = None if command.key is None else self._records.get(command.key)
        if record is None:
            return None
        if record.fingerprint != command.digest:
            raise Conflict(f"The idempotency key {record.key.key!r} was already used for another request.")
        return msgspec.json.decode(record.answer, type=kind)

    def remember(self, command: Command[Any], answer: Any, now: datetime) -> None:
        """Store the answer under the request's key, if it has one."""
        if command.key is not None:
            record = IdempotencyRecord(command.key, command.digest, msgspec.json.encode(answer), now)
            self._records[record.key] = record
            self._changes.new_idempotency_records.append(record)
