"""Which waiting event or open task a command means: one by its id, or by the element it waits at."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.domain.access import visible_to
from bpmn_events.domain.errors import DomainError
from bpmn_events.domain.events import ElementAddress
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
class ResolvedTargets(Generic[A]):
    """What the commands of a batch address, as it was read for all of them at once."""

    by_id: Mapping[str, A] = field(default_factory=dict)
    at_address: Mapping[ElementAddress, Sequence[A]] = field(default_factory=dict)

    @property
    def root_ids(self) -> set[str]:
        """The root instances of the executions behind it."""
        waiting = [*self.by_id.values(), *(each for there in self.at_address.values() for each in there)]
        return {each.root_instance_id for each in waiting}

    def one(
        self,
        address: ElementAddress,
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
        found = self.by_id.get(address.element_id)
        if found is not None:
            here = (found.process_model_key, found.correlation_id) == (
                address.process_model_key,
                address.correlation_id,
            )
            if not here or not wanted(found):
                raise TargetNotFound
            return found
        candidates = [each for each in self.at_address.get(address, ()) if wanted(each)]
        if not candidates:
            raise TargetNotFound
        # Several versions of a model may have the element in different lanes: what is not seen is no candidate.
        visible = visible_to(candidates, principal)
        if len(visible) > 1:
            raise ambiguous(address.element_id, visible)
        return visible[0] if visible else candidates[0]


async def resolve_targets(
    addresses: Collection[ElementAddress],
    by_id: Callable[[Collection[str]], Awaitable[Mapping[str, A]]],
    at_address: Callable[[Collection[ElementAddress]], Awaitable[Mapping[ElementAddress, Sequence[A]]]],
) -> ResolvedTargets[A]:
    """Read what these places address: first by the ids they may hold, then what is left by element."""
    if not addresses:
        return ResolvedTargets()
    found = await by_id({address.element_id for address in addresses})
    elements = {address for address in addresses if address.element_id not in found}
    return ResolvedTargets(found, await at_address(elements) if elements else {})
