"""Pages of what waits: every order, both directions, while events come and go."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpmn_events.adapters.storage.database import open_database
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventOrder, WaitingEventQuery, position_of
from bpmn_events.domain.pages import PageRequest, Position
from tests.contract.storage import oracle
from tests.contract.storage.samples import EVERYBODY, World, after, little_is_much, viewer

ORDERS = list(WaitingEventOrder)


async def some_events(world: World) -> list[WaitingEvent]:
    """Thirteen, some of them of the same instant and some without a due time."""
    events: list[WaitingEvent] = []
    for number in range(13):
        due_at = None if number % 3 == 0 else after(100 - number // 2)
        events += await world.waiting(waiting_since=after(number // 3), due_at=due_at)
    return events


async def pages(
    world: World, order: WaitingEventOrder, limit: int, *, backward: bool
) -> AsyncIterator[list[WaitingEvent]]:
    """All pages, in the order a client walks through them."""
    request = PageRequest(limit=limit, backward=backward)
    for number in count():
        found = await world.database.read_store.waiting_events(WaitingEventQuery(request, order=order), EVERYBODY)
        assert (found.has_next if backward else found.has_previous) is (number > 0)
        yield list(found.items)
        if not (found.has_previous if backward else found.has_next):
            return
        edge = position_of(found.items[0 if backward else -1], order)
        request = replace(request, before=edge) if backward else replace(request, after=edge)


@pytest.mark.parametrize("limit", [1, 4, 13])
@pytest.mark.parametrize("order", ORDERS)
async def test_all_pages_forward_and_backward(world: World, order: WaitingEventOrder, limit: int) -> None:
    expected = oracle.listed(await some_events(world), WaitingEventQuery(order=order), EVERYBODY)
    forward = [event async for page in pages(world, order, limit, backward=False) for event in page]
    assert forward == expected
    backward = [page async for page in pages(world, order, limit, backward=True)]
    assert [event for page in reversed(backward) for event in page] == expected


@pytest.mark.parametrize("order", ORDERS)
async def test_what_stays_is_seen_once_while_events_come_and_go(world: World, order: WaitingEventOrder) -> None:
    events = await some_events(world)
    stays, gone = events[::2], events[1::2]
    seen: list[WaitingEvent] = []
    async for page in pages(world, order, 2, backward=False):
        seen += page
        if gone:
            # also the very event the next page starts after
            leaving = [event for event in page if event in gone] or gone[:1]
            await world.gone(leaving)
            gone = [event for event in gone if event not in leaving]
        await world.waiting(waiting_since=after(1), due_at=after(97))
        if len(seen) > 60:
            break
    assert [event for event in seen if event in stays] == oracle.listed(
        stays, WaitingEventQuery(order=order), EVERYBODY
    )
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("order", ORDERS)
async def test_all_rows_at_once(world: World, order: WaitingEventOrder) -> None:
    events = await some_events(world)
    for offset in (0, 5, 20):
        query = WaitingEventQuery(PageRequest(limit=None, offset=offset), order=order)
        assert await world.database.read_store.waiting_events(query, EVERYBODY) == oracle.page(events, query, EVERYBODY)


async def test_an_empty_database(world: World) -> None:
    found = await world.database.read_store.waiting_events(WaitingEventQuery(), EVERYBODY)
    assert (found.items, found.has_next, found.has_previous) == ((), False, False)
    assert await world.database.read_store.count_waiting_events(WaitingEventFilter(), EVERYBODY) == 0


LANES = ["Sales", "Back office", "böse'\"lane%"]
MODELS = ["order", "hiring"]
CORRELATIONS = ["c-1", "c-2", "C_3%"]
ELEMENTS = ["paid", "late", "Über_uns"]
NAMES = ["Payment received", "50% off_now", None]
INSTANTS = st.integers(0, 6).map(after)


def some(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(st.sampled_from(values), max_size=3).map(tuple)


FACTS = st.fixed_dictionaries(
    {
        "key": st.sampled_from(MODELS),
        "correlation_id": st.sampled_from(CORRELATIONS),
        "element_id": st.sampled_from(ELEMENTS),
        "event_type": st.sampled_from(list(EventType)),
        "event_name": st.sampled_from(["payment", "order%", None]),
        "name": st.sampled_from(NAMES),
        "lane": st.sampled_from([None, *LANES]),
        "waiting_since": INSTANTS,
        "due_at": st.none() | INSTANTS,
    }
)
VIEWERS = st.just(EVERYBODY) | st.lists(st.sampled_from(LANES), max_size=3).map(lambda lanes: viewer(*lanes))
POSITIONS = st.none() | st.builds(
    Position,
    (st.none() | INSTANTS).map(lambda at: None if at is None else int(at.timestamp() * 1_000_000)),
    st.sampled_from(["we_0", "we_z"]),
)


@st.composite
def queries(draw: st.DrawFn) -> WaitingEventQuery:
    filter = WaitingEventFilter(
        process_model_keys=draw(some([*MODELS, "unknown"])),
        correlation_ids=draw(some(CORRELATIONS)),
        event_types=draw(some(list(EventType))),
        element_ids=draw(some(ELEMENTS)),
        event_names=draw(some(["payment", "order%"])),
        lanes=draw(some(LANES)),
        waiting_since_before=draw(st.none() | INSTANTS),
        due_before=draw(st.none() | INSTANTS),
        search=draw(st.sampled_from([None, None, None, "PAY", "%", "_", "über", "", "c_3%"])),
    )
    page = PageRequest(
        limit=draw(st.none() | st.integers(1, 5)),
        after=draw(POSITIONS),
        before=draw(POSITIONS),
        backward=draw(st.booleans()),
        offset=draw(st.sampled_from([0, 0, 1, 3, 50])),
    )
    return WaitingEventQuery(page, filter, draw(st.sampled_from(ORDERS)))


@pytest.mark.parametrize("much", ["as much as it is", "much"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    facts=st.lists(FACTS, min_size=5, max_size=25),
    asked=st.lists(st.tuples(queries(), VIEWERS), min_size=20, max_size=20),
)
async def test_any_query_on_sqlite_is_answered_as_plain_python_would(
    facts: list[Any], asked: list[Any], much: str
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if much == "much":
            little_is_much(patch)
        url = f"sqlite:///{Path(folder)}/test.db"
        await migrate(url)
        world = World(open_database(url))
        try:
            await compare(world, [event for each in facts for event in await world.waiting(**each)], asked)
        finally:
            await world.database.close()


async def compare(world: World, events: list[WaitingEvent], asked: list[Any]) -> None:
    read_store = world.database.read_store
    for query, caller in asked:
        expected = oracle.page(events, query, caller)
        found = await read_store.waiting_events(query, caller)
        assert found.items == expected.items, (query, caller)
        if found.items:
            assert (found.has_next, found.has_previous) == (expected.has_next, expected.has_previous)
        unpaged = WaitingEventQuery(PageRequest(), query.filter)
        matching = oracle.listed(events, unpaged, caller)
        assert await read_store.count_waiting_events(query.filter, caller) == len(matching)
        for parent, keys in (("process_model_key", MODELS), ("correlation_id", CORRELATIONS)):
            nested = await read_store.waiting_events_of(parent, keys, query, caller)
            counts = await read_store.count_waiting_events_of(parent, keys, query.filter, caller)
            for key in keys:
                own = [event for event in events if getattr(event, parent) == key]
                page = oracle.page(own, query, caller)
                assert nested[key].items == page.items, (parent, key, query, caller)
                if page.items:
                    assert nested[key] == page
                assert counts[key] == len(oracle.listed(own, unpaged, caller))
