"""Resolution of the targets of commands: a waiting event or open task, by its id or by its element."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Generic, NamedTuple, Protocol, TypeVar

from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.application.ports.transaction import MAX_CANDIDATES
from bpmn_events.domain.access import visible_to
from bpmn_events.domain.errors import DomainError
from bpmn_events.domain.events import ElementAddress
from bpmn_events.domain.principal import Principal


class Addressable(Protocol):
    """A waiting event or open task of a process instance, with an optional lane."""

    @property
    def id(self) -> str: ...
    @property
    def element_id(self) -> str: ...
    @property
    def lane(self) -> str | None: ...
    @property
    def process_model_key(self) -> str: ...
    @property
    def correlation_id(self) -> str: ...
    @property
    def root_instance_id(self) -> str: ...


A = TypeVar("A", bound=Addressable)


def _accept_all(_target: object) -> bool:
    return True


class TargetRequest(NamedTuple, Generic[A]):
    """A caller's request for the target at an address.

    Attributes:
        address: The address, with an element id or the id of a target.
        principal: The caller. Targets outside its lanes do not count.
        accepts: Returns True for targets that the command can be about; others do not count.
    """

    address: ElementAddress
    principal: Principal
    accepts: Callable[[A], bool] = _accept_all


class TargetChanges(Generic[A]):
    """The targets that earlier commands of a batch have added and removed. Nothing of it is stored yet.

    They are recorded only if ``is_watched`` is set: commands that name their targets by id do not need them.
    """

    def __init__(self) -> None:
        self.is_watched = False
        self.removed: set[str] = set()
        self._added: list[A] = []
        self._by_address: dict[ElementAddress, list[A]] = {}

    def add(self, target: A) -> None:
        if self.is_watched:
            self._added.append(target)

    def remove(self, target_id: str) -> None:
        if self.is_watched:
            self.removed.add(target_id)

    def added_at(self, address: ElementAddress) -> list[A]:
        """Return the added targets at the address that are not removed again."""
        for target in self._added:
            key = ElementAddress(target.process_model_key, target.correlation_id, target.element_id)
            self._by_address.setdefault(key, []).append(target)
        self._added.clear()
        return [target for target in self._by_address.get(address, ()) if target.id not in self.removed]


@dataclass(frozen=True, slots=True)
class ResolvedTargets(Generic[A]):
    """The possible targets of a batch of commands, read for all of them at once.

    ``changes`` are those of the earlier commands of the batch.
    """

    by_id: Mapping[str, A] = field(default_factory=dict)
    at_address: Mapping[ElementAddress, Sequence[A]] = field(default_factory=dict)
    changes: TargetChanges[A] = field(default_factory=TargetChanges)

    def root_ids(self, requests: Iterable[TargetRequest[A]]) -> set[str]:
        """Return the ids of the root instances of the targets that the requests resolve to.

        A request with several targets is refused, whatever they belong to, so it adds none.
        """
        root_ids = {target.root_instance_id for target in self.by_id.values()}
        if self.at_address:
            matches = (self._matches(request) for request in requests if request.address in self.at_address)
            root_ids |= {targets[0].root_instance_id for targets in matches if len(targets) == 1}
        return root_ids

    def resolve(
        self,
        address: ElementAddress,
        principal: Principal,
        ambiguous: Callable[[str, tuple[A, ...]], DomainError],
        *,
        accepts: Callable[[A], bool] = _accept_all,
    ) -> A:
        """Return the one target at the address: the one with that id, or else the only one at that element.

        A target outside the caller's lanes is treated like one that does not exist: for whoever may not see it, the
        two must not differ. Targets for which ``accepts`` returns False do not count either.

        Args:
            address: The address, with an element id or the id of a target.
            principal: The caller.
            ambiguous: Makes the error from the element id and the targets if there are several.
            accepts: Returns True for targets that the command can be about.

        Raises:
            TargetNotFound: The caller sees no target with this id or at this element.
            DomainError: It sees several at the element; the error is the result of ``ambiguous``.
            Deferral: Earlier commands of the batch have removed targets at the element, and others were not read.
        """
        target = self.by_id.get(address.element_id)
        if target is not None and _is_at(target, address) and accepts(target) and principal.sees(target.lane):
            return target
        targets = self._matches(TargetRequest(address, principal, accepts))
        if len(targets) <= 1 and self.changes.removed and len(self.at_address.get(address, ())) >= MAX_CANDIDATES:
            raise Deferral
        if not targets:
            raise TargetNotFound
        if len(targets) > 1:
            raise ambiguous(address.element_id, targets)
        return targets[0]

    def _matches(self, request: TargetRequest[A]) -> tuple[A, ...]:
        """Return the targets that the request may mean: none, the one, or several if it is ambiguous."""
        address, principal, accepts = request
        target = self.by_id.get(address.element_id)
        if target is not None:
            return visible_to((target,), principal) if _is_at(target, address) and accepts(target) else ()
        stored = (each for each in self.at_address.get(address, ()) if each.id not in self.changes.removed)
        # Versions of a model may have the element in different lanes.
        return visible_to(filter(accepts, chain(stored, self.changes.added_at(address))), principal)


def _is_at(target: Addressable, address: ElementAddress) -> bool:
    return target.correlation_id == address.correlation_id and target.process_model_key == address.process_model_key


async def resolve_targets(
    addresses: Collection[ElementAddress],
    by_id: Callable[[Collection[str]], Awaitable[Mapping[str, A]]],
    at_address: Callable[[Collection[ElementAddress]], Awaitable[Mapping[ElementAddress, Sequence[A]]]],
    changes: TargetChanges[A],
) -> ResolvedTargets[A]:
    """Return the targets of the addresses.

    ``by_id`` reads targets with the addresses' element ids as their own ids. ``at_address`` then reads the targets at
    the elements of the remaining addresses. ``changes`` are those of the commands that are about to be handled.
    """
    if not addresses:
        return ResolvedTargets()
    targets = await by_id({address.element_id for address in addresses})
    elements = {address for address in addresses if address.element_id not in targets}
    changes.is_watched = bool(elements)
    return ResolvedTargets(targets, await at_address(elements) if elements else {}, changes)
