"""What is old is forgotten batch by batch until nothing of it is left, and again after a pause."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest

from bpmn_events.application.background.retention import BATCH, PAUSE, Retention, RetentionTimes
from bpmn_events.application.ports.write_set import WriteSet
from tests.support.virtual_time import START, elapsed, in_virtual_time, now
from tests.unit.application.fake_writer import writer_over
from tests.unit.application.looping import Looks, run_for

KEPT = RetentionTimes(idempotency=timedelta(days=7), cancelled_events=timedelta(days=30))


class Stored:
    """So many idempotency records and cancelled events, by the day they were made or cancelled."""

    def __init__(self, records: dict[int, int], events: dict[int, int]) -> None:
        self.records = {START - timedelta(days=days): count for days, count in records.items()}
        self.events = {START - timedelta(days=days): count for days, count in events.items()}
        self.looks = Looks()
        self.transactions: list[list[int]] = []

    def begin(self, command: Any) -> None:
        self.transactions.append([])

    async def write(self, changes: WriteSet) -> None:
        assert changes == WriteSet()

    async def delete_idempotency_records(self, before: datetime, limit: int) -> int:
        self.looks.add()
        return self._forget(self.records, before, limit)

    async def delete_cancelled_events(self, before: datetime, limit: int) -> int:
        return self._forget(self.events, before, limit)

    def _forget(self, rows: dict[datetime, int], before: datetime, limit: int) -> int:
        gone = 0
        for day in sorted(day for day in rows if day < before):
            taken = min(rows[day], limit - gone)
            rows[day] -= taken
            gone += taken
        self.transactions[-1].append(gone)
        return gone

    def left(self) -> tuple[list[int], list[int]]:
        """How many are left of each day, the oldest first."""
        return [count for _, count in sorted(self.records.items())], [count for _, count in sorted(self.events.items())]


def retention_over(stored: Stored, batch: int = BATCH) -> Retention:
    return Retention(writer_over(stored), KEPT, now, batch=batch)


@in_virtual_time
async def test_what_is_old_enough_is_forgotten_and_nothing_else() -> None:
    stored = Stored(records={31: 1, 8: 2, 7: 4, 0: 8}, events={31: 16, 30: 32, 8: 64})
    assert await retention_over(stored).forget() == 1 + 2 + 16
    assert stored.left() == ([0, 0, 4, 8], [0, 32, 64])


@in_virtual_time
async def test_each_batch_is_a_transaction_until_nothing_is_left() -> None:
    stored = Stored(records={8: 7}, events={31: 3})
    assert await retention_over(stored, batch=3).forget() == 10
    assert stored.transactions == [[3], [3], [1], [0], [3], [0]]


@in_virtual_time
async def test_a_round_that_finds_nothing_is_one_transaction_for_each_kind(caplog: pytest.LogCaptureFixture) -> None:
    stored = Stored(records={}, events={31: 0})
    with caplog.at_level(logging.INFO):
        assert await retention_over(stored).forget() == 0
    assert stored.transactions == [[0], [0]]
    assert caplog.records == []


@in_virtual_time
async def test_it_says_how_much_was_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await retention_over(Stored(records={}, events={31: 3})).forget()
        await retention_over(Stored(records={8: 2}, events={})).forget()
    assert caplog.messages == [
        "Forgot 0 idempotency records and 3 cancelled events",
        "Forgot 2 idempotency records and 0 cancelled events",
    ]


@in_virtual_time
async def test_the_loop_begins_at_once_and_pauses_between_its_rounds() -> None:
    stored, pause = Stored(records={}, events={}), PAUSE.total_seconds()
    await run_for(retention_over(stored).run, 3.5 * pause)
    assert stored.looks.seconds == [0, pause, 2 * pause, 3 * pause]
    assert elapsed() == 3.5 * pause


@in_virtual_time
async def test_each_round_forgets_what_has_become_old_by_then() -> None:
    stored = Stored(records={7: 5, 6: 3}, events={30: 2, 29: 1})
    await run_for(retention_over(stored).run, timedelta(hours=1).total_seconds())
    assert stored.left() == ([0, 3], [0, 1])
