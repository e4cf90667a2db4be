"""Which waiting event or open task a command means: one by its id, or by the element it waits at."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from bpmn_events.application.ports.process_host import NotThere
from bpmn_events.domain.access import told
from bpmn_events.domain.errors import DomainError
from bpmn_events.domain.events import Place
from bpmn_events.domain.principal import Principal


class Addressable(Protocol):
    """Something that waits in a process instance, and may lie in a lane."""

    @property
    def lane(self) -> str | None: ...
    @property
    def process_model_key(self) -> str: ...
    @property
    def correlation_id(self) -> str: ...
    @property
    def root_instance_id(self) -> str: ...


A = TypeVar("A", bound=Addressable)


@dataclass(frozen=True, slots=True)
class Addressed(Generic[A]):
    """What the commands of a batch address, as it was read for all of them at once."""

    by_id: Mapping[str, A] = field(default_factory=dict)
    at_place: Mapping[Place, Sequence[A]] = field(default_factory=dict)

    @property
    def root_ids(self) -> set[str]:
        """The root instances of the executions behind it."""
        waiting = [*self.by_id.values(), *(each for there in self.at_place.values() for each in there)]
        return {each.root_instance_id for each in waiting}

    def one(
        self,
        place: Place,
        principal: Principal,
        ambiguous: Callable[[str, tuple[A, ...]], DomainError],
        *,
        wanted: Callable[[A], bool] = lambda _: True,
    ) -> A:
        """Return the only one that is meant, of those that are wanted.

        Raises:
            NotThere: nothing of the kind waits there under this id or at this element.
            DomainError: several wait at the element; ``ambiguous`` makes it of what the caller may see of them.
        """
        found = self.by_id.get(place.element_id)
        if found is not None:
            here = (found.process_model_key, found.correlation_id) == (place.process_model_key, place.correlation_id)
            if not here or not wanted(found):
                raise NotThere
            return found
        candidates = [each for each in self.at_place.get(place, ()) if wanted(each)]
        if not candidates:
            raise NotThere
        # Several versions of a model may have the element in different lanes: what is not seen is no candidate.
        visible = told(candidates, principal)
        if len(visible) > 1:
            raise ambiguous(place.element_id, visible)
        return visible[0] if visible else candidates[0]


async def addressed(
    places: Collection[Place],
    by_id: Callable[[Collection[str]], Awaitable[Mapping[str, A]]],
    at_place: Callable[[Collection[Place]], Awaitable[Mapping[Place, Sequence[A]]]],
) -> Addressed[A]:
    """Read what these places address: first by the ids they may hold, then what is left by element."""
    if not places:
        return Addressed()
    found = await by_id({place.element_id for place in places})
    elements = {place for place in places if place.element_id not in found}
    return Addressed(found, await at_place(elements) if elements else {})
