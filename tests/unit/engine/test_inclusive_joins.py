"""Inclusive joins in large models: the search for tokens that can still arrive takes no preparation."""

from datetime import UTC, datetime

import pytest

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.json_schema import JsonSchemas
from tests.conformance.drawing import draw

BLOCKS = 200


class Meter(Evaluation):
    """Counts the units of work."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 1, 1, tzinfo=UTC))
        self.units = 0

    def tick(self, units: int) -> None:
        self.units += units


def chain(blocks: int) -> ProcessGraph:
    """Return a process with a chain of inclusive splits and joins, and one task aside."""
    lines = ["start > Fork > S0", "Fork: parallelGateway", "Fork > Aside > end"]
    for number in range(blocks):
        lines.append(f"S{number} -[a]> A{number} > J{number} > S{number + 1}")
        lines.append(f"S{number} -[b]> B{number} > J{number}")
        lines.append(f"S{number}: inclusiveGateway\nJ{number}: inclusiveGateway")
    model = EmbeddedEngine(JsonSchemas()).compile(draw("\n".join(lines))).models[0]
    assert isinstance(model, ProcessGraph)
    return model


def work(graph: ProcessGraph, blocks: int) -> int:
    """Return the work of all joins of a chain, if a token is aside and only one branch of each split was taken."""
    meter = Meter()
    for number in range(blocks):
        join = graph.nodes[f"J{number}"]
        assert not graph.inclusive_joins.is_blocked(join, [join.incoming[0].id], frozenset({"Aside"}), meter)
    return meter.units


def test_the_work_for_a_chain_of_joins_grows_with_their_number() -> None:
    assert work(chain(2 * BLOCKS), 2 * BLOCKS) <= 2 * work(chain(BLOCKS), BLOCKS) + 1


@pytest.mark.parametrize("number", [BLOCKS - 1, 0])
def test_one_search_visits_each_node_at_most_three_times(number: int) -> None:
    graph, meter = chain(BLOCKS), Meter()
    join = graph.nodes[f"J{number}"]
    assert graph.inclusive_joins.is_blocked(join, [join.incoming[0].id], frozenset({f"B{number}"}), meter)
    assert graph.inclusive_joins.is_blocked(join, [join.incoming[0].id], frozenset({"S0", f"B{number}"}), meter)
    flows = sum(len(node.outgoing) for node in graph.nodes.values())
    assert meter.units <= 2 * 3 * (len(graph.nodes) + flows) / 16
