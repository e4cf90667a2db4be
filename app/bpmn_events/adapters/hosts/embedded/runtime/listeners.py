"""Who in an execution waits for a message or signal of which name: looked up when one is thrown."""

from collections.abc import Iterable

from bpmn_events.adapters.hosts.embedded.runtime.instance_context import RunningInstance
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState, WaitState
from bpmn_events.domain.events import EventType

# A waiting event and where it waits; without a token, it is the start of an event subprocess.
Place = tuple[RunningInstance, ScopeState, TokenState | None, WaitState]


class Listeners:
    """Made at the first throw of an advance, and kept up to date from then on: most advances throw nothing."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[EventType, str | None], dict[str, Place]] | None = None

    def add(self, place: Place) -> None:
        """Something began to wait."""
        if self._by_name is not None:
            self._enter(self._by_name, place)

    def waiting_for(self, event_type: EventType, name: str, everything: Iterable[Place]) -> list[Place]:
        """Those that still wait for it, the one that has waited longest first. ``everything`` is all that waits."""
        if self._by_name is None:
            self._by_name = {}
            for place in everything:
                self._enter(self._by_name, place)
        found = self._by_name.get((event_type, name), {})
        for wait_id in [wait_id for wait_id, place in found.items() if not still_waits(*place)]:
            del found[wait_id]
        return sorted(found.values(), key=lambda place: (place[3].since, place[3].id))

    @staticmethod
    def _enter(by_name: dict[tuple[EventType, str | None], dict[str, Place]], place: Place) -> None:
        element = place[0].graph.catch_elements[place[3].element]
        if element.event_type in (EventType.MESSAGE, EventType.SIGNAL):
            by_name.setdefault((element.event_type, element.event_name), {})[place[3].id] = place


def still_waits(instance: RunningInstance, scope: ScopeState, token: TokenState | None, wait: WaitState) -> bool:
    """Whether a place that was found before still is one."""
    if not instance.is_alive(scope):
        return False
    if token is None:
        return wait in scope.waits
    return token.id in scope.tokens and wait in token.waits
