"""Filters and lanes in lists, counts and nested lists of waiting events."""

from dataclasses import fields, replace
from typing import Any

import pytest

from bpmn_events.adapters.storage.waiting_events import queries as event_queries
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventOrder, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import Principal
from tests.contract.storage import oracle
from tests.contract.storage.samples import ALL_LANES, World, after, lower_limits, viewer
from tests.contract.storage.test_paging import compare

ALL = PageRequest(limit=None)


async def many_events(world: World) -> list[WaitingEvent]:
    """Return stored events that differ in every filtered property."""
    kinds: list[dict[str, Any]] = [
        {"lane": "Sales", "element_id": "paid", "name": "Payment\n received"},
        {"lane": "Boss", "element_id": "late", "event_type": EventType.TIMER, "event_name": None, "due_at": after(50)},
        {"element_id": "50%_off", "name": None, "event_name": "dis_count", "due_at": after(20)},
        {"element_id": "Übergabe", "event_type": EventType.SIGNAL, "event_name": "ÜBERGABE", "name": None},
    ]
    events: list[WaitingEvent] = []
    addresses = [("order", "c-1"), ("order", "c-2"), ("hiring", "c-2"), ("hiring", "c%3")]
    for number, (key, correlation_id) in enumerate(addresses):
        for kind in kinds:
            events += await world.add_events(key, correlation_id, waiting_since=after(number), **kind)
    return events


def single_filters(events: list[WaitingEvent]) -> list[WaitingEventFilter]:
    event = events[5]
    texts = ["payment RECEIVED", "%", "_", "50%_", "übergabe", "DIS_", "c%3", "hir", "nothing like it", " ", ""]
    return [
        WaitingEventFilter(),
        WaitingEventFilter(process_model_keys=("order",)),
        WaitingEventFilter(process_model_keys=("order", "hiring", "order")),
        WaitingEventFilter(process_model_ids=(event.process_model_id,)),
        WaitingEventFilter(correlation_ids=("c-2", "c%3")),
        WaitingEventFilter(process_instance_ids=(event.process_instance_id,)),
        WaitingEventFilter(event_types=(EventType.TIMER, EventType.SIGNAL)),
        WaitingEventFilter(element_ids=("50%_off", "late")),
        WaitingEventFilter(event_names=("dis_count",)),
        WaitingEventFilter(lanes=("Sales",)),
        WaitingEventFilter(lanes=("Sales", "Boss", "nobody's")),
        WaitingEventFilter(waiting_since_before=after(2)),
        WaitingEventFilter(due_before=after(50)),
        *(WaitingEventFilter(search=text) for text in texts),
        *(filter_by(name, ()) for name in LIST_FIELDS),
    ]


LIST_FIELDS = [field.name for field in fields(WaitingEventFilter) if "tuple" in str(field.type)]


def filter_by(field: str, value: Any) -> WaitingEventFilter:
    return replace(WaitingEventFilter(), **{field: value})


VIEWERS = [ALL_LANES, viewer(), viewer("Sales"), viewer("Sales", "Boss", "Other"), viewer("*", "Sales")]


