"""Listeners of an execution: its waiting events, by id or by message or signal name."""

from collections.abc import Mapping
from dataclasses import dataclass

from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.journal import Journal
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState, WaitState
from bpmn_events.domain.events import CatchElement, EventType

_Index = dict[tuple[EventType, str | None], dict[str, "Listener"]]


@dataclass(frozen=True, slots=True, eq=False)
class Listener:
    """A waiting event with its instance, scope and token. The token is None at the start of an event subprocess."""

    instance: InstanceContext
    scope: ScopeState
    token: TokenState | None
    wait: WaitState

    @property
    def element(self) -> CatchElement:
        """The model element that the event waits at."""
        return self.instance.graph.catch_elements[self.wait.element]

    @property
    def event_name(self) -> str | None:
        """The name of the message or signal that the event waits for."""
        return self.element.event_name if self.wait.name is None else self.wait.name


class Listeners:
    """The listeners of all instances of an execution.

    The index by name is built at the first throw of a step and updated from then on, because most steps throw nothing.
    """

    def __init__(self, instances: Mapping[str, InstanceContext], journal: Journal) -> None:
        self._instances = instances
        self._journal = journal
        self._by_name: _Index | None = None

    def find(self, wait_id: str) -> Listener | None:
        """Return the listener with that id; None if it does not wait."""
        for instance in self._instances.values():
            for scope, token, wait in instance.waits():
                if wait.id == wait_id:
                    return Listener(instance, scope, token, wait)
        return None

    def is_waiting(self, listener: Listener) -> bool:
        """Return True if the listener still waits: to trigger one may end others."""
        return listener.wait.id not in self._journal.ended

    def add(self, instance: InstanceContext, scope: ScopeState, token: TokenState | None, wait: WaitState) -> None:
        """Add a new waiting event to the index by name, if that is built."""
        if self._by_name is not None:
            _insert(self._by_name, instance, scope, token, wait)

    def waiting_for(self, event_type: EventType, name: str) -> list[Listener]:
        """Return the listeners for the message or signal, longest waiting first."""
        if self._by_name is None:
            self._by_name = self._index()
        listeners = self._by_name.get((event_type, name), {})
        for wait_id in listeners.keys() & self._journal.ended:
            del listeners[wait_id]
        return sorted(listeners.values(), key=lambda listener: (listener.wait.since, listener.wait.id))

    def _index(self) -> _Index:
        index: _Index = {}
        for instance in self._instances.values():
            for scope, token, wait in instance.waits():
                _insert(index, instance, scope, token, wait)
        return index


def _insert(
    index: _Index, instance: InstanceContext, scope: ScopeState, token: TokenState | None, wait: WaitState
) -> None:
    element = instance.graph.catch_elements[wait.element]
    if element.event_type in (EventType.MESSAGE, EventType.SIGNAL):
        listener = Listener(instance, scope, token, wait)
        by_id = index.setdefault((element.event_type, listener.event_name), {})
        by_id[wait.id] = listener
