"""Stand-ins for what a stored model does not contain any more: single elements, or all of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NoReturn, TypeVar

from bpmn_events.adapters.hosts.embedded.model.elements import Node
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph, Scope
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import CatchElement, ElementType, EventType, StartElement
from bpmn_events.domain.tasks import TaskElement, TaskType

K = TypeVar("K")
V = TypeVar("V")


class _Unknown(Mapping[K, V]):
    """A mapping that is empty, but creates a value for every key that is looked up."""

    def __init__(self, create: Callable[[K], V]) -> None:
        self._create = create

    def __getitem__(self, key: K) -> V:
        return self._create(key)

    def __iter__(self) -> Iterator[K]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _WithStandIns(dict[K, V]):
    """A dictionary that creates a value for a missing key that is looked up, without storing it."""

    def __init__(self, known: Mapping[K, V], create: Callable[[K], V]) -> None:
        super().__init__(known)
        self._create = create

    def __missing__(self, key: K) -> V:
        return self._create(key)


def with_stand_ins(graph: ProcessGraph) -> ProcessGraph:
    """Return the graph of a stored model such that its instances can refer to elements that it does not contain.

    What waits at such an element is known without properties, and can be cancelled. A step that needs the element
    raises ``ProcessFailed``.
    """

    def fail(element_id: str | None) -> NoReturn:
        raise ProcessFailed("the stored process model has no such element", element_id)

    return replace(
        graph,
        nodes=_WithStandIns(graph.nodes, fail),
        scopes=_WithStandIns(graph.scopes, fail),
        catch_elements=_WithStandIns(graph.catch_elements, _catch_element),
        task_elements=_WithStandIns(graph.task_elements, _task_element),
    )


def unreadable_model(key: str, reason: str) -> ProcessGraph:
    """Return a model on which no instance can start or take a step: that raises ``ProcessFailed``.

    What waits in its instances is known without properties, so that the rest of an execution goes on, and the execution
    can be terminated. It has no correlation keys, so messages look for their receivers elsewhere.
    """

    def fail(_id: str | None) -> NoReturn:
        raise ProcessFailed(f"its process model {key!r} cannot be read: {reason}")

    nodes: Mapping[str, Node] = _Unknown(fail)
    scopes: Mapping[str | None, Scope] = _Unknown(fail)
    return ProcessGraph(
        key=key,
        name=None,
        nodes=nodes,
        scopes=scopes,
        catch_elements=_Unknown(_catch_element),
        start_elements=_Unknown(StartElement),
        task_elements=_Unknown(_task_element),
    )


def _catch_element(element_id: str) -> CatchElement:
    return CatchElement(
        element_id=element_id,
        element_type=ElementType.INTERMEDIATE_CATCH_EVENT,
        event_type=EventType.MESSAGE,
        name=None,
        event_name=None,
        lane=None,
        interrupting=True,
    )


def _task_element(element_id: str) -> TaskElement:
    return TaskElement(element_id, TaskType.EXTERNAL, None, None)
