"""Which of what waits a command means: by id, by element, and what is said where that is none or several."""

from dataclasses import dataclass

import pytest

from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.application.writing.addressing import ResolvedTargets, resolve_targets
from bpmn_events.domain.errors import Conflict
from bpmn_events.domain.events import ElementAddress
from bpmn_events.domain.principal import Principal

ALL = Principal("ada", frozenset(), frozenset({"*"}))
FINANCE = Principal("bob", frozenset(), frozenset({"Finance"}))


@dataclass(frozen=True)
class Waiting:
    id: str
    lane: str | None = None
    process_model_key: str = "order"
    correlation_id: str = "c-1"
    root_instance_id: str = "pi_1"


def ambiguous(element_id: str, candidates: tuple[Waiting, ...]) -> Conflict:
    return Conflict(f"{element_id}: {' '.join(each.id for each in candidates)}")


PAID = ElementAddress("order", "c-1", "Paid")


def test_an_id_is_looked_at_before_an_element() -> None:
    found = ResolvedTargets({"Paid": Waiting("we_1")}, {PAID: [Waiting("we_2")]})
    assert found.one(PAID, ALL, ambiguous).id == "we_1"


@pytest.mark.parametrize("address", [ElementAddress("invoice", "c-1", "we_1"), ElementAddress("order", "c-2", "we_1")])
def test_the_id_of_another_case_is_not_there(address: ElementAddress) -> None:
    with pytest.raises(TargetNotFound):
        ResolvedTargets({"we_1": Waiting("we_1")}, {address: [Waiting("we_2")]}).one(address, ALL, ambiguous)


def test_an_element_at_which_nothing_waits_is_not_there() -> None:
    nothing: ResolvedTargets[Waiting] = ResolvedTargets()
    with pytest.raises(TargetNotFound):
        nothing.one(PAID, ALL, ambiguous)


def test_of_several_at_an_element_those_in_the_callers_lanes_are_candidates() -> None:
    waiting = [Waiting("we_1", "Sales"), Waiting("we_2", "Finance"), Waiting("we_3", "Sales")]
    found = ResolvedTargets({}, {PAID: waiting})
    with pytest.raises(Conflict, match="Paid: we_1 we_2 we_3"):
        found.one(PAID, ALL, ambiguous)
    assert found.one(PAID, FINANCE, ambiguous).id == "we_2"


def test_where_none_is_in_the_callers_lanes_the_first_is_meant() -> None:
    """Its lane is the reason to refuse then, which is for whoever handles the command."""
    found = ResolvedTargets({}, {PAID: [Waiting("we_1", "Sales"), Waiting("we_2", "Sales")]})
    assert found.one(PAID, FINANCE, ambiguous).id == "we_1"


def test_what_is_not_wanted_is_not_there() -> None:
    found = ResolvedTargets({"we_1": Waiting("we_1")}, {PAID: [Waiting("we_2"), Waiting("we_3")]})
    assert found.one(PAID, ALL, ambiguous, wanted=lambda each: each.id != "we_2").id == "we_3"
    with pytest.raises(TargetNotFound):
        found.one(ElementAddress("order", "c-1", "we_1"), ALL, ambiguous, wanted=lambda each: each.id != "we_1")


def test_roots_are_those_of_everything() -> None:
    found = ResolvedTargets({"we_1": Waiting("we_1")}, {PAID: [Waiting("we_2", root_instance_id="pi_2")]})
    assert found.root_ids == {"pi_1", "pi_2"}


async def test_elements_are_read_only_for_what_no_id_was_found_for() -> None:
    asked: list[object] = []

    async def by_id(ids: object) -> dict[str, Waiting]:
        asked.append(ids)
        return {"we_1": Waiting("we_1")}

    async def at_address(addresses: object) -> dict[ElementAddress, list[Waiting]]:
        asked.append(addresses)
        return {}

    one = ElementAddress("order", "c-1", "we_1")
    assert (await resolve_targets([one, PAID], by_id, at_address)).by_id == {"we_1": Waiting("we_1")}
    assert asked == [{"we_1", "Paid"}, {PAID}]
    await resolve_targets([one], by_id, at_address)
    assert asked[2:] == [
        {
            "we_1",
        }
    ]
    await resolve_targets([], by_id, at_address)
    assert len(asked) == 3
