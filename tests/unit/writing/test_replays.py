"""Replays: the stored outcome for the same request, a conflict for another request, and none without a key."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bpmn_events.application.commands.command import Submission, check_command
from bpmn_events.application.commands.start_instance import StartInstance, StartOutcome
from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.idempotency import Replays
from bpmn_events.domain.errors import Conflict
from bpmn_events.domain.idempotency import IdempotencyKey, IdempotencyRecord
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ADA = Principal("ada", frozenset(Permission), frozenset({"*"}))
BOB = Principal("bob", frozenset(Permission), frozenset({"*"}))
INSTANCE = ProcessInstance(
    "pi_1", "pi_1", None, "pm_1", "order", "c-1", ProcessInstanceState.RUNNING, NOW, "ada", None, {"a": 1}, None
)


class FakeTransaction:
    """The part of a transaction that ``Replays.load`` reads."""

    def __init__(self) -> None:
        self.stored: dict[IdempotencyKey, IdempotencyRecord] = {}
        self.requested_keys: list[set[IdempotencyKey]] = []

    async def idempotency_records(self, keys: Collection[IdempotencyKey]) -> list[IdempotencyRecord]:
        self.requested_keys.append(set(keys))
        requested = {(key.subject, key.key) for key in keys}
        return [record for key, record in self.stored.items() if (key.subject, key.key) in requested]


def submit(command: Any, principal: Principal = ADA) -> Submission[Any]:
    return check_command(principal, command, PayloadLimits())


async def load_replays(transaction: FakeTransaction, write_set: WriteSet, *submissions: Submission[Any]) -> Replays:
    return await Replays.load(submissions, cast("Transaction", transaction), write_set)


def start(**arguments: Any) -> StartInstance:
    return StartInstance("order", idempotency_key="k", **arguments)


async def test_the_same_request_gets_the_same_outcome_marked_as_replayed() -> None:
    transaction, write_set, first = FakeTransaction(), WriteSet(), submit(start())
    (await load_replays(transaction, write_set, first)).remember(first, StartOutcome(INSTANCE), NOW)
    transaction.stored = {record.key: record for record in write_set.new_idempotency_records}
    again = await load_replays(transaction, WriteSet(), first)
    assert again.outcome(first) == StartOutcome(INSTANCE, replayed=True)


async def test_a_later_command_of_the_batch_gets_the_outcome_of_an_earlier_one() -> None:
    request, write_set = submit(start()), WriteSet()
    batch = await load_replays(FakeTransaction(), write_set, request, request)
    assert batch.outcome(request) is None
    batch.remember(request, StartOutcome(INSTANCE), NOW)
    assert batch.outcome(request) == StartOutcome(INSTANCE, replayed=True)
    assert len(write_set.new_idempotency_records) == 1


@pytest.mark.parametrize(
    "other", [start(correlation_id="c-2"), start(payload={"a": 1}), start(start_element_id="Start")]
)
async def test_another_request_under_the_key_is_a_conflict(other: StartInstance) -> None:
    first = submit(start())
    batch = await load_replays(FakeTransaction(), WriteSet(), first)
    batch.remember(first, StartOutcome(INSTANCE), NOW)
    with pytest.raises(Conflict, match="'k' was already used"):
        batch.outcome(submit(other))


async def test_keys_belong_to_a_caller() -> None:
    first = submit(start())
    batch = await load_replays(FakeTransaction(), WriteSet(), first)
    batch.remember(first, StartOutcome(INSTANCE), NOW)
    assert batch.outcome(submit(start(), BOB)) is None


@pytest.mark.parametrize("is_stored", [True, False])
async def test_a_key_of_another_operation_is_a_conflict(is_stored: bool) -> None:
    transaction, write_set, first = FakeTransaction(), WriteSet(), submit(start())
    batch = await load_replays(transaction, write_set, first)
    batch.remember(first, StartOutcome(INSTANCE), NOW)
    other = submit(TriggerMessage("order", idempotency_key="k"))
    if is_stored:
        transaction.stored = {record.key: record for record in write_set.new_idempotency_records}
        batch = await load_replays(transaction, WriteSet(), other)
    with pytest.raises(Conflict, match="'k' was already used"):
        batch.outcome(other)


async def test_two_operations_that_were_stored_under_one_key_still_get_their_outcomes() -> None:
    transaction = FakeTransaction()
    requests = [submit(start()), submit(TriggerMessage("order", idempotency_key="k"))]
    outcomes: list[Any] = [StartOutcome(INSTANCE), TriggerByNameOutcome(pending=True)]
    for request, outcome in zip(requests, outcomes, strict=True):
        write_set = WriteSet()
        (await load_replays(FakeTransaction(), write_set)).remember(request, outcome, NOW)
        transaction.stored |= {record.key: record for record in write_set.new_idempotency_records}
    batch = await load_replays(transaction, WriteSet(), *requests)
    assert [batch.outcome(request) for request in requests] == [replace(each, replayed=True) for each in outcomes]


async def test_without_a_key_nothing_is_read_or_stored() -> None:
    transaction, write_set, request = FakeTransaction(), WriteSet(), submit(StartInstance("order"))
    batch = await load_replays(transaction, write_set, request)
    batch.remember(request, StartOutcome(INSTANCE), NOW)
    assert (transaction.requested_keys, write_set.new_idempotency_records, batch.outcome(request)) == ([], [], None)


def test_only_final_outcomes_are_stored_for_replays() -> None:
    event = TriggerEvent("order", "c-1", "Paid")
    outcome = TriggerOutcome(None, INSTANCE, ())
    assert event.is_replayable(outcome)
    assert not TriggerEvent("order", "c-1", "Paid", dry_run=True).is_replayable(outcome)
    assert not TriggerMessage("paid").is_replayable(TriggerByNameOutcome())
    assert TriggerMessage("paid").is_replayable(TriggerByNameOutcome(pending=True))
    assert StartInstance("order").is_replayable(StartOutcome(INSTANCE))
