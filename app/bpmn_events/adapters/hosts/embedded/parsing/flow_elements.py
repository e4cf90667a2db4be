"""The flow nodes and sequence flows of a process in the BPMN file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import Flow
from bpmn_events.adapters.hosts.embedded.model.meaning import FIRST
from bpmn_events.adapters.hosts.embedded.parsing.definitions.expressions import parse_expression
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, children, local_name, text_of
from bpmn_events.adapters.hosts.embedded.parsing.extensions import modeler_attribute
from bpmn_events.adapters.hosts.embedded.parsing.lanes import read_lanes
from bpmn_events.adapters.hosts.embedded.parsing.supported_elements import (
    ACTIVITIES,
    DESCRIPTIVE,
    EVENTS,
    GATEWAYS,
    LOOPS,
    node_refusal,
)


@dataclass(frozen=True, slots=True)
class FlowElement:
    """A flow node in the file. ``scope`` is the id of the enclosing subprocess; None directly in the process."""

    xml: etree._Element
    scope: str | None

    @property
    def id(self) -> str:
        return self.xml.get("id") or ""

    @property
    def tag(self) -> str:
        return local_name(self.xml)

    @property
    def attached_to(self) -> str | None:
        """The id of the activity that a boundary event is attached to. The reference may be a qualified name."""
        reference = self.xml.get("attachedToRef")
        return None if reference is None else reference.rpartition(":")[2]

    @property
    def is_event_subprocess(self) -> bool:
        return self.tag == "subProcess" and self.xml.get("triggeredByEvent") == "true"

    @property
    def is_for_compensation(self) -> bool:
        """True for an activity that only a compensation begins."""
        return self.xml.get("isForCompensation") in ("true", "1")

    @property
    def is_compensation_boundary(self) -> bool:
        return self.tag == "boundaryEvent" and bool(children(self.xml, "compensateEventDefinition"))

    @property
    def is_link_target(self) -> bool:
        """True for a link catch event."""
        return self.tag == "intermediateCatchEvent" and bool(children(self.xml, "linkEventDefinition"))

    @property
    def instantiates(self) -> bool:
        """True for a gateway or receive task that starts an instance of the process."""
        return self.xml.get("instantiate") == "true"


class FlowElements:
    """The flow nodes of a process by id, with their flows, boundary events and lanes.

    The constructor refuses all elements of the process that are not supported.
    """

    def __init__(self, document: BpmnDocument, process: etree._Element) -> None:
        self.document = document
        lanes = read_lanes(process)
        for name in sorted(set(lanes.values())):
            document.check_length(process, "lane's name", name)
        self._lanes: dict[str, str | None] = dict(lanes)
        self._by_id: dict[str, FlowElement] = {}
        self._flows: list[tuple[Flow, etree._Element, str | None]] = []
        self._boundary: dict[str, list[str]] = {}
        self._outgoing: dict[str, list[Flow]] = {}
        self._incoming: dict[str, list[Flow]] = {}
        self._unsupported: dict[str, FlowElement] = {}
        self._collect(process, None)
        if document.is_stored:
            self._adopt_unsupported()
        self._inside: dict[str | None, list[FlowElement]] = {}
        supports_compensation = document.meaning > FIRST
        for flow_element in self:
            self._inside.setdefault(flow_element.scope, []).append(flow_element)
            # A compensation event does not watch its activity while that runs.
            is_watching = not (supports_compensation and flow_element.is_compensation_boundary)
            if flow_element.tag == "boundaryEvent" and is_watching:
                self._boundary.setdefault(flow_element.attached_to or "", []).append(flow_element.id)
        self._connect_flows()

    def __iter__(self) -> Iterator[FlowElement]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, node_id: str | None) -> FlowElement | None:
        return None if node_id is None else self._by_id.get(node_id)

    def __getitem__(self, node_id: str) -> FlowElement:
        return self._by_id[node_id]

    def lines(self) -> Mapping[str, int]:
        return {flow_element.id: flow_element.xml.sourceline or 0 for flow_element in self}

    def outgoing(self, node_id: str) -> tuple[Flow, ...]:
        return tuple(self._outgoing.get(node_id, ()))

    def incoming(self, node_id: str) -> tuple[Flow, ...]:
        return tuple(self._incoming.get(node_id, ()))

    def flows(self) -> Iterator[tuple[str, etree._Element]]:
        """Yield the id of each sequence flow, and its element in the file."""
        return ((flow.id, element) for flow, element, _ in self._flows)

    def inside(self, node_id: str) -> Sequence[FlowElement]:
        """Return the flow nodes directly inside of the node."""
        return self._inside.get(node_id, ())

    def boundary_events(self, activity_id: str) -> tuple[str, ...]:
        """Return the ids of the boundary events that are attached to the activity."""
        return tuple(self._boundary.get(activity_id, ()))

    def event_gateway_before(self, node_id: str) -> FlowElement | None:
        """Return the event-based gateway with a flow to the node, or None."""
        for flow in self.incoming(node_id):
            source = self.get(flow.source)
            if source is not None and source.tag == "eventBasedGateway":
                return source
        return None

    def lane(self, node_id: str | None) -> str | None:
        """Return the name of the lane of a node, or None.

        A node that no lane lists has the lane of the activity it is attached to, else that of the enclosing subprocess.
        """
        lane, unlisted = None, []
        while node_id is not None:
            if node_id in self._lanes:
                lane = self._lanes[node_id]
                break
            self._lanes[node_id] = None  # elements can be attached in a circle, in a file that will be refused
            unlisted.append(node_id)
            source = self.get(node_id)
            node_id = None if source is None else source.attached_to or source.scope
        # Known from now on: a file may attach elements in a long chain.
        self._lanes.update(dict.fromkeys(unlisted, lane))
        return lane

    # --- collecting ---

    def _collect(self, container: etree._Element, scope: str | None) -> None:
        for element in container:
            tag = local_name(element)
            identifier = element.get("id")
            if tag == "sequenceFlow":
                self._collect_flow(element, scope)
            elif (reason := node_refusal(tag, self.document.meaning)) is not None:
                self.document.refuse(element, reason)
                if identifier:  # kept, so that its flows are not refused as well
                    self._by_id[identifier] = FlowElement(element, scope)
                    self._collect_stored(element, identifier)
            elif tag in GATEWAYS or tag in ACTIVITIES or tag in EVENTS:
                node_id = element.get("id", "")  # every flow node has one: see ``substitute_ids``
                self.document.check_length(element, "id", node_id)
                self._by_id[node_id] = FlowElement(element, scope)
                if tag in ("subProcess", "transaction"):
                    self._collect(element, node_id)
            elif tag not in DESCRIPTIVE and tag not in LOOPS:
                self.document.refuse(element, f"the element `{tag}` is not supported")
                if identifier in self.document.by_id:
                    self._unsupported[identifier] = FlowElement(element, scope)
                    self._collect_stored(element, identifier)

    def _collect_stored(self, container: etree._Element, scope: str) -> None:
        """Collect the content of a refused element, if an earlier version of the server may have run it."""
        if self.document.is_stored:
            self._collect(container, scope)

    def _adopt_unsupported(self) -> None:
        """Add the elements of unsupported kinds that are flow nodes: they have flows, boundary events or content."""
        nodes = {name for flow, _, _ in self._flows for name in (flow.source, flow.target)}
        for flow_element in self:
            nodes.update(name for name in (flow_element.scope, flow_element.attached_to) if name is not None)
        self._by_id.update({name: element for name, element in self._unsupported.items() if name in nodes})

    def _collect_flow(self, element: etree._Element, scope: str | None) -> None:
        source, target = element.get("sourceRef"), element.get("targetRef")
        if source is None or target is None:
            self.document.refuse(element, "a sequence flow has a sourceRef and a targetRef")
            source, target = source or "", target or ""
        # The id is optional in BPMN. Stored states contain ids of flows, so a substitute must be reproducible.
        identifier = element.get("id") or f"{source}>{target}#{len(self._flows)}"
        # Modelers leave empty conditions behind.
        conditions = [
            condition
            for condition in children(element, "conditionExpression")
            if text_of(condition) or modeler_attribute(condition, "resource")
        ]
        condition = parse_expression(self.document, conditions[0]) if conditions else None
        self._flows.append((Flow(identifier, source, target, condition), element, scope))

    def _connect_flows(self) -> None:
        for flow, element, scope in self._flows:
            ends = [self.get(flow.source), self.get(flow.target)]
            for name, end in zip((flow.source, flow.target), ends, strict=True):
                if end is None and name:
                    self.document.refuse(element, f"the sequence flow refers to {name!r}, which is no flow node")
                elif end is not None and end.scope != scope:
                    self.document.refuse(element, f"the sequence flow crosses the border of a subprocess at {name!r}")
            if None not in ends:
                self._incoming.setdefault(flow.target, []).append(flow)
            # A flow of a stored model that leads nowhere stays, so that a token that takes it is not lost unnoticed.
            if None not in ends or self.document.is_stored:
                self._outgoing.setdefault(flow.source, []).append(flow)
