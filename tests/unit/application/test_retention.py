"""The retention loop: it deletes expired records batch by batch, and again after a pause."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bpmn_events.application.background.retention import (
    BATCH,
    FENCE_TIME,
    PAUSE,
    SHORT_PAUSE,
    Retention,
    RetentionTimes,
)
from bpmn_events.application.ports.pruning import EndedExecution, PrunedRows
from bpmn_events.application.ports.write_set import WriteSet
from tests.support.virtual_time import START, elapsed, in_virtual_time, now
from tests.unit.application.fake_writer import writer_over
from tests.unit.application.looping import Polls, run_for

TIMES = RetentionTimes(idempotency=timedelta(days=7), cancelled_events=timedelta(days=30))


class FakeFeed:
    """A change feed with more change sets than are kept."""

    excess = 5

    async def find_excess(self, max_change_sets: int) -> int:
        assert max_change_sets == TIMES.max_changes
        return self.excess


FEED: Any = FakeFeed()


class FakeStore:
    """Idempotency records and cancelled events, each as a number of records by their age in days."""

    def __init__(self, records: dict[int, int], events: dict[int, int]) -> None:
        self.records = {START - timedelta(days=days): count for days, count in records.items()}
        self.events = {START - timedelta(days=days): count for days, count in events.items()}
        self.polls = Polls()
        self.transactions: list[list[int]] = []

    def begin(self, command: Any) -> None:
        self.transactions.append([])

    async def write(self, write_set: WriteSet) -> None:
        assert write_set == WriteSet()

    async def delete_idempotency_records(self, before: datetime, limit: int) -> int:
        self.polls.add()
        return self._delete(self.records, before, limit)

    async def delete_cancelled_events(self, before: datetime, limit: int) -> int:
        return self._delete(self.events, before, limit)

    async def delete_changes(self, before: datetime, up_to: int | None, limit: int) -> int:
        assert (before, up_to) == (now() - TIMES.changes, FakeFeed.excess)
        return self._delete({}, before, limit)

    async def delete_write_fences(self, age: timedelta, limit: int) -> int:
        assert age == FENCE_TIME
        return self._delete({}, now(), limit)

    async def delete_tickets(self, before: datetime, limit: int) -> int:
        assert before == now()
        return self._delete({}, before, limit)

    def _delete(self, rows: dict[datetime, int], before: datetime, limit: int) -> int:
        deleted = 0
        for day in sorted(day for day in rows if day < before):
            count = min(rows[day], limit - deleted)
            rows[day] -= count
            deleted += count
        self.transactions[-1].append(deleted)
        return deleted

    def remaining(self) -> tuple[list[int], list[int]]:
        """Return the remaining records and events of each day, the oldest day first."""
        return [count for _, count in sorted(self.records.items())], [count for _, count in sorted(self.events.items())]


def retention_over(store: FakeStore, batch: int = BATCH) -> Retention:
    return Retention(writer_over(store), FEED, TIMES, now, batch=batch)


@in_virtual_time
async def test_only_expired_records_are_deleted() -> None:
    store = FakeStore(records={31: 1, 8: 2, 7: 4, 0: 8}, events={31: 16, 30: 32, 8: 64})
    assert (await retention_over(store).delete_expired()).deleted == 1 + 2 + 16
    assert store.remaining() == ([0, 0, 4, 8], [0, 32, 64])


@in_virtual_time
async def test_each_batch_is_a_transaction_until_fewer_are_left() -> None:
    store = FakeStore(records={8: 7}, events={31: 3})
    assert (await retention_over(store, batch=3).delete_expired()).deleted == 10
    assert store.transactions == [[3], [3], [1], [3], [0], [0], [0], [0]]


@in_virtual_time
async def test_without_expired_records_a_round_is_one_transaction_per_kind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = FakeStore(records={}, events={31: 0})
    with caplog.at_level(logging.INFO):
        assert (await retention_over(store).delete_expired()).deleted == 0
    assert store.transactions == [[0]] * 5
    assert caplog.records == []


@in_virtual_time
async def test_the_numbers_of_deleted_records_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await retention_over(FakeStore(records={}, events={31: 3})).delete_expired()
        await retention_over(FakeStore(records={8: 2}, events={})).delete_expired()
    assert caplog.messages == [
        "Forgot 0 idempotency records and 3 cancelled events",
        "Forgot 2 idempotency records and 0 cancelled events",
    ]


@in_virtual_time
async def test_the_loop_starts_at_once_and_pauses_between_rounds() -> None:
    store, pause = FakeStore(records={}, events={}), PAUSE.total_seconds()
    await run_for(retention_over(store).run, 3.5 * pause)
    assert store.polls.seconds == [0, pause, 2 * pause, 3 * pause]
    assert elapsed() == 3.5 * pause


@in_virtual_time
async def test_each_round_deletes_the_records_that_have_expired_by_then() -> None:
    store = FakeStore(records={7: 5, 6: 3}, events={30: 2, 29: 1})
    await run_for(retention_over(store).run, timedelta(hours=1).total_seconds())
    assert store.remaining() == ([0, 3], [0, 1])


class FakeExecutions(FakeStore):
    """So many ended executions, of which each step deletes one."""

    def __init__(self, executions: int) -> None:
        super().__init__(records={}, events={})
        self.executions = executions

    async def ended_executions(self, before: datetime, limit: int) -> list[EndedExecution]:
        return [EndedExecution("pi", "c", before)][: self.executions]

    def holds(self, name: str) -> bool:
        return True

    async def delete_executions(self, executions: Sequence[EndedExecution], limit: int) -> PrunedRows:
        self.executions -= 1
        return PrunedRows(executions=1, instances=1)


@in_virtual_time
async def test_rounds_follow_soon_while_executions_are_left() -> None:
    store, times = FakeExecutions(5), replace(TIMES, ended_executions=timedelta(days=7))
    retention = Retention(writer_over(store), FEED, times, now, pruning_steps=2)
    await run_for(retention.run, PAUSE.total_seconds() / 2)
    assert store.executions == 0
    first, second, third = store.polls.seconds  # the other records are deleted in each round
    assert second - first >= SHORT_PAUSE.total_seconds()
    assert third - second >= SHORT_PAUSE.total_seconds()
