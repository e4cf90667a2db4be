"""Checks that compare each read of the API with the access rule, without changing anything."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from bpmn_events.config import Settings
from bpmn_events.domain.principal import Permission
from bpmn_events.domain.retries import PendingRetry, RetryKind
from tests.api.access.assertions import (
    CONNECTION,
    CORRELATION_LISTS,
    INSTANCE_LISTS,
    MODEL_LISTS,
    RELATED,
    assert_nested_lists,
    assert_same,
    assert_same_list,
)
from tests.api.access.callers import Caller, LaneItem, Snapshot
from tests.api.access.client import RecordingClient, objects

RETRY = """kind name elementId lane processModelKey correlationId attempts nextAttemptAt failedAt reason
    waitingEvent { id eventType retry { attempts nextAttemptAt failedAt reason } }"""
LANES = ["Finance", "Warehouse", "Boss", "unassigned", "*"]
CASES = ["c0", "c1", "c2"]
MODELS = ["order", "choice", "caller", "desk"]
PREFIXES = ["", "/api/consumer/v1"]


@dataclass(frozen=True)
class World:
    """A database that no test changes, and a snapshot of it."""

    settings: Settings
    snapshot: Snapshot
    retries: tuple[PendingRetry, ...]


async def waiting_event_lists(world: World, client: RecordingClient, caller: Caller) -> None:
    expected = [*filter(caller.can_read, world.snapshot.events)]
    for order in ("WAITING_SINCE_ASC", "WAITING_SINCE_DESC", "DUE_AT_ASC"):
        for end in ("first", "last"):
            response = await client.graphql(
                f"{{ waitingEvents({end}: 500, orderBy: {order}) {{ ... on WaitingEventConnection {CONNECTION} }} }}"
            )
            _assert_list_or_forbidden(response["waitingEvents"], expected, caller)


async def filtered_lists(world: World, client: RecordingClient, caller: Caller) -> None:
    """No filter shows items of other lanes, whether by lane, by element, or by a part of a name."""
    for filter_text, matches in (
        ('lanes: ["Finance"]', lambda event: event.lane == "Finance"),
        ('elementIds: ["pay", "ship"]', lambda event: event.element_id in ("pay", "ship")),
        ("eventTypes: [SIGNAL]", lambda event: event.event_type == "SIGNAL"),
        ('search: "shipment"', lambda event: event.event_name == "shipment"),
        ('correlationIds: ["c1"], lanes: ["Boss"]', lambda event: (event.correlation_id, event.lane) == ("c1", "Boss")),
    ):
        response = await client.graphql(
            f"""{{ waitingEvents(first: 500, filter: {{{filter_text}}}) {{ ... on WaitingEventConnection {CONNECTION} }}
                waitingEventStats(filter: {{{filter_text}}}) {{ ... on WaitingEventStats {{ totalCount }} }} }}"""
        )
        expected = [event for event in world.snapshot.events if caller.can_read(event) and matches(event)]
        _assert_list_or_forbidden(response["waitingEvents"], expected, caller)
        assert response["waitingEventStats"].get("totalCount", 0) == len(expected)


async def below_waiting_events(world: World, client: RecordingClient, caller: Caller) -> None:
    response = await client.graphql(
        f"{{ waitingEvents(first: 500) {{ ... on WaitingEventConnection {{ nodes {{ {RELATED} }} }} }} }}"
    )
    assert_same(response["waitingEvents"].get("nodes", ()), filter(caller.can_read, world.snapshot.events))
    assert_nested_lists(response, world.snapshot, caller)


async def event_trigger_lists(world: World, client: RecordingClient, caller: Caller) -> None:
    first = world.snapshot.triggers[0]
    for arguments, matches in (
        ("", lambda _: True),
        (', correlationId: "c1"', lambda trigger: trigger.correlation_id == "c1"),
        (', processModelKey: "order"', lambda trigger: trigger.process_model_key == "order"),
        (f', eventId: "{first.event_id}"', lambda trigger: trigger is first),
    ):
        response = await client.graphql(
            f"""{{ eventTriggers(first: 500{arguments}) {{
                ... on EventTriggerConnection {{ nodes {{ {RELATED} }} edges {{ cursor node {{ id }} }} totalCount
                pageInfo {{ hasNextPage }} }} }} }}"""
        )
        expected = [trigger for trigger in world.snapshot.triggers if caller.can_read(trigger) and matches(trigger)]
        _assert_list_or_forbidden(response["eventTriggers"], expected, caller)
        assert_nested_lists(response, world.snapshot, caller)


async def open_tasks(world: World, client: RecordingClient, caller: Caller) -> None:
    for arguments, matches in (
        ("", lambda _: True),
        (', correlationId: "c1"', lambda task: task.correlation_id == "c1"),
        (', processModelKey: "desk"', lambda task: task.process_model_key == "desk"),
        (', processModelKey: "order"', lambda _: False),
    ):
        response = await client.graphql(
            f"""{{ openTasks(first: 500{arguments}) {{
                ... on OpenTaskConnection {{ nodes {{ viewerCanFinish {RELATED} }} edges {{ cursor node {{ id }} }}
                totalCount pageInfo {{ hasNextPage }} }} }} }}"""
        )
        expected = [task for task in world.snapshot.tasks if caller.can_read(task) and matches(task)]
        _assert_list_or_forbidden(response["openTasks"], expected, caller)
        assert_nested_lists(response, world.snapshot, caller)
        for node in response["openTasks"].get("nodes", ()):
            assert node["viewerCanFinish"] is caller.may(Permission.EVENTS_TRIGGER)


async def retries(world: World, client: RecordingClient, caller: Caller) -> None:
    """Retries in the caller's lanes; those of messages and signals only with a further permission."""
    for arguments, kinds in (("", list(RetryKind)), (", kinds: [TIMER]", [RetryKind.TIMER]), (", kinds: []", [])):
        response = await client.graphql(
            f"""{{ retries(first: 500{arguments}) {{ ... on PendingRetryConnection {{
                nodes {{ {RETRY} }} edges {{ cursor node {{ {RETRY} }} }}
                totalCount pageInfo {{ hasNextPage }} }} }} }}"""
        )
        if not caller.may(Permission.EVENTS_READ):
            assert response["retries"] == {"__typename": "ForbiddenError"}
            continue
        visible = [
            (item.kind, item.lane, item.event.id if item.event is not None else None)
            for item in world.retries
            if item.kind in kinds and caller.sees_lane(item.lane) and _may_read(item, caller)
        ]
        shown = response["retries"]
        assert [_retry(node) for node in shown["nodes"]] == visible
        assert [_retry(edge["node"]) for edge in shown["edges"]] == visible
        assert shown["totalCount"] == len(visible)
        assert not shown["pageInfo"]["hasNextPage"]
    response = await client.graphql(
        "{ retries(kinds: [TIMER, SIGNAL]) { ... on ForbiddenError { requiredPermission } } }"
    )
    required = [
        permission for permission in (Permission.EVENTS_READ, Permission.PROCESSES_READ) if not caller.may(permission)
    ]
    assert response["retries"].get("requiredPermission") == next(iter(required), None)


