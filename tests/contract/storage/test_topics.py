"""A subscription has the events that the list with the same filter has, for the same caller."""

from collections.abc import Sequence
from dataclasses import fields, replace
from random import Random
from typing import Any

from bpmn_events.application.changes.topic import Topic, TopicKind, keys_of
from bpmn_events.domain.changes import EventChange, WaitingEventAdded, WaitingEventRemoved
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.principal import Principal
from tests.contract.storage.samples import World, after, viewer
from tests.contract.storage.test_filters import ALL, VIEWERS, many_events, single_filters

FILTERS = 400


async def test_random_filters(world: World) -> None:
    events = await many_events(world)
    searched = {event.id: event.event_name for event in events}
    for number, lane in enumerate(("Sales", None, "Boss")):
        names: dict[str, Any] = {"computed_name": f"Straße-{number}", "lane": lane}
        events += await world.add_events("order", "C-1\tÄ", waiting_since=after(number), element_id="Wait", **names)
    random = Random(7)
    counts = set()
    for _ in range(FILTERS):
        filter, caller = random_filter(random, events), random.choice([*VIEWERS, viewer("Boss", "")])
        found = await world.database.read_store.waiting_events(WaitingEventQuery(ALL, filter), caller)
        expected = {event.id for event in found.items}
        for change in changes_of(events, searched, random):
            assert reaches(filter, caller, change) is (change.event.id in expected), (filter, caller, change)
        counts.add(len(expected))
    assert len(counts) > 5


def random_filter(random: Random, events: Sequence[WaitingEvent]) -> WaitingEventFilter:
    """Return a filter with some members of filters by one member, or by values of an event."""
    singles = [
        *single_filters(list(events)),
        *(
            WaitingEventFilter(search=text)
            for text in ("strasse", "STRASSE-1", "c-1 ä", "wait", "l", "d p", "order\n", " " * 6_000, "\x00")
        ),
        *(WaitingEventFilter(event_names=(name,)) for name in ("Straße-1", "strasse-1", "payment")),
        *(WaitingEventFilter(due_before=after(seconds)) for seconds in (20, 20.000001, 51)),
        *(WaitingEventFilter(waiting_since_before=after(seconds)) for seconds in (0, 1.000001, 3)),
        WaitingEventFilter(lanes=("",)),
    ]
    filter = WaitingEventFilter()
    for single in random.sample(singles, random.choice((1, 1, 2, 3))):
        members = {field.name: getattr(single, field.name) for field in fields(single)}
        filter = replace(filter, **{name: value for name, value in members.items() if value is not None})
    return filter


def changes_of(events: Sequence[WaitingEvent], searched: dict[str, str | None], random: Random) -> list[EventChange]:
    return [
        WaitingEventAdded(event, searched.get(event.id))
        if random.random() < 0.5
        else WaitingEventRemoved(event, searched.get(event.id), None)
        for event in events
    ]


def reaches(filter: WaitingEventFilter, caller: Principal, change: EventChange) -> bool:
    """Return True if a subscription with that filter gets the change: it is found, by one key, and it matches."""
    topic = Topic(TopicKind.WAITING_EVENTS, filter, caller.lanes)
    shared = set(topic.keys()).intersection(keys_of(change))
    assert len(shared) <= 1
    return bool(shared) and topic.matches(change)
