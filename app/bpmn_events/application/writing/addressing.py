"""Resolution of the targets of commands: a waiting event or open task, by its id or by its element."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Generic, Protocol, TypeVar

from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.domain.access import visible_to
from bpmn_events.domain.errors import DomainError
from bpmn_events.domain.events import ElementAddress
from bpmn_events.domain.principal import Principal


class Addressable(Protocol):
    """A waiting event or open task of a process instance, with an optional lane."""

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
    """The possible targets of a batch of commands, read for all of them at once."""

    by_id: Mapping[str, A] = field(default_factory=dict)
    at_address: Mapping[ElementAddress, Sequence[A]] = field(default_factory=dict)

    @property
    def root_ids(self) -> set[str]:
        """The ids of the root instances that the targets belong to."""
        targets = chain(self.by_id.values(), *self.at_address.values())
        return {target.root_instance_id for target in targets}

    def resolve(
        self,
        address: ElementAddress,
        principal: Principal,
        ambiguous: Callable[[str, tuple[A, ...]], DomainError],
        *,
        accepts: Callable[[A], bool] = lambda _: True,
    ) -> A:
        """Return the one target at the address: the one with that id, or else the only one at that element.

        Targets for which ``accepts`` returns False do not count.

        Args:
            address: The address, with an element id or the id of a target.
            principal: The caller. Of several targets, only those in its lanes count.
            ambiguous: Makes the error from the element id and the targets if there are several.
            accepts: Returns True for targets that the command can be about.

        Raises:
            TargetNotFound: There is no target with this id or at this element.
            DomainError: There are several at the element; the error is the result of ``ambiguous``.
        """
        target = self.by_id.get(address.element_id)
        if target is not None:
            matches_address = (target.process_model_key, target.correlation_id) == (
                address.process_model_key,
                address.correlation_id,
            )
            if not matches_address or not accepts(target):
                raise TargetNotFound
            return target
        candidates = [candidate for candidate in self.at_address.get(address, ()) if accepts(candidate)]
        if not candidates:
            raise TargetNotFound
        # Versions of a model may have the element in different lanes. Those the caller may not see do not make the
        # address ambiguous; if it may see none, its handler refuses the first with the lane as the reason.
        visible = visible_to(candidates, principal)
        if len(visible) > 1:
            raise ambiguous(address.element_id, visible)
        return visible[0] if visible else candidates[0]


async def resolve_targets(
    addresses: Collection[ElementAddress],
    by_id: Callable[[Collection[str]], Awaitable[Mapping[str, A]]],
    at_address: Callable[[Collection[ElementAddress]], Awaitable[Mapping[ElementAddress, Sequence[A]]]],
) -> ResolvedTargets[A]:
    """Return the targets of the addresses.

    ``by_id`` reads targets with the addresses' element ids as their own ids. ``at_address`` then reads the targets at
    the elements of the remaining addresses.
    """
    if not addresses:
        return ResolvedTargets()
    targets = await by_id({address.element_id for address in addresses})
    elements = {address for address in addresses if address.element_id not in targets}
    return ResolvedTargets(targets, await at_address(elements) if elements else {})
