"""What has failed: timers wait for their retries and delay no others, and one list has them and all deliveries."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text

from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.outbox import AT_ONCE, FailedReceiver
from bpmn_events.domain.pages import Page, PageRequest, Position
from bpmn_events.domain.retries import FailedTimer, PendingRetry, Retry, RetryCounts, RetryKind
from tests.contract.storage.cost.test_cost import Statement, plan, postgres_plan, statements
from tests.contract.storage.samples import ALL_LANES, NOW, World, after, thrown_event, viewer

STUCK = ProcessFailed("it is stuck")
PARKED = 2_000


async def park(world: World, event: WaitingEvent, retry: Retry) -> None:
    await world.write(WriteSet(timer_retries={event.id: retry}))


async def test_a_timer_that_failed_is_due_again_at_its_retry(world: World) -> None:
    read_store = world.database.read_store
    stuck, other = await world.add_events(count=2, due_at=NOW)
    retry = Retry.after(0, NOW, STUCK)
    await park(world, stuck, retry)
    assert await read_store.due_events(after(100), 10) == [other]
    assert await read_store.due_retries(after(0.9), 10) == []
    assert await read_store.due_retries(after(1), 10) == [FailedTimer(stuck, retry)]
    assert await read_store.next_due(NOW) == after(1)
    assert await read_store.next_due(after(1)) is None


async def test_a_later_failure_replaces_the_retry(world: World) -> None:
    stuck, other = await world.add_events(count=2, due_at=NOW)
    first, second = Retry.after(0, NOW, STUCK), Retry.after(1, after(1), ZeroDivisionError())
    await park(world, stuck, first)
    await park(world, other, first)
    await park(world, stuck, second)
    retries = await world.database.read_store.due_retries(after(100), 10)
    assert retries == [FailedTimer(other, first), FailedTimer(stuck, second)]
    assert await world.database.read_store.due_retries(after(100), 1) == retries[:1]
    assert await world.database.read_store.next_due(after(1)) == after(3)


async def test_a_timer_that_is_gone_leaves_no_retry(world: World) -> None:
    read_store, retry = world.database.read_store, Retry.after(0, NOW, STUCK)
    triggered, parked, meanwhile = await world.add_events(count=3, due_at=NOW)
    await world.write(WriteSet(triggered_events=[triggered.id]))
    await park(world, triggered, retry)
    await park(world, parked, retry)
    await world.write(WriteSet(triggered_events=[parked.id]))
    await world.write(WriteSet(triggered_events=[meanwhile.id], timer_retries={meanwhile.id: retry}))
    assert await read_store.due_retries(after(100), 10) == []
    assert await read_store.next_due(after(-100)) is None


async def test_an_event_with_other_correlation_keys_keeps_its_retry(world: World) -> None:
    (event,) = await world.add_events(due_at=NOW)
    await park(world, event, Retry.after(0, NOW, STUCK))
    rekeyed = replace(event, correlation_keys={"k": "[1]"})
    await world.write(WriteSet(rekeyed_events={event.id: rekeyed}))
    assert await world.database.read_store.due_retries(after(1), 10) == [
        FailedTimer(rekeyed, Retry.after(0, NOW, STUCK))
    ]


async def test_many_parked_timers_are_not_read_to_find_one_that_is_due(world: World, kind: str) -> None:
    """The queries read one range of an index each; the parked timers are in another index."""
    read_store = world.database.read_store
    parked = await world.add_events(count=PARKED, due_at=NOW)
    retry = Retry.after(12, NOW, STUCK)
    await park(world, parked[0], retry)
    async with world.database.write_store.transaction() as transaction:
        copy = ", ".join(f"{name} = (SELECT max({name}) FROM waiting_events)" for name in ("attempts", "retry_at"))
        await transaction._connection.run(text(f"UPDATE waiting_events SET {copy}"), {})
    (due,) = await world.add_events(due_at=after(5))
    if kind == "postgresql":
        await world.database.connections.run(_analyze)
    with statements() as seen:
        assert await read_store.due_events(after(10), 200) == [due]
        assert await read_store.due_retries(after(10), 8) == []
        assert await read_store.next_due(after(10)) == retry.retry_at
    for statement, index in zip(seen[-3:], ("first_due_at", "retry_at", "first_due_at"), strict=True):
        steps = await (postgres_plan if kind == "postgresql" else plan)(world.database, statement)
        assert any(f"waiting_events_by_{index}" in step for step in steps), steps
        assert not any("Seq Scan" in step or "by_due_at" in step or "Sort" in step for step in steps), steps


def _analyze(connection: Connection) -> None:
    connection.execute(text("ANALYZE waiting_events"))


# --- the list of all retries ---

ALL = frozenset(RetryKind)
TIMERS = [RetryKind.TIMER]


def failed(seconds: float, attempts: int = 1) -> Retry:
    """Return a retry that is due so many seconds after the present time of the tests."""
    return Retry(attempts, after(seconds), NOW, str(STUCK))


async def add_timer(world: World, seconds: float, lane: str | None = None) -> PendingRetry:
    (event,) = await world.add_events(due_at=NOW, lane=lane)
    await park(world, event, failed(seconds))
    return PendingRetry.of_timer(FailedTimer(event, failed(seconds)))


async def add_delivery(
    world: World, seconds: float, kind: RetryKind = RetryKind.MESSAGE, lane: str | None = None
) -> PendingRetry:
    event = thrown_event(event_type=EventType(kind), name="paid", correlation_id="c-1")
    receiver = FailedReceiver("order", "pay", lane)
    event = replace(event.postpone(NOW, STUCK, receiver), due_at=after(seconds))
    await world.write(WriteSet(new_thrown_events=[event]))
    return PendingRetry(event.id, kind, "paid", "pay", lane, "order", "c-1", failed(seconds))


async def test_the_list_has_timers_and_deliveries_the_next_one_first(world: World) -> None:
    read_store = world.database.read_store
    await world.add_events(due_at=NOW)
    await world.write(WriteSet(new_thrown_events=[thrown_event(due_at=AT_ONCE)]))
    items = [
        await add_timer(world, 1),
        await add_delivery(world, 2),
        await add_delivery(world, 3, RetryKind.SIGNAL),
        await add_timer(world, 4),
        await add_delivery(world, 5),
    ]
    page = await read_store.retries(ALL, PageRequest(), ALL_LANES)
    assert page == Page(tuple(items), has_next=False, has_previous=False)
    assert await read_store.count_retries(ALL, ALL_LANES) == 5
    assert await read_store.retry_counts() == RetryCounts(timers=2, deliveries=3)
    for kinds in (TIMERS, [RetryKind.SIGNAL], [RetryKind.TIMER, RetryKind.MESSAGE], []):
        found = (await read_store.retries(kinds, PageRequest(), ALL_LANES)).items
        assert list(found) == [item for item in items if item.kind in kinds]
        assert await read_store.count_retries(kinds, ALL_LANES) == len(found)


async def test_the_pages_of_the_list(world: World) -> None:
    add = (add_timer, add_delivery)
    items = [await add[number % 2](world, number // 3) for number in range(9)]
    items.sort(key=lambda item: (item.retry.retry_at, item.id))
    for size in range(1, 11):
        seen: list[PendingRetry] = []
        position = None
        while True:
            page = await world.database.read_store.retries(ALL, PageRequest(size, position), ALL_LANES)
            assert page.has_previous is bool(seen)
            seen += page.items
            if not page.has_next:
                break
            last = seen[-1]
            position = Position(microseconds(last.retry.retry_at), last.id)
        assert seen == items


async def test_the_list_has_only_the_lanes_of_the_viewer(world: World) -> None:
    items = [await add(world, 1, lane=lane) for lane in (None, "Sales", "Boss") for add in (add_timer, add_delivery)]
    for lanes in ((), ("Sales",), ("Sales", "Boss"), ("*",)):
        visible = [item for item in items if viewer(*lanes).sees(item.lane)]
        visible.sort(key=lambda item: (item.retry.retry_at, item.id))
        assert list((await world.database.read_store.retries(ALL, PageRequest(), viewer(*lanes))).items) == visible
        assert await world.database.read_store.count_retries(ALL, viewer(*lanes)) == len(visible)


async def test_retries_by_waiting_event(world: World) -> None:
    stuck, other = await world.add_events(count=2, due_at=NOW)
    await park(world, stuck, failed(1, attempts=7))
    found = await world.database.read_store.retries_of_events([stuck.id, other.id, "we_0"])
    assert found == {stuck.id: failed(1, attempts=7)}


async def test_the_list_and_the_counts_use_indexes(world: World, kind: str) -> None:
    read_store = world.database.read_store
    for number in range(3):
        await add_timer(world, number, "Sales")
        await add_delivery(world, number, lane="Sales")
    page = PageRequest(2, Position(microseconds(after(1)), "we_"))
    with statements() as seen:
        await read_store.retries(ALL, page, viewer("Sales"))
        await read_store.retries_of_events(["we_1"])
        await read_store.retry_counts()
    for statement in seen:
        steps = await _plan(world, kind, statement)
        assert not any("Seq Scan" in step or step in {"SCAN waiting_events", "SCAN thrown_events"} for step in steps)


async def _plan(world: World, kind: str, statement: Statement) -> Sequence[str]:
    if kind == "postgresql":
        return await postgres_plan(world.database, statement, "SET enable_seqscan = off")
    return await plan(world.database, statement)


@pytest.mark.parametrize("attempts", [1, 2, 12, 13, 500])
def test_the_pauses_double_up_to_an_hour(attempts: int) -> None:
    retry = Retry.after(attempts - 1, NOW, STUCK)
    assert retry.attempts == attempts
    assert (retry.retry_at - NOW).total_seconds() == min(2 ** (attempts - 1), 3600)
