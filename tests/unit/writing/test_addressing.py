"""Resolution of the targets of commands: by id, by element, and the errors if there are none or several."""

from dataclasses import dataclass

import pytest

from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.application.ports.transaction import MAX_CANDIDATES
from bpmn_events.application.writing.addressing import ResolvedTargets, TargetChanges, TargetRequest, resolve_targets
from bpmn_events.domain.errors import Conflict
from bpmn_events.domain.events import ElementAddress
from bpmn_events.domain.principal import Principal

ALL_LANES = Principal("ada", frozenset(), frozenset({"*"}))
FINANCE = Principal("bob", frozenset(), frozenset({"Finance"}))


@dataclass(frozen=True)
class Target:
    id: str
    lane: str | None = None
    element_id: str = "Paid"
    process_model_key: str = "order"
    correlation_id: str = "c-1"
    root_instance_id: str = "pi_1"


def ambiguous(element_id: str, candidates: tuple[Target, ...]) -> Conflict:
    return Conflict(f"{element_id}: {' '.join(candidate.id for candidate in candidates)}")


PAID = ElementAddress("order", "c-1", "Paid")


def test_an_id_takes_precedence_over_an_element() -> None:
    targets = ResolvedTargets({"Paid": Target("we_1")}, {PAID: [Target("we_2")]})
    assert targets.resolve(PAID, ALL_LANES, ambiguous).id == "we_1"


@pytest.mark.parametrize("address", [ElementAddress("invoice", "c-1", "we_1"), ElementAddress("order", "c-2", "we_1")])
def test_an_id_in_another_case_is_not_found(address: ElementAddress) -> None:
    with pytest.raises(TargetNotFound):
        ResolvedTargets({"we_1": Target("we_1")}, {address: [Target("we_2")]}).resolve(address, ALL_LANES, ambiguous)


def test_an_element_without_targets_is_not_found() -> None:
    targets: ResolvedTargets[Target] = ResolvedTargets()
    with pytest.raises(TargetNotFound):
        targets.resolve(PAID, ALL_LANES, ambiguous)


def test_only_targets_in_the_callers_lanes_are_candidates() -> None:
    candidates = [Target("we_1", "Sales"), Target("we_2", "Finance"), Target("we_3", "Sales")]
    targets = ResolvedTargets({}, {PAID: candidates})
    with pytest.raises(Conflict, match="Paid: we_1 we_2 we_3"):
        targets.resolve(PAID, ALL_LANES, ambiguous)
    assert targets.resolve(PAID, FINANCE, ambiguous).id == "we_2"


@pytest.mark.parametrize("number", [1, 2])
def test_without_a_target_in_the_callers_lanes_nothing_is_found(number: int) -> None:
    targets = ResolvedTargets({}, {PAID: [Target("we_1", "Sales"), Target("we_2", "Sales")][:number]})
    with pytest.raises(TargetNotFound):
        targets.resolve(PAID, FINANCE, ambiguous)


def test_an_id_outside_the_callers_lanes_is_not_found() -> None:
    address = ElementAddress("order", "c-1", "we_1")
    targets = ResolvedTargets({"we_1": Target("we_1", "Sales")})
    assert targets.resolve(address, ALL_LANES, ambiguous).id == "we_1"
    with pytest.raises(TargetNotFound):
        targets.resolve(address, FINANCE, ambiguous)
    assert targets.root_ids([TargetRequest(address, FINANCE)]) == {Target("we_1").root_instance_id}


def test_an_unwanted_target_is_not_found() -> None:
    targets = ResolvedTargets({"we_1": Target("we_1")}, {PAID: [Target("we_2"), Target("we_3")]})
    assert targets.resolve(PAID, ALL_LANES, ambiguous, accepts=lambda target: target.id != "we_2").id == "we_3"
    with pytest.raises(TargetNotFound):
        targets.resolve(
            ElementAddress("order", "c-1", "we_1"), ALL_LANES, ambiguous, accepts=lambda target: target.id != "we_1"
        )


def test_root_ids_are_those_of_the_targets_that_requests_resolve_to() -> None:
    sales, finance = (
        Target("we_2", "Sales", root_instance_id="pi_2"),
        Target("we_3", "Finance", root_instance_id="pi_3"),
    )
    by_id, nothing = ElementAddress("order", "c-1", "we_1"), ElementAddress("order", "c-1", "Shipped")
    requests: list[TargetRequest[Target]] = [TargetRequest(by_id, ALL_LANES), TargetRequest(nothing, ALL_LANES)]
    assert ResolvedTargets({"we_1": Target("we_1")}, {PAID: [sales]}).root_ids(requests) == {"pi_1"}
    targets = ResolvedTargets({}, {PAID: [sales, finance]})
    assert targets.root_ids([TargetRequest(PAID, ALL_LANES)]) == set()
    assert targets.root_ids([TargetRequest(PAID, FINANCE)]) == {"pi_3"}
    assert targets.root_ids([TargetRequest(PAID, ALL_LANES, lambda target: target.id == "we_2")]) == {"pi_2"}


async def test_elements_are_read_only_for_addresses_without_a_target_of_that_id() -> None:
    calls: list[object] = []

    async def by_id(ids: object) -> dict[str, Target]:
        calls.append(ids)
        return {"we_1": Target("we_1")}

    async def at_address(addresses: object) -> dict[ElementAddress, list[Target]]:
        calls.append(addresses)
        return {}

    changes: TargetChanges[Target] = TargetChanges()
    by_event = ElementAddress("order", "c-1", "we_1")
    assert (await resolve_targets([by_event, PAID], by_id, at_address, changes)).by_id == {"we_1": Target("we_1")}
    assert calls == [{"we_1", "Paid"}, {PAID}]
    await resolve_targets([by_event], by_id, at_address, changes)
    assert calls[2:] == [{"we_1"}]
    await resolve_targets([], by_id, at_address, changes)
    assert len(calls) == 3


def test_changes_of_earlier_commands_are_seen() -> None:
    targets = ResolvedTargets({}, {PAID: [Target("we_1")]})
    targets.changes.is_watched = True
    targets.changes.remove("we_1")
    with pytest.raises(TargetNotFound):
        targets.resolve(PAID, ALL_LANES, ambiguous)
    targets.changes.add(Target("we_2"))
    targets.changes.add(Target("we_3", element_id="Shipped"))
    assert targets.resolve(PAID, ALL_LANES, ambiguous).id == "we_2"
    targets.changes.add(Target("we_4"))
    with pytest.raises(Conflict, match="Paid: we_2 we_4"):
        targets.resolve(PAID, ALL_LANES, ambiguous)
    targets.changes.remove("we_2")
    assert targets.resolve(PAID, ALL_LANES, ambiguous).id == "we_4"


def test_a_command_is_deferred_if_targets_that_were_not_read_may_be_left() -> None:
    targets = ResolvedTargets({}, {PAID: [Target(f"we_{number}") for number in range(MAX_CANDIDATES)]})
    targets.changes.is_watched = True
    for number in range(MAX_CANDIDATES - 1):
        targets.changes.remove(f"we_{number}")
    with pytest.raises(Deferral):
        targets.resolve(PAID, ALL_LANES, ambiguous)
