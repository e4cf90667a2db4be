"""A process as the engine runs it: its nodes and scopes, immutable and shared by all instances of a version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bpmn_events.adapters.hosts.embedded.model.correlation import CorrelationKey, key_values
from bpmn_events.adapters.hosts.embedded.model.elements import Kind, Node
from bpmn_events.domain.events import CatchElement, JsonObject, StartElement
from bpmn_events.domain.tasks import TaskElement


@dataclass(frozen=True, slots=True)
class Scope:
    """The process itself (id None) or a subprocess: where its tokens begin, and what may interrupt it."""

    id: str | None
    starts: tuple[str, ...]
    event_subprocesses: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProcessGraph:
    """An executable process. Implements ``ports.ExecutableModel``."""

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
        return key_values(self.keys, message, payload, _EPOCH)

    @cached_property
    def has_conditions(self) -> bool:
        """Whether any event of the process waits for a condition."""
        return any(node.condition is not None for node in self.nodes.values())

    @cached_property
    def upstream(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """For each joining inclusive gateway and each flow into it: the nodes a token can reach that flow from without
        passing the gateway (BPMN 2.0.2, section 13.4.3).
        """
        joins = [node for node in self.nodes.values() if node.kind is Kind.INCLUSIVE_GATEWAY and len(node.incoming) > 1]
        return {join.id: {flow.id: self._reaching(flow.source, join.id) for flow in join.incoming} for join in joins}

    def _reaching(self, target: str, without: str) -> frozenset[str]:
        seen: set[str] = set()
        pending = [target]
        while pending:
            node_id = pending.pop()
            if node_id in seen or node_id == without:
                continue
            seen.add(node_id)
            pending += self._before.get(node_id, ())
        return frozenset(seen)

    @cached_property
    def _before(self) -> Mapping[str, tuple[str, ...]]:
        """The nodes from which a token can come to a node directly: flows, boundary events, links."""
        before: dict[str, list[str]] = {}
        for node in self.nodes.values():
            for flow in node.incoming:
                before.setdefault(node.id, []).append(flow.source)
            for boundary in node.boundary:
                before.setdefault(boundary, []).append(node.id)
            if node.link_target is not None:
                before.setdefault(node.link_target, []).append(node.id)
        return {node_id: tuple(sources) for node_id, sources in before.items()}


# What a message says about its correlation does not depend on the time of day.
_EPOCH = datetime.min
