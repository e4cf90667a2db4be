"""Assertions that responses show exactly the items that the access rule allows."""

from collections.abc import Iterable
from typing import Any

from bpmn_events.domain.principal import Permission
from tests.api.access.callers import Caller, LaneItem, Snapshot, ids
from tests.api.access.client import objects

CONNECTION = "{ nodes { id } edges { cursor node { id } } totalCount pageInfo { hasNextPage } }"
# All lists of each type, complete.
MODEL_LISTS = f"waitingEvents(first: 500) {CONNECTION}"
CORRELATION_LISTS = f"waitingEvents(first: 500) {CONNECTION}"
INSTANCE_LISTS = " ".join(f"{name}(first: 500) {CONNECTION}" for name in ("waitingEvents", "triggers", "openTasks"))
# The related objects of an item, with their lists.
RELATED = f"""
  id
  processModel {{ id key {MODEL_LISTS} }}
  processInstance {{ id {INSTANCE_LISTS} }}
  correlation {{ id {CORRELATION_LISTS} }}
"""

_LISTS = {"waitingEvents": "events", "triggers": "triggers", "openTasks": "tasks"}
_PARENTS = {
    "ProcessModel": ("key", "process_model_key"),
    "ProcessInstance": ("id", "process_instance_id"),
    "Correlation": ("id", "correlation_id"),
}


def assert_same(shown: Iterable[dict[str, Any]], expected: Iterable[LaneItem]) -> None:
    """Assert that exactly these items are shown, each once."""
    assert sorted(item["id"] for item in shown) == ids(expected)


def assert_same_list(connection: dict[str, Any], expected: Iterable[LaneItem]) -> None:
    """Assert that the list has exactly these items in its nodes, its edges and its count."""
    expected = list(expected)
    assert_same(connection["nodes"], expected)
    assert_same([edge["node"] for edge in connection["edges"]], expected)
    assert connection["totalCount"] == len(expected)
    assert not connection["pageInfo"]["hasNextPage"]


def assert_nested_lists(response: Any, snapshot: Snapshot, caller: Caller) -> None:
    """Assert that every list of a model, instance or correlation in the response has exactly the visible items."""
    for parent in objects(response, *_PARENTS):
        key, column = _PARENTS[parent["__typename"]]
        for name in _LISTS.keys() & parent.keys():
            items: tuple[LaneItem, ...] = getattr(snapshot, _LISTS[name])
            items_of_parent = [item for item in items if getattr(item, column) == parent[key]]
            assert_same_list(parent[name], filter(caller.can_read, items_of_parent))


def assert_next_items(response: dict[str, Any], snapshot: Snapshot, caller: Caller) -> None:
    """Assert that the next events and tasks are all waiting events and open tasks in the caller's lanes."""
    assert_same(response["nextWaitingEvents"], (event for event in snapshot.events if caller.sees_lane(event.lane)))
    if "nextOpenTasks" in response:
        assert_same(response["nextOpenTasks"], (task for task in snapshot.tasks if caller.sees_lane(task.lane)))


def instance_fields(caller: Caller) -> str:
    """Return the fields of a process instance that this caller may select without losing the whole response."""
    return f"id {INSTANCE_LISTS}" if caller.may(Permission.EVENTS_READ) else "id"
