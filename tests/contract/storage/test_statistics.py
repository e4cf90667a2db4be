"""Grouped counts of waiting events."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.statistics import AGE_LIMITS, Age, Grouping, WaitingEventGroup
from tests.contract.storage import oracle
from tests.contract.storage.cost.test_cost import plan, statements
from tests.contract.storage.samples import ALL_LANES, NOW, World, viewer
from tests.contract.storage.test_filters import VIEWERS, many_events, single_filters

ATTRIBUTES = {
    Grouping.PROCESS_MODEL: "process_model_key",
    Grouping.EVENT_TYPE: "event_type",
    Grouping.ELEMENT: "element_id",
    Grouping.LANE: "lane",
}
LATER = NOW + timedelta(days=8)
GROUPINGS = [by for count in range(len(Grouping) + 1) for by in combinations(Grouping, count)]


def age_of(event: WaitingEvent, now: datetime) -> Age:
    waited = now - event.waiting_since
    return next((age for age, limit in AGE_LIMITS.items() if waited < limit), Age.LONGER)


def expected_groups(
    events: Sequence[WaitingEvent], filter: WaitingEventFilter, by: Sequence[Grouping], caller: Principal, now: datetime
) -> set[WaitingEventGroup]:
    groups: dict[tuple[object, ...], list[WaitingEvent]] = defaultdict(list)
    for event in oracle.select_events(events, WaitingEventQuery(PageRequest(), filter), caller):
        facts = [age_of(event, now) if each is Grouping.AGE else getattr(event, ATTRIBUTES[each]) for each in by]
        groups[tuple(facts)].append(event)
    return {
        WaitingEventGroup(
            count=len(members),
            oldest_waiting_since=min(event.waiting_since for event in members),
            **{"age" if each is Grouping.AGE else ATTRIBUTES[each]: fact for each, fact in zip(by, key, strict=True)},  # type: ignore[arg-type]
        )
        for key, members in groups.items()
    }


async def aged_events(world: World) -> list[WaitingEvent]:
    events = await many_events(world)
    for age in (timedelta(hours=1), timedelta(minutes=59), timedelta(days=1), timedelta(days=7), timedelta(days=40)):
        events += await world.add_events(waiting_since=LATER - age, lane="Boss")
    return events


async def test_every_combination_of_groupings(world: World) -> None:
    events = await aged_events(world)
    for by in GROUPINGS:
        for caller in VIEWERS:
            groups = await world.database.read_store.waiting_event_groups(WaitingEventFilter(), by, caller, LATER, 500)
            assert set(groups) == expected_groups(events, WaitingEventFilter(), by, caller, LATER)
            assert [group.count for group in groups] == sorted((group.count for group in groups), reverse=True)


async def test_every_filter(world: World) -> None:
    events = await aged_events(world)
    for filter in single_filters(events):
        for by in ((), (Grouping.LANE,), (Grouping.AGE, Grouping.ELEMENT)):
            for caller in VIEWERS[:3]:
                groups = await world.database.read_store.waiting_event_groups(filter, by, caller, LATER, 500)
                assert set(groups) == expected_groups(events, filter, by, caller, LATER), filter


async def test_only_the_largest_groups_up_to_the_limit(world: World) -> None:
    for number in range(1, 6):
        await world.add_events(element_id=f"element-{number}", count=number)
    groups = await world.database.read_store.waiting_event_groups(
        WaitingEventFilter(), (Grouping.ELEMENT,), ALL_LANES, NOW, 2
    )
    assert [(group.element_id, group.count) for group in groups] == [("element-5", 5), ("element-4", 4)]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("by", [(), *((each,) for each in Grouping)], ids=str)
async def test_sqlite_counts_in_one_statement_and_in_an_index(world: World, by: tuple[Grouping, ...]) -> None:
    """A count without a filter scans a covering index."""
    by_model = WaitingEventFilter(process_model_keys=("order",))
    for filter, caller in ((WaitingEventFilter(), ALL_LANES), (by_model, ALL_LANES), (by_model, viewer("Sales"))):
        with statements() as seen:
            await world.database.read_store.waiting_event_groups(filter, by, caller, NOW, 500)
        (statement,) = seen
        steps = [step for step in await plan(world.database, statement) if "waiting_events" in step]
        scans = [step for step in steps if step.startswith("SCAN") and "USING COVERING INDEX" not in step]
        assert scans == []
        if filter is by_model:
            assert all(step.startswith("SEARCH waiting_events USING") for step in steps), steps
