"""The table of behaviours is complete."""

from bpmn_events.adapters.hosts.embedded.model.elements import NodeKind
from bpmn_events.adapters.hosts.embedded.runtime.behaviours.table import BEHAVIOURS


def test_every_kind_of_node_has_a_behaviour() -> None:
    assert set(BEHAVIOURS) == set(NodeKind)
