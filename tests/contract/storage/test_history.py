"""Lists of event triggers: pages, filters and lanes."""

import pytest

from bpmn_events.domain.events import EventTrigger
from bpmn_events.domain.filters import TriggerFilter
from bpmn_events.domain.pages import Page, PageRequest, Position
from bpmn_events.domain.principal import Principal
from tests.contract.storage.samples import ALL_LANES, World, viewer

LANES = [None, "Sales", "Boss"]
VIEWERS = [
    ALL_LANES,
    viewer(),
    viewer("Sales"),
    viewer("Boss", "Sales"),
    viewer(*(f"lane {each}" for each in range(30))),
]
FILTERS = [
    TriggerFilter(),
    TriggerFilter(process_model_key="order"),
    TriggerFilter(correlation_id="c-2"),
    TriggerFilter(process_model_key="hiring", correlation_id="c-1"),
]


async def some_triggers(world: World) -> list[EventTrigger]:
    """Store and return triggers of several models, correlations and lanes, newest first."""
    triggers: list[EventTrigger] = []
    for number in range(12):
        key, correlation_id = ("order", "hiring")[number % 2], ("c-1", "c-2")[number // 6]
        (event,) = await world.add_events(key, correlation_id, lane=LANES[number % 3])
        triggers.insert(0, await world.record_trigger(event))
    return triggers


def matching(triggers: list[EventTrigger], filter: TriggerFilter, caller: Principal) -> list[EventTrigger]:
    return [
        trigger
        for trigger in triggers
        if caller.sees(trigger.lane)
        and filter.process_model_key in {None, trigger.process_model_key}
        and filter.correlation_id in {None, trigger.correlation_id}
        and filter.event_id in {None, trigger.event_id}
    ]


def position(trigger: EventTrigger) -> Position:
    return Position(None, trigger.id)


@pytest.mark.parametrize("caller", VIEWERS, ids=lambda caller: f"{len(caller.lanes)} {min(caller.lanes, default='')}")
async def test_lists_and_counts(world: World, caller: Principal) -> None:
    triggers = await some_triggers(world)
    read_store = world.database.read_store
    for filter in [*FILTERS, TriggerFilter(event_id=triggers[3].event_id)]:
        expected = matching(triggers, filter, caller)
        page = await read_store.triggers(filter, PageRequest(limit=None), caller)
        assert list(page.items) == expected
        assert await read_store.count_triggers(filter, caller) == len(expected)


async def test_pages_in_both_directions(world: World) -> None:
    triggers = await some_triggers(world)

    async def read(caller: Principal = ALL_LANES, **request: object) -> Page[EventTrigger]:
        return await world.database.read_store.triggers(TriggerFilter(), PageRequest(**request), caller)  # type: ignore[arg-type]

    first = await read(limit=5)
    assert first == Page(tuple(triggers[:5]), has_next=True, has_previous=False)
    second = await read(limit=5, after=position(first.items[-1]))
    assert second == Page(tuple(triggers[5:10]), has_next=True, has_previous=True)
    last = await read(limit=5, after=position(second.items[-1]))
    assert last == Page(tuple(triggers[10:]), has_next=False, has_previous=True)
    back = await read(limit=5, before=position(last.items[0]), backward=True)
    assert back == second
    sales = [trigger for trigger in triggers if trigger.lane != "Boss"]
    page = await read(viewer("Sales"), limit=3, after=position(sales[1]))
    assert page == Page(tuple(sales[2:5]), has_next=True, has_previous=True)


@pytest.mark.parametrize("caller", VIEWERS[:4], ids=lambda caller: "+".join(sorted(caller.lanes)) or "no lane")
async def test_the_history_of_instances(world: World, caller: Principal) -> None:
    triggers = await some_triggers(world)
    ids = [*{trigger.process_instance_id: None for trigger in triggers}, "pi_unknown", "\x00"]
    read_store = world.database.read_store
    pages = await read_store.triggers_of_instances(ids, PageRequest(limit=1), caller)
    counts = await read_store.count_triggers_of_instances(ids, caller)
    for key in ids:
        own = [trigger for trigger in triggers if trigger.process_instance_id == key and caller.sees(trigger.lane)]
        assert pages[key] == Page(tuple(own[:1]), has_next=len(own) > 1, has_previous=False)
        assert counts[key] == len(own)


async def test_nested_pages_after_a_position(world: World) -> None:
    triggers = await some_triggers(world)
    own = [trigger for trigger in triggers if trigger.process_instance_id == triggers[0].process_instance_id]
    key = own[0].process_instance_id
    request = PageRequest(limit=1, after=position(own[0]))
    pages = await world.database.read_store.triggers_of_instances([key, "pi_unknown"], request, ALL_LANES)
    assert pages[key] == Page((own[1],), has_next=True, has_previous=True)
    assert pages["pi_unknown"] == Page((), has_next=False, has_previous=False)


async def test_texts_that_no_database_can_store_match_nothing(world: World) -> None:
    await some_triggers(world)
    read_store = world.database.read_store
    for text in ("\x00", "\ud800", ""):
        for filter in (TriggerFilter(text), TriggerFilter(None, text), TriggerFilter("order", None, text)):
            assert (await read_store.triggers(filter, PageRequest(), ALL_LANES)).items == ()
            assert await read_store.count_triggers(filter, ALL_LANES) == 0
        assert await read_store.triggers_by_event([text]) == {}
        assert await read_store.triggers_by_id([text]) == {}
        assert await read_store.cancelled_events([text]) == {}
