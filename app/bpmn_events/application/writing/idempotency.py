"""Replays: the stored outcomes of requests that are repeated under their idempotency keys.

The same request under the same key returns its first outcome; another request under that key is a conflict. This is
the first check that depends on stored data (docs/decisions/0004): a caller that repeats a request needs its outcome,
regardless of all that has happened since.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from bpmn_events.application.commands.command import Command, Submission
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing import stored_outcomes
from bpmn_events.domain.errors import Conflict
from bpmn_events.domain.idempotency import IdempotencyRecord

R = TypeVar("R")


class Replays:
    """The idempotency records of one batch of commands: stored ones, and those of the batch itself.

    ``was_used`` is True if a command has got a stored outcome.
    """

    def __init__(self, records: Iterable[IdempotencyRecord], write_set: WriteSet) -> None:
        self._records = {record.key: record for record in records}
        self._used_keys = {(key.subject, key.key) for key in self._records}
        self._write_set = write_set
        self.was_used = False

    @classmethod
    async def load(
        cls, submissions: Iterable[Submission[Command[Any]]], transaction: Transaction, write_set: WriteSet
    ) -> "Replays":
        """Return the replays for these commands, with the stored records under their keys."""
        keys = {submission.key for submission in submissions if submission.key is not None}
        return cls(await transaction.idempotency_records(keys) if keys else [], write_set)

    def outcome(self, submission: Submission[Command[R]]) -> R | None:
        """Return the stored outcome of the same request, or None if the key is new or there is no key.

        Earlier versions stored one request per operation under a key. Each of these still gets its outcome.

        Raises:
            Conflict: The caller already used the key for another request, of this or another operation.
        """
        key = submission.key
        if key is None:
            return None
        record = self._records.get(key)
        if record is None and (key.subject, key.key) not in self._used_keys:
            return None
        if record is None or record.fingerprint != submission.digest:
            raise Conflict(f"The idempotency key {key.key!r} was already used for another request.")
        self.was_used = True
        command = submission.command
        stored: R = stored_outcomes.decode(record.answer, command.outcome_type, record.created_at)
        return command.as_replay(stored, submission.principal)

    def remember(self, submission: Submission[Command[R]], outcome: R, now: datetime) -> None:
        """Store the outcome under the idempotency key of the request, if it has one."""
        if submission.key is not None:
            record = IdempotencyRecord(submission.key, submission.digest, stored_outcomes.encode(outcome), now)
            self._records[record.key] = record
            self._used_keys.add((record.key.subject, record.key.key))
            self._write_set.new_idempotency_records.append(record)
