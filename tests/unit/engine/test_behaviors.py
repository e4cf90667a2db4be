"""The table of behaviors is complete."""

from bpmn_events.adapters.hosts.embedded.model.elements import NodeKind
from bpmn_events.adapters.hosts.embedded.runtime.behaviors.table import BEHAVIORS


def test_every_kind_of_node_has_a_behavior() -> None:
    assert set(BEHAVIORS) == set(NodeKind)
