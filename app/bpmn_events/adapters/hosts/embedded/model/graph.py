"""The graph of an executable process. It is immutable, and all instances of a model version share it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bpmn_events.adapters.hosts.embedded.model.correlation import CorrelationKey, key_values
from bpmn_events.adapters.hosts.embedded.model.elements import Node, NodeKind
from bpmn_events.domain.events import CatchElement, JsonObject, StartElement
from bpmn_events.domain.tasks import TaskElement


@dataclass(frozen=True, slots=True)
class Scope:
    """The process itself or a subprocess of it.

    Attributes:
        id: The id of the subprocess; None for the process.
        starts: The ids of the nodes where its tokens begin.
        event_subprocesses: The ids of its event subprocesses.
    """

    id: str | None
    starts: tuple[str, ...]
    event_subprocesses: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProcessGraph:
    """An executable process. It implements ``ExecutableModel`` of the engine port.

    Attributes:
        nodes: The flow nodes by id, those in subprocesses included.
        scopes: The process (by None) and its subprocesses (by id).
        keys: The correlation keys of the process.
    """

    key: str
    name: str | None
    nodes: Mapping[str, Node]
    scopes: Mapping[str | None, Scope]
    catch_elements: Mapping[str, CatchElement]
    start_elements: Mapping[str, StartElement]
    task_elements: Mapping[str, TaskElement] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    keys: tuple[CorrelationKey, ...] = ()

    def correlation_keys(self, message: str, payload: JsonObject) -> Mapping[str, str]:
        return key_values(self.keys, message, payload, _FIXED_TIME)

    @cached_property
    def has_conditions(self) -> bool:
        """True if an event of the process waits for a condition."""
        return any(node.condition is not None for node in self.nodes.values())

    @cached_property
    def upstream(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """The nodes from which a token can still arrive at a joining inclusive gateway (BPMN 2.0.2, section 13.4.3).

        By gateway id, then by id of an incoming flow: the ids of the nodes from which a token can reach that flow
        without passing the gateway.
        """
        joins = [
            node for node in self.nodes.values() if node.kind is NodeKind.INCLUSIVE_GATEWAY and len(node.incoming) > 1
        ]
        return {join.id: {flow.id: self._upstream_of(flow.source, join.id) for flow in join.incoming} for join in joins}

    def _upstream_of(self, target: str, avoiding: str) -> frozenset[str]:
        seen: set[str] = set()
        pending = [target]
        while pending:
            node_id = pending.pop()
            if node_id in seen or node_id == avoiding:
                continue
            seen.add(node_id)
            pending += self._predecessors.get(node_id, ())
        return frozenset(seen)

    @cached_property
    def _predecessors(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the nodes that pass tokens directly to a node, through flows, boundary events and links."""
        sources: dict[str, list[str]] = {}
        for node in self.nodes.values():
            for flow in node.incoming:
                sources.setdefault(node.id, []).append(flow.source)
            for event_id in node.boundary_events:
                sources.setdefault(event_id, []).append(node.id)
            if node.link_target is not None:
                sources.setdefault(node.link_target, []).append(node.id)
        return {node_id: tuple(source_ids) for node_id, source_ids in sources.items()}


# The correlation of a message must not depend on the time of its arrival, so its expressions see a fixed one.
_FIXED_TIME = datetime.min
