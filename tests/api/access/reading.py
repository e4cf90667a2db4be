"""Everything that can be read, each as a comparison with the access rule. Nothing is changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from bpmn_events.config import Settings
from bpmn_events.domain.principal import Permission
from tests.api.access.asking import Asking, objects
from tests.api.access.comparing import (
    BELOW,
    CONNECTION,
    OF_CORRELATION,
    OF_INSTANCE,
    OF_MODEL,
    same,
    same_below,
    same_list,
)
from tests.api.access.facts import Facts, Found, ListQuery

LANES = ["Finance", "Warehouse", "Boss", "nobody's", "*"]
CASES = ["c0", "c1", "c2"]
MODELS = ["order", "choice", "caller", "desk"]
PREFIXES = ["", "/api/consumer/v1"]


@dataclass(frozen=True)
class World:
    """A database that stays as it is, and all there is in it."""

    settings: Settings
    facts: Facts


async def lists(world: World, asking: Asking, reader: ListQuery) -> None:
    expected = [*filter(reader.read_store, world.facts.events)]
    for order in ("WAITING_SINCE_ASC", "WAITING_SINCE_DESC", "DUE_AT_ASC"):
        for end in ("first", "last"):
            answer = await asking.graphql(
                f"{{ waitingEvents({end}: 500, orderBy: {order}) {{ ... on WaitingEventConnection {CONNECTION} }} }}"
            )
            _same_list_or_refusal(answer["waitingEvents"], expected, reader)


async def narrowed_lists(world: World, asking: Asking, reader: ListQuery) -> None:
    """No filter shows what is out of sight, whether it names the lane, the element, or a part of a name."""
    for filter_text, wanted in (
        ('lanes: ["Finance"]', lambda event: event.lane == "Finance"),
        ('elementIds: ["pay", "ship"]', lambda event: event.element_id in ("pay", "ship")),
        ("eventTypes: [SIGNAL]", lambda event: event.event_type == "SIGNAL"),
        ('search: "shipment"', lambda event: event.event_name == "shipment"),
        ('correlationIds: ["c1"], lanes: ["Boss"]', lambda event: (event.correlation_id, event.lane) == ("c1", "Boss")),
    ):
        answer = await asking.graphql(
            f"""{{ waitingEvents(first: 500, filter: {{{filter_text}}}) {{ ... on WaitingEventConnection {CONNECTION} }}
                waitingEventStats(filter: {{{filter_text}}}) {{ ... on WaitingEventStats {{ totalCount }} }} }}"""
        )
        expected = [event for event in world.facts.events if reader.read_store(event) and wanted(event)]
        _same_list_or_refusal(answer["waitingEvents"], expected, reader)
        assert answer["waitingEventStats"].get("totalCount", 0) == len(expected)


async def below_waiting_events(world: World, asking: Asking, reader: ListQuery) -> None:
    answer = await asking.graphql(
        f"{{ waitingEvents(first: 500) {{ ... on WaitingEventConnection {{ nodes {{ {BELOW} }} }} }} }}"
    )
    same(answer["waitingEvents"].get("nodes", ()), filter(reader.read_store, world.facts.events))
    same_below(answer, world.facts, reader)


async def the_history(world: World, asking: Asking, reader: ListQuery) -> None:
    some = world.facts.triggers[0]
    for arguments, wanted in (
        ("", lambda _: True),
        (', correlationId: "c1"', lambda trigger: trigger.correlation_id == "c1"),
        (', processModelKey: "order"', lambda trigger: trigger.process_model_key == "order"),
        (f', eventId: "{some.event_id}"', lambda trigger: trigger is some),
    ):
        answer = await asking.graphql(
            f"""{{ eventTriggers(first: 500{arguments}) {{
                ... on EventTriggerConnection {{ nodes {{ {BELOW} }} edges {{ cursor node {{ id }} }} totalCount
                pageInfo {{ hasNextPage }} }} }} }}"""
        )
        expected = [trigger for trigger in world.facts.triggers if reader.read_store(trigger) and wanted(trigger)]
        _same_list_or_refusal(answer["eventTriggers"], expected, reader)
        same_below(answer, world.facts, reader)


async def open_tasks(world: World, asking: Asking, reader: ListQuery) -> None:
    for arguments, wanted in (
        ("", lambda _: True),
        (', correlationId: "c1"', lambda task: task.correlation_id == "c1"),
        (', processModelKey: "desk"', lambda task: task.process_model_key == "desk"),
        (', processModelKey: "order"', lambda _: False),
    ):
        answer = await asking.graphql(
            f"""{{ openTasks(first: 500{arguments}) {{
                ... on OpenTaskConnection {{ nodes {{ viewerCanFinish {BELOW} }} edges {{ cursor node {{ id }} }}
                totalCount pageInfo {{ hasNextPage }} }} }} }}"""
        )
        expected = [task for task in world.facts.tasks if reader.read_store(task) and wanted(task)]
        _same_list_or_refusal(answer["openTasks"], expected, reader)
        same_below(answer, world.facts, reader)
        for node in answer["openTasks"].get("nodes", ()):
            assert node["viewerCanFinish"] is reader.may(Permission.EVENTS_TRIGGER)


async def nodes(world: World, asking: Asking, reader: ListQuery) -> None:
    """One by one, by id: events, triggers and tasks by their lane, instances and models with what hangs below them."""
    query = "query($id: ID!) { node(id: $id) { id } }"
    for found in world.facts.everything:
        assert (await asking.graphql(query, id=found.id))["node"] == _node(found, visible=reader.read_store(found))
    query = f"""query($id: ID!) {{ node(id: $id) {{ id
        ... on WaitingEvent {{ {BELOW} }} ... on EventTrigger {{ {BELOW} }} ... on OpenTask {{ {BELOW} }} }} }}"""
    for found in {(type(each), each.lane): each for each in world.facts.everything}.values():
        answer = await asking.graphql(query, id=found.id)
        assert (answer["node"] is not None) is reader.read_store(found)
        same_below(answer, world.facts, reader)
    both = reader.may(Permission.PROCESSES_READ) and reader.may(Permission.EVENTS_READ)
    query = f"""query($id: ID!) {{ node(id: $id) {{ id
        ... on ProcessInstance {{ {OF_INSTANCE} }} ... on ProcessModel {{ key {OF_MODEL} }} }} }}"""
    for parent in {id for each in world.facts.events for id in (each.process_instance_id, each.process_model_id)}:
        answer = await asking.graphql(query, id=parent)
        assert (answer.get("node") is not None) is both
        same_below(answer, world.facts, reader)


async def single_events(world: World, asking: Asking, reader: ListQuery) -> None:
    query = """query($id: ID!) { waitingEvent(id: $id) {
        ... on WaitingEvent { id viewerCanTrigger } ... on EventNotFoundError { trigger { id } } } }"""
    for event in world.facts.events:
        answer = (await asking.graphql(query, id=event.id))["waitingEvent"]
        same(objects(answer, "WaitingEvent"), [event] if reader.read_store(event) else [])
        if reader.read_store(event):
            assert answer["viewerCanTrigger"] is reader.triggers(event)
    for gone in world.facts.triggers:
        answer = (await asking.graphql(query, id=gone.event_id))["waitingEvent"]
        same(objects(answer, "EventTrigger"), [gone] if reader.read_store(gone) else [])


async def models_and_correlations(world: World, asking: Asking, reader: ListQuery) -> None:
    both = reader.may(Permission.PROCESSES_READ) and reader.may(Permission.EVENTS_READ)
    answer = await asking.graphql(
        f"{{ processModels(first: 10) {{ ... on ProcessModelConnection {{ nodes {{ id key {OF_MODEL} }} }} }} }}"
    )
    assert len([*objects(answer, "ProcessModel")]) == (len(MODELS) if both else 0)
    same_below(answer, world.facts, reader)
    for key in MODELS:
        answer = await asking.graphql(
            f'{{ processModel(key: "{key}") {{ ... on ProcessModel {{ id key {OF_MODEL} }} }} }}'
        )
        assert bool([*objects(answer, "ProcessModel")]) is both
        same_below(answer, world.facts, reader)
    for case in CASES:
        answer = await asking.graphql(
            f"""{{ correlation(id: "{case}") {{ ... on Correlation {{ id {OF_CORRELATION}
                processInstances(first: 100) {{ nodes {{ id {OF_INSTANCE} }} }} }} }} }}"""
        )
        assert bool([*objects(answer, "ProcessInstance")]) is both
        same_below(answer, world.facts, reader)


async def statistics(world: World, asking: Asking, reader: ListQuery) -> None:
    """In every grouping: no group, count or age tells of what is out of sight."""
    visible = [*filter(reader.read_store, world.facts.events)]
    columns = {
        "LANE": ("lane", "lane"),
        "PROCESS_MODEL": ("processModelKey", "process_model_key"),
        "EVENT_TYPE": ("eventType", "event_type"),
        "ELEMENT": ("elementId", "element_id"),
    }
    for by in (*combinations(columns, 1), *combinations(columns, 2), ("AGE",)):
        stats = (
            await asking.graphql(
                f"""{{ waitingEventStats(groupBy: [{", ".join(by)}]) {{ ... on WaitingEventStats {{ totalCount
                    oldestWaitingSince truncated groups {{ count oldestWaitingSince age
                    lane processModelKey eventType elementId }} }} }} }}"""
            )
        )["waitingEventStats"]
        assert stats.get("totalCount", 0) == len(visible)
        assert sum(group["count"] for group in stats.get("groups", ())) == len(visible)
        if by == ("AGE",):
            continue
        groups = {tuple(group[columns[each][0]] for each in by): group["count"] for group in stats.get("groups", ())}
        assert groups == Counter(tuple(getattr(event, columns[each][1]) for each in by) for event in visible)
        oldest = min((event.waiting_since for event in visible), default=None)
        assert _instant(stats.get("oldestWaitingSince")) == oldest


async def plain_lists(world: World, asking: Asking, reader: ListQuery) -> None:
    by_model = {f"/process_models/{key}": {"process_model_key": key} for key in MODELS}
    by_case = {f"/correlations/{case}": {"correlation_id": case} for case in CASES}
    both = {f"{one}{other}": by_model[one] | by_case[other] for one in by_model for other in by_case}
    for prefix in PREFIXES:
        for path, facts in (by_model | by_case | both).items():
            wanted = [each for each in world.facts.events if all(getattr(each, n) == v for n, v in facts.items())]
            visible = sorted(event.id for event in filter(reader.read_store, wanted))
            answer = await asking.get(f"{prefix}{path}/events?limit=0")
            assert sorted(event["eventId"] for event in answer.get("events", ())) == visible
            assert answer.get("totalCount", 0) == len(visible)
            assert (await asking.get(f"{prefix}{path}/events?limit=1")).get("totalCount", 0) == len(visible)


def _same_list_or_refusal(answer: dict[str, Any], expected: Sequence[Found], reader: ListQuery) -> None:
    if reader.may(Permission.EVENTS_READ):
        same_list(answer, expected)
    else:
        assert answer == {"__typename": "ForbiddenError"}


def _node(found: Found, *, visible: bool) -> dict[str, Any] | None:
    return {"__typename": type(found).__name__, "id": found.id} if visible else None


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


CHECKS = (
    lists,
    narrowed_lists,
    below_waiting_events,
    the_history,
    open_tasks,
    nodes,
    single_events,
    models_and_correlations,
    statistics,
    plain_lists,
)