def _may_read(item: PendingRetry, caller: Caller) -> bool:
    return item.kind is RetryKind.TIMER or caller.may(Permission.PROCESSES_READ)


def _retry(node: dict[str, Any]) -> tuple[str, str | None, str | None]:
    assert node["attempts"] >= 1
    event = node["waitingEvent"]
    if event is not None and event["eventType"] == "TIMER":
        own = {name: node[name] for name in ("attempts", "nextAttemptAt", "failedAt", "reason")}
        assert event["retry"] == {"__typename": "Retry", **own}
    return node["kind"], node["lane"], event and event["id"]


async def nodes(world: World, client: RecordingClient, caller: Caller) -> None:
    """Each node by id: events, triggers and tasks with their lane, instances and models with their nested lists."""
    query = "query($id: ID!) { node(id: $id) { id } }"
    for item in world.snapshot.items:
        assert (await client.graphql(query, id=item.id))["node"] == _node(item, visible=caller.can_read(item))
    query = f"""query($id: ID!) {{ node(id: $id) {{ id
        ... on WaitingEvent {{ {RELATED} }} ... on EventTrigger {{ {RELATED} }} ... on OpenTask {{ {RELATED} }} }} }}"""
    for item in {(type(item), item.lane): item for item in world.snapshot.items}.values():
        response = await client.graphql(query, id=item.id)
        assert (response["node"] is not None) is caller.can_read(item)
        assert_nested_lists(response, world.snapshot, caller)
    may_read_both = caller.may(Permission.PROCESSES_READ) and caller.may(Permission.EVENTS_READ)
    query = f"""query($id: ID!) {{ node(id: $id) {{ id
        ... on ProcessInstance {{ {INSTANCE_LISTS} }} ... on ProcessModel {{ key {MODEL_LISTS} }} }} }}"""
    for parent in {id for event in world.snapshot.events for id in (event.process_instance_id, event.process_model_id)}:
        response = await client.graphql(query, id=parent)
        assert (response.get("node") is not None) is may_read_both
        assert_nested_lists(response, world.snapshot, caller)