@pytest.mark.parametrize("low_limits", [False, True], ids=["few", "many"])
@pytest.mark.parametrize("caller", VIEWERS, ids=lambda caller: "+".join(sorted(caller.lanes)) or "no lane")
async def test_single_filters(
    world: World, caller: Principal, low_limits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if low_limits:
        lower_limits(monkeypatch)
    events = await many_events(world)
    read_store = world.database.read_store
    for filter in single_filters(events):
        for order in WaitingEventOrder:
            expected = oracle.select_events(events, WaitingEventQuery(ALL, filter, order), caller)
            for page in (ALL, PageRequest(limit=100), PageRequest(limit=100, backward=True)):
                result = await read_store.waiting_events(WaitingEventQuery(page, filter, order), caller)
                assert list(result.items) == expected, filter
            result = await read_store.waiting_events(WaitingEventQuery(PageRequest(limit=2), filter, order), caller)
            assert (list(result.items), result.has_next) == (expected[:2], len(expected) > 2), filter
        assert await read_store.count_waiting_events(filter, caller) == len(expected)


async def test_combined_filters(world: World) -> None:
    events = await many_events(world)
    filters = [
        WaitingEventFilter(process_model_keys=("order",), event_types=(EventType.TIMER,)),
        WaitingEventFilter(process_model_keys=("order", "hiring"), lanes=("Sales", "Boss")),
        WaitingEventFilter(correlation_ids=("c-2",), process_model_keys=("hiring",), due_before=after(30)),
        WaitingEventFilter(event_names=("payment",), waiting_since_before=after(2), search="SALES"),
        WaitingEventFilter(element_ids=("late",), lanes=("Sales",)),
        WaitingEventFilter(due_before=after(51), waiting_since_before=after(3), event_types=(EventType.TIMER,)),
    ]
    pages = [PageRequest(limit=3), PageRequest(limit=3, backward=True, offset=1)]
    queries = [
        (WaitingEventQuery(page, filter, order), caller)
        for filter in filters
        for page in pages
        for order in WaitingEventOrder
        for caller in VIEWERS[:3]
    ]
    await compare(world, events, queries)


@pytest.mark.parametrize("low_limits", [False, True], ids=["few", "many"])
async def test_computed_event_names(world: World, low_limits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if low_limits:
        lower_limits(monkeypatch)
    events = await many_events(world)
    for number in range(6):
        names: dict[str, Any] = {"computed_name": f"order-{number % 3}", "lane": ("Sales", None)[number % 2]}
        events += await world.add_events("order", "c-1", waiting_since=after(number), element_id="Wait", **names)
    queries = [
        (WaitingEventQuery(page, WaitingEventFilter(event_names=("order-1", "dis_count"), **more), order), caller)
        for more in ({}, {"process_model_keys": ("order",)}, {"search": "wait"}, {"correlation_ids": ("c-1",)})
        for page, order, caller in (
            (ALL, WaitingEventOrder.WAITING_SINCE_ASC, VIEWERS[0]),
            (PageRequest(limit=2), WaitingEventOrder.WAITING_SINCE_DESC, VIEWERS[1]),
            (PageRequest(limit=2), WaitingEventOrder.DUE_AT_ASC, VIEWERS[2]),
        )
    ]
    await compare(world, events, queries)


async def test_more_due_events_than_are_sorted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_queries, "_CHEAP_EVENTS", 5)
    events = await many_events(world)
    for caller in VIEWERS:
        for before in (after(20), after(21), after(51)):
            query = WaitingEventQuery(PageRequest(limit=3), WaitingEventFilter(due_before=before))
            await compare(world, events, [(query, caller)])


async def test_more_lanes_than_index_ranges(world: World) -> None:
    lanes = [f"lane {number}" for number in range(40)]
    events = [event for lane in lanes for event in await world.add_events(lane=lane)]
    query = WaitingEventQuery(PageRequest(limit=30))
    await compare(world, events, [(query, viewer(*lanes[5:])), (query, viewer(*lanes[20:25]))])


async def test_a_search_for_few_characters_of_many_bytes(world: World) -> None:
    texts = ["öl", "承認", "👧", "é?é", "é[a", "a*ü", "承]^"]
    events = [event for text in texts for event in await world.add_events("order", f"({text})", name=f"({text})*")]
    for text in (*texts, "é", "承", "]", "^", "é)", "(👧", "öl)*", "ü)*", "[a)*"):
        query = WaitingEventQuery(PageRequest(limit=3), WaitingEventFilter(search=text))
        assert oracle.select_events(events, query, ALL_LANES), text
        await compare(world, events, [(query, ALL_LANES)])


async def test_texts_that_no_database_can_store_match_nothing(world: World) -> None:
    await many_events(world)
    read_store = world.database.read_store
    for text in ("\x00", "paid\x00", "\ud800", "a\udfffb", "%" * 5_000, "ΐ" * 5_000, "x" * 500_000):
        for name in LIST_FIELDS:
            query = WaitingEventQuery(ALL, filter_by(name, (text,)))
            assert (await read_store.waiting_events(query, ALL_LANES)).items == (), name
            assert await read_store.count_waiting_events(query.filter, ALL_LANES) == 0
        search = WaitingEventFilter(search=text)
        assert (await read_store.waiting_events(WaitingEventQuery(ALL, search), ALL_LANES)).items == ()
        assert await read_store.count_waiting_events(search, ALL_LANES) == 0
        everything = WaitingEventQuery(ALL)
        assert len((await read_store.waiting_events(everything, viewer(text))).items) == 8
        for parent in ("process_model_key", "process_instance_id", "correlation_id"):
            nested = await read_store.waiting_events_of(parent, [text], everything, ALL_LANES)
            assert nested[text].items == ()
            assert await read_store.count_waiting_events_of(parent, [text], search, ALL_LANES) == {text: 0}


async def test_nested_lists_have_an_entry_for_every_parent(world: World) -> None:
    (event,) = await world.add_events("order", "c-1")
    query = WaitingEventQuery()
    for parent, known in (("process_model_key", "order"), ("process_instance_id", event.process_instance_id)):
        keys = [known, "unknown"]
        pages = await world.database.read_store.waiting_events_of(parent, keys, query, ALL_LANES)
        assert {key: page.items for key, page in pages.items()} == {known: (event,), "unknown": ()}
        counts = await world.database.read_store.count_waiting_events_of(parent, keys, query.filter, ALL_LANES)
        assert counts == {known: 1, "unknown": 0}


async def test_events_by_id_are_those_in_visible_lanes(world: World) -> None:
    (hidden,) = await world.add_events(lane="Boss")
    (open_to_all,) = await world.add_events()
    ids = [hidden.id, open_to_all.id, "we_unknown"]
    read_store = world.database.read_store
    assert await read_store.waiting_events_by_id(ids, viewer("Sales")) == {open_to_all.id: open_to_all}
    assert await read_store.waiting_events_by_id(ids, viewer("Boss")) == {
        hidden.id: hidden,
        open_to_all.id: open_to_all,
    }


async def test_timers_that_are_due(world: World) -> None:
    read_store = world.database.read_store
    assert await read_store.next_due(after(0)) is None
    await world.add_events(count=2)
    assert await read_store.next_due(after(0)) is None
    (later,) = await world.add_events(due_at=after(9))
    (sooner,) = await world.add_events(due_at=after(5))
    assert await read_store.next_due(after(0)) == after(5)
    assert await read_store.next_due(after(5)) == after(9)
    assert await read_store.next_due(after(9)) is None
    assert await read_store.due_events(after(4), 10) == []
    assert await read_store.due_events(after(5), 10) == [sooner]
    assert await read_store.due_events(after(100), 10) == [sooner, later]
    assert await read_store.due_events(after(100), 1) == [sooner]
