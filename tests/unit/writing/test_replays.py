"""Repeated requests: the stored outcome for the same one, a conflict for another, and nothing where there is no key."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bpmn_events.application.commands.command import Submission, submission
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


class Records:
    """The one thing that a replay reads of a transaction."""

    def __init__(self) -> None:
        self.stored: dict[IdempotencyKey, IdempotencyRecord] = {}
        self.asked: list[set[IdempotencyKey]] = []

    async def idempotency_records(self, keys: Collection[IdempotencyKey]) -> dict[IdempotencyKey, IdempotencyRecord]:
        self.asked.append(set(keys))
        return {key: record for key, record in self.stored.items() if key in keys}


def submitted(command: Any, principal: Principal = ADA) -> Submission[Any]:
    return submission(principal, command, PayloadLimits())


async def replays(records: Records, write_set: WriteSet, *submissions: Submission[Any]) -> Replays:
    return await Replays.load(submissions, cast("Transaction", records), write_set)


def start(**given: Any) -> StartInstance:
    return StartInstance("order", idempotency_key="k", **given)


async def test_the_same_request_gets_the_same_outcome_marked_as_replayed() -> None:
    records, write_set, first = Records(), WriteSet(), submitted(start())
    (await replays(records, write_set, first)).remember(first, StartOutcome(INSTANCE), NOW)
    records.stored = {each.key: each for each in write_set.new_idempotency_records}
    again = await replays(records, WriteSet(), first)
    assert again.outcome(first) == StartOutcome(INSTANCE, replayed=True)


async def test_a_later_command_of_the_batch_sees_what_an_earlier_one_stored() -> None:
    one, write_set = submitted(start()), WriteSet()
    batch = await replays(Records(), write_set, one, one)
    assert batch.outcome(one) is None
    batch.remember(one, StartOutcome(INSTANCE), NOW)
    assert batch.outcome(one) == StartOutcome(INSTANCE, replayed=True)
    assert len(write_set.new_idempotency_records) == 1


@pytest.mark.parametrize(
    "other", [start(correlation_id="c-2"), start(payload={"a": 1}), start(start_element_id="Start")]
)
async def test_another_request_under_the_key_is_a_conflict(other: StartInstance) -> None:
    first = submitted(start())
    batch = await replays(Records(), WriteSet(), first)
    batch.remember(first, StartOutcome(INSTANCE), NOW)
    with pytest.raises(Conflict, match="'k' was already used"):
        batch.outcome(submitted(other))


async def test_keys_belong_to_a_caller_and_an_operation() -> None:
    first = submitted(start())
    batch = await replays(Records(), WriteSet(), first)
    batch.remember(first, StartOutcome(INSTANCE), NOW)
    assert batch.outcome(submitted(start(), BOB)) is None
    assert batch.outcome(submitted(TriggerMessage("order", idempotency_key="k"))) is None


async def test_without_a_key_nothing_is_read_or_stored() -> None:
    records, write_set, one = Records(), WriteSet(), submitted(StartInstance("order"))
    batch = await replays(records, write_set, one)
    batch.remember(one, StartOutcome(INSTANCE), NOW)
    assert (records.asked, write_set.new_idempotency_records, batch.outcome(one)) == ([], [], None)


def test_what_is_stored_for_replays() -> None:
    event = TriggerEvent("order", "c-1", "Paid")
    outcome = TriggerOutcome(None, INSTANCE, ())
    assert event.is_replayable(outcome)
    assert not TriggerEvent("order", "c-1", "Paid", dry_run=True).is_replayable(outcome)
    assert not TriggerMessage("paid").is_replayable(TriggerByNameOutcome())
    assert TriggerMessage("paid").is_replayable(TriggerByNameOutcome(pending=True))
    assert StartInstance("order").is_replayable(StartOutcome(INSTANCE))
