"""Pages of waiting events: all orders, both directions, and while events come and go."""

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
from tests.contract.storage.samples import ALL_LANES, World, after, lower_limits, viewer
from tests.support.examples import examples

ORDERS = list(WaitingEventOrder)


async def some_events(world: World) -> list[WaitingEvent]:
    """Store and return thirteen events, some of the same instant and some without a due time."""
    events: list[WaitingEvent] = []
    for number in range(13):
        due_at = None if number % 3 == 0 else after(100 - number // 2)
        events += await world.add_events(waiting_since=after(number // 3), due_at=due_at)
    return events


async def pages(
    world: World, order: WaitingEventOrder, limit: int, *, backward: bool
) -> AsyncIterator[list[WaitingEvent]]:
    """Yield all pages, in the order in which a client reads them."""
    request = PageRequest(limit=limit, backward=backward)
    for number in count():
        page = await world.database.read_store.waiting_events(WaitingEventQuery(request, order=order), ALL_LANES)
        assert (page.has_next if backward else page.has_previous) is (number > 0)
        yield list(page.items)
        if not (page.has_previous if backward else page.has_next):
            return
        edge = position_of(page.items[0 if backward else -1], order)
        request = replace(request, before=edge) if backward else replace(request, after=edge)


@pytest.mark.parametrize("limit", [1, 4, 13])
@pytest.mark.parametrize("order", ORDERS)
async def test_all_pages_forward_and_backward(world: World, order: WaitingEventOrder, limit: int) -> None:
    expected = oracle.select_events(await some_events(world), WaitingEventQuery(order=order), ALL_LANES)
    forward = [event async for page in pages(world, order, limit, backward=False) for event in page]
    assert forward == expected
    backward = [page async for page in pages(world, order, limit, backward=True)]
    assert [event for page in reversed(backward) for event in page] == expected


@pytest.mark.parametrize("order", ORDERS)
async def test_unchanged_events_are_read_once_while_others_come_and_go(world: World, order: WaitingEventOrder) -> None:
    events = await some_events(world)
    unchanged, removable = events[::2], events[1::2]
    seen: list[WaitingEvent] = []
    async for page in pages(world, order, 2, backward=False):
        seen += page
        if removable:
            # This includes the event after which the next page starts.
            removed = [event for event in page if event in removable] or removable[:1]
            await world.remove(removed)
            removable = [event for event in removable if event not in removed]
        await world.add_events(waiting_since=after(1), due_at=after(97))
        if len(seen) > 60:
            break
    assert [event for event in seen if event in unchanged] == oracle.select_events(
        unchanged, WaitingEventQuery(order=order), ALL_LANES
    )
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("order", ORDERS)
async def test_all_rows_at_once(world: World, order: WaitingEventOrder) -> None:
    events = await some_events(world)
    for offset in (0, 5, 20):
        query = WaitingEventQuery(PageRequest(limit=None, offset=offset), order=order)
        assert await world.database.read_store.waiting_events(query, ALL_LANES) == oracle.page(events, query, ALL_LANES)


async def test_an_empty_database(world: World) -> None:
    page = await world.database.read_store.waiting_events(WaitingEventQuery(), ALL_LANES)
    assert (page.items, page.has_next, page.has_previous) == ((), False, False)
    assert await world.database.read_store.count_waiting_events(WaitingEventFilter(), ALL_LANES) == 0


LANES = ["Sales", "Back office", "böse'\"lane%"]
MODELS = ["order", "hiring"]
CORRELATIONS = ["c-1", "c-2", "C_3%"]
ELEMENTS = ["paid", "late", "Über_uns"]
NAMES = ["Payment received", "50% off_now", None]
INSTANTS = st.integers(0, 6).map(after)


def optional_tuple(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(st.sampled_from(values), max_size=3).map(tuple)


FACTS = st.fixed_dictionaries(
    {
        "key": st.sampled_from(MODELS),
        "correlation_id": st.sampled_from(CORRELATIONS),
        "element_id": st.sampled_from(ELEMENTS),
        "event_type": st.sampled_from(list(EventType)),
        "event_name": st.sampled_from(["payment", "order%", "refund", None]),
        # A search does not look into computed names.
        "computed_name": st.sampled_from([None, None, "refund"]),
        "name": st.sampled_from(NAMES),
        "lane": st.sampled_from([None, *LANES]),
        "waiting_since": INSTANTS,
        "due_at": st.none() | INSTANTS,
    }
)
VIEWERS = st.just(ALL_LANES) | st.lists(st.sampled_from(LANES), max_size=3).map(lambda lanes: viewer(*lanes))
POSITIONS = st.none() | st.builds(
    Position,
    (st.none() | INSTANTS).map(lambda at: None if at is None else int(at.timestamp() * 1_000_000)),
    st.sampled_from(["we_0", "we_z"]),
)


def _possible(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts; only messages and signals have computed names."""
    is_named = facts["event_type"] in (EventType.MESSAGE, EventType.SIGNAL)
    return facts if is_named else facts | {"computed_name": None}


@st.composite
def event_queries(draw: st.DrawFn) -> WaitingEventQuery:
    filter = WaitingEventFilter(
        process_model_keys=draw(optional_tuple([*MODELS, "unknown"])),
        correlation_ids=draw(optional_tuple(CORRELATIONS)),
        event_types=draw(optional_tuple(list(EventType))),
        element_ids=draw(optional_tuple(ELEMENTS)),
        event_names=draw(optional_tuple(["payment", "order%", "refund"])),
        lanes=draw(optional_tuple(LANES)),
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


@pytest.mark.parametrize("limits", ["normal limits", "low limits"])
@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    facts=st.lists(FACTS, min_size=5, max_size=25),
    queries=st.lists(st.tuples(event_queries(), VIEWERS), min_size=20, max_size=20),
)
async def test_any_query_on_sqlite_matches_the_oracle(facts: list[Any], queries: list[Any], limits: str) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if limits == "low limits":
            lower_limits(patch)
        url = f"sqlite:///{Path(folder)}/test.db"
        await migrate(url)
        world = World(open_database(url))
        try:
            await compare(
                world, [event for each in facts for event in await world.add_events(**_possible(each))], queries
            )
        finally:
            await world.database.close()


async def compare(world: World, events: list[WaitingEvent], queries: list[Any]) -> None:
    """Compare lists, counts and nested lists of the read store with those of the oracle."""
    read_store = world.database.read_store
    for query, caller in queries:
        expected = oracle.page(events, query, caller)
        page = await read_store.waiting_events(query, caller)
        assert page.items == expected.items, (query, caller)
        if page.items:
            assert (page.has_next, page.has_previous) == (expected.has_next, expected.has_previous)
        unpaged = WaitingEventQuery(PageRequest(), query.filter)
        matching = oracle.select_events(events, unpaged, caller)
        assert await read_store.count_waiting_events(query.filter, caller) == len(matching)
        for parent, keys in (("process_model_key", MODELS), ("correlation_id", CORRELATIONS)):
            nested = await read_store.waiting_events_of(parent, keys, query, caller)
            counts = await read_store.count_waiting_events_of(parent, keys, query.filter, caller)
            for key in keys:
                own = [event for event in events if getattr(event, parent) == key]
                own_page = oracle.page(own, query, caller)
                assert nested[key].items == own_page.items, (parent, key, query, caller)
                if own_page.items:
                    assert nested[key] == own_page
                assert counts[key] == len(oracle.select_events(own, unpaged, caller))
