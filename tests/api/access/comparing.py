"""Comparing what somebody was told with what the access rule allows, exactly."""

from collections.abc import Iterable
from typing import Any

from bpmn_events.domain.principal import Permission
from tests.api.access.asking import objects
from tests.api.access.facts import Facts, Found, ListQuery, ids

CONNECTION = "{ nodes { id } edges { cursor node { id } } totalCount pageInfo { hasNextPage } }"
# The lists of each type, the whole of each list.
OF_MODEL = f"waitingEvents(first: 500) {CONNECTION}"
OF_CORRELATION = f"waitingEvents(first: 500) {CONNECTION}"
OF_INSTANCE = " ".join(f"{name}(first: 500) {CONNECTION}" for name in ("waitingEvents", "triggers", "openTasks"))
# What hangs below whatever lies in a lane.
BELOW = f"""
  id
  processModel {{ id key {OF_MODEL} }}
  processInstance {{ id {OF_INSTANCE} }}
  correlation {{ id {OF_CORRELATION} }}
"""

_LISTS = {"waitingEvents": "events", "triggers": "triggers", "openTasks": "tasks"}
_PARENTS = {
    "ProcessModel": ("key", "process_model_key"),
    "ProcessInstance": ("id", "process_instance_id"),
    "Correlation": ("id", "correlation_id"),
}


def same(shown: Iterable[dict[str, Any]], expected: Iterable[Found]) -> None:
    """These are shown, and nothing else, each once."""
    assert sorted(each["id"] for each in shown) == ids(expected)


def same_list(connection: dict[str, Any], expected: Iterable[Found]) -> None:
    """The whole list has these, in its nodes, its edges, and its count."""
    expected = list(expected)
    same(connection["nodes"], expected)
    same([edge["node"] for edge in connection["edges"]], expected)
    assert connection["totalCount"] == len(expected)
    assert not connection["pageInfo"]["hasNextPage"]


def same_below(answer: Any, facts: Facts, reader: ListQuery) -> None:
    """Every list below a model, instance or correlation, wherever in the answer that is."""
    for parent in objects(answer, *_PARENTS):
        key, column = _PARENTS[parent["__typename"]]
        for name in _LISTS.keys() & parent.keys():
            everything: tuple[Found, ...] = getattr(facts, _LISTS[name])
            plus = [each for each in everything if getattr(each, column) == parent[key]]
            same_list(parent[name], filter(reader.read_store, plus))


def same_next(answer: dict[str, Any], facts: Facts, reader: ListQuery) -> None:
    """What an answer says of what comes next: all that waits and is open in the caller's lanes."""
    same(answer["nextWaitingEvents"], (each for each in facts.events if reader.is_in(each.lane)))
    if "nextOpenTasks" in answer:
        same(answer["nextOpenTasks"], (each for each in facts.tasks if reader.is_in(each.lane)))


def instance_of(reader: ListQuery) -> str:
    """The fields of a process instance that this caller may ask for in an answer that it must not lose."""
    return f"id {OF_INSTANCE}" if reader.may(Permission.EVENTS_READ) else "id"