async def single_events(world: World, client: RecordingClient, caller: Caller) -> None:
    query = """query($id: ID!) { waitingEvent(id: $id) {
        ... on WaitingEvent { id viewerCanTrigger } ... on EventNotFoundError { trigger { id } } } }"""
    for event in world.snapshot.events:
        response = (await client.graphql(query, id=event.id))["waitingEvent"]
        assert_same(objects(response, "WaitingEvent"), [event] if caller.can_read(event) else [])
        if caller.can_read(event):
            assert response["viewerCanTrigger"] is caller.can_trigger(event)
    for trigger in world.snapshot.triggers:
        response = (await client.graphql(query, id=trigger.event_id))["waitingEvent"]
        assert_same(objects(response, "EventTrigger"), [trigger] if caller.can_read(trigger) else [])


async def models_and_correlations(world: World, client: RecordingClient, caller: Caller) -> None:
    may_read_both = caller.may(Permission.PROCESSES_READ) and caller.may(Permission.EVENTS_READ)
    response = await client.graphql(
        f"{{ processModels(first: 10) {{ ... on ProcessModelConnection {{ nodes {{ id key {MODEL_LISTS} }} }} }} }}"
    )
    assert len([*objects(response, "ProcessModel")]) == (len(MODELS) if may_read_both else 0)
    assert_nested_lists(response, world.snapshot, caller)
    for key in MODELS:
        response = await client.graphql(
            f'{{ processModel(key: "{key}") {{ ... on ProcessModel {{ id key {MODEL_LISTS} }} }} }}'
        )
        assert bool([*objects(response, "ProcessModel")]) is may_read_both
        assert_nested_lists(response, world.snapshot, caller)
    for case in CASES:
        response = await client.graphql(
            f"""{{ correlation(id: "{case}") {{ ... on Correlation {{ id {CORRELATION_LISTS}
                processInstances(first: 100) {{ nodes {{ id {INSTANCE_LISTS} }} }} }} }} }}"""
        )
        assert bool([*objects(response, "ProcessInstance")]) is may_read_both
        assert_nested_lists(response, world.snapshot, caller)


async def statistics(world: World, client: RecordingClient, caller: Caller) -> None:
    """No group, count or age includes an event of another lane, in any grouping."""
    visible = [*filter(caller.can_read, world.snapshot.events)]
    columns = {
        "LANE": ("lane", "lane"),
        "PROCESS_MODEL": ("processModelKey", "process_model_key"),
        "EVENT_TYPE": ("eventType", "event_type"),
        "ELEMENT": ("elementId", "element_id"),
    }
    for by in (*combinations(columns, 1), *combinations(columns, 2), ("AGE",)):
        stats = (
            await client.graphql(
                f"""{{ waitingEventStats(groupBy: [{", ".join(by)}]) {{ ... on WaitingEventStats {{ totalCount
                    oldestWaitingSince truncated groups {{ count oldestWaitingSince age
                    lane processModelKey eventType elementId }} }} }} }}"""
            )
        )["waitingEventStats"]
        assert stats.get("totalCount", 0) == len(visible)
        assert sum(group["count"] for group in stats.get("groups", ())) == len(visible)
        if by == ("AGE",):
            continue
        groups = {tuple(group[columns[name][0]] for name in by): group["count"] for group in stats.get("groups", ())}
        assert groups == Counter(tuple(getattr(event, columns[name][1]) for name in by) for event in visible)
        oldest = min((event.waiting_since for event in visible), default=None)
        assert _instant(stats.get("oldestWaitingSince")) == oldest


async def plain_http_lists(world: World, client: RecordingClient, caller: Caller) -> None:
    by_model = {f"/process_models/{key}": {"process_model_key": key} for key in MODELS}
    by_case = {f"/correlations/{case}": {"correlation_id": case} for case in CASES}
    both = {f"{model}{case}": by_model[model] | by_case[case] for model in by_model for case in by_case}
    for prefix in PREFIXES:
        for path, values in (by_model | by_case | both).items():
            events = [
                event for event in world.snapshot.events if all(getattr(event, n) == v for n, v in values.items())
            ]
            visible = sorted(event.id for event in filter(caller.can_read, events))
            response = await client.get(f"{prefix}{path}/events?limit=0")
            assert sorted(event["eventId"] for event in response.get("events", ())) == visible
            assert response.get("totalCount", 0) == len(visible)
            assert (await client.get(f"{prefix}{path}/events?limit=1")).get("totalCount", 0) == len(visible)


def _assert_list_or_forbidden(response: dict[str, Any], expected: Sequence[LaneItem], caller: Caller) -> None:
    if caller.may(Permission.EVENTS_READ):
        assert_same_list(response, expected)
    else:
        assert response == {"__typename": "ForbiddenError"}


def _node(item: LaneItem, *, visible: bool) -> dict[str, Any] | None:
    return {"__typename": type(item).__name__, "id": item.id} if visible else None


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


CHECKS = (
    waiting_event_lists,
    filtered_lists,
    below_waiting_events,
    event_trigger_lists,
    open_tasks,
    retries,
    nodes,
    single_events,
    models_and_correlations,
    statistics,
    plain_http_lists,
)
