"""From a BPMN file to process graphs. Whatever could not run as drawn is refused, with element id, line and reason."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from app.adapters.engines.embedded import structure
from app.adapters.engines.embedded.calls import call_of
from app.adapters.engines.embedded.document import Document, children, local
from app.adapters.engines.embedded.event_definitions import (
    EventDefinition,
    event_definition,
    message_of,
    parsed_expression,
)
from app.adapters.engines.embedded.expressions import Expression
from app.adapters.engines.embedded.extensions import payload_extension, refuse_foreign_behaviour
from app.adapters.engines.embedded.graph import Flow, Kind, Node, ProcessGraph, Scope, Trigger
from app.adapters.engines.embedded.lanes import lanes_of
from app.adapters.engines.embedded.support import (
    CATCHING,
    DESCRIPTIVE,
    REASONS,
    REFUSED,
    THROWING,
    see_support,
)
from app.application.ports import StartElement
from app.domain.errors import InvalidProcessModel, ModelIssue
from app.domain.events import CatchElement, ElementType, EventType
from app.domain.ids import is_usable

MAX_NODES = 5_000

_GATEWAYS = {
    "exclusiveGateway": Kind.EXCLUSIVE_GATEWAY,
    "parallelGateway": Kind.PARALLEL_GATEWAY,
    "inclusiveGateway": Kind.INCLUSIVE_GATEWAY,
    "eventBasedGateway": Kind.EVENT_GATEWAY,
}
_ACTIVITIES = {
    "task": Kind.PASS,
    "receiveTask": Kind.RECEIVE_TASK,
    "subProcess": Kind.SUBPROCESS,
    "callActivity": Kind.CALL_ACTIVITY,
}
_EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
_END_KINDS = {"terminate": Kind.TERMINATE_END, "error": Kind.ERROR_END, "escalation": Kind.ESCALATION_THROW}
_LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
_REFUSED_CONDITION = Expression.parse("false")


def parse(bpmn_xml: str) -> tuple[ProcessGraph, ...]:
    """The executable processes of the file.

    Raises:
        InvalidProcessModel: with every reason found.
    """
    document = Document.parse(bpmn_xml)
    processes = children(document.root, "process")
    if not processes:
        raise InvalidProcessModel((ModelIssue("the file has no process", line=document.root.sourceline),))
    executable = [process for process in processes if process.get("isExecutable") != "false"]
    for process in processes if not executable else ():
        document.refuse(process, 'the process is marked isExecutable="false": set it to true to run it')
    graphs = tuple(_ProcessParser(document, process).parse() for process in executable)
    document.raise_issues()
    return graphs


@dataclass(frozen=True, slots=True)
class _Source:
    """A flow node's element, and the subprocess it lies in (None: directly in the process)."""

    element: etree._Element
    scope: str | None

    @property
    def tag(self) -> str:
        return local(self.element)

    @property
    def is_event_subprocess(self) -> bool:
        return self.tag == "subProcess" and self.element.get("triggeredByEvent") == "true"


class _ProcessParser:
    def __init__(self, document: Document, process: etree._Element) -> None:
        self._document = document
        self._process = process
        self._lanes = lanes_of(process)
        self._sources: dict[str, _Source] = {}
        self._flows: dict[str, Flow] = {}
        self._flow_elements: dict[str, tuple[etree._Element, str | None]] = {}
        self._catches: dict[str, CatchElement] = {}
        self._starts: dict[str, StartElement] = {}

    def parse(self) -> ProcessGraph:
        key = self._process.get("id") or ""
        if not is_usable(key):
            self._document.refuse(self._process, "the process has no usable id")
        refuse_foreign_behaviour(self._document, self._process)
        self._collect(self._process, None)
        if len(self._sources) > MAX_NODES:
            self._document.refuse(self._process, f"the process has more than {MAX_NODES} flow nodes")
        self._check_flows()
        nodes = {node_id: self._node(node_id, source) for node_id, source in self._sources.items()}
        graph = ProcessGraph(
            key=key,
            name=self._process.get("name"),
            nodes=self._linked(nodes),
            scopes=self._scopes(nodes),
            catch_elements=self._catches,
            start_elements=self._starts,
            lines={each: source.element.sourceline or 0 for each, source in self._sources.items()},
        )
        structure.check(self._document, self._process, graph, self._catches)
        return graph

    # --- collecting ---

    def _collect(self, container: etree._Element, scope: str | None) -> None:
        for element in container:
            tag = local(element)
            identifier = element.get("id")
            if tag == "sequenceFlow":
                self._collect_flow(element, scope)
            elif tag in REFUSED:
                self._document.refuse(element, see_support(REFUSED[tag]))
                if identifier:  # so that flows to it are not reported as dangling on top
                    self._sources[identifier] = _Source(element, scope)
            elif tag in _GATEWAYS or tag in _ACTIVITIES or tag in _EVENTS:
                if identifier is None:
                    self._document.refuse(element, f"a {tag} without an id")
                    continue
                self._sources[identifier] = _Source(element, scope)
                if tag == "subProcess":
                    self._collect(element, identifier)
            elif tag not in DESCRIPTIVE and tag not in _LOOPS:
                self._document.refuse(element, see_support(f"the element `{tag}` is not supported"))

    def _collect_flow(self, element: etree._Element, scope: str | None) -> None:
        source, target = element.get("sourceRef"), element.get("targetRef")
        if source is None or target is None:
            self._document.refuse(element, "a sequence flow has a sourceRef and a targetRef")
            return
        # The id is optional in BPMN. Stored states name flows, so what stands for a missing one must be reproducible.
        identifier = element.get("id") or f"{source}>{target}#{len(self._flows)}"
        conditions = children(element, "conditionExpression")
        # One that was refused is reported once, as what it is, and not again as a flow without a condition.
        condition = parsed_expression(self._document, conditions[0]) or _REFUSED_CONDITION if conditions else None
        self._flows[identifier] = Flow(identifier, source, target, condition)
        self._flow_elements[identifier] = element, scope

    def _check_flows(self) -> None:
        for flow in list(self._flows.values()):
            element, scope = self._flow_elements[flow.id]
            ends = [self._sources.get(flow.source), self._sources.get(flow.target)]
            for name, end in zip((flow.source, flow.target), ends, strict=True):
                if end is None:
                    self._document.refuse(element, f"the sequence flow refers to {name!r}, which is no flow node")
                elif end.scope != scope:
                    self._document.refuse(element, f"the sequence flow crosses the border of a subprocess at {name!r}")
            if None in ends:
                del self._flows[flow.id]

    # --- nodes ---

    def _node(self, node_id: str, source: _Source) -> Node:
        element = source.element
        refuse_foreign_behaviour(self._document, element)
        for loop in _LOOPS:
            if children(element, loop):
                self._document.refuse(element, see_support("loops and multiple instances are not supported"))
        node = Node(
            id=node_id,
            kind=Kind.PASS,
            scope=source.scope,
            outgoing=tuple(flow for flow in self._flows.values() if flow.source == node_id),
            incoming=tuple(flow for flow in self._flows.values() if flow.target == node_id),
            default=element.get("default"),
        )
        if source.tag in _GATEWAYS:
            return self._gateway(node, element)
        if source.tag in _ACTIVITIES:
            return self._activity(node, source)
        return self._event(node, source) if source.tag in _EVENTS else node

    def _gateway(self, node: Node, element: etree._Element) -> Node:
        kind = _GATEWAYS[local(element)]
        if kind is Kind.EVENT_GATEWAY:
            if element.get("instantiate") == "true":
                self._document.refuse(element, see_support("an instantiating event-based gateway is not supported"))
            if element.get("eventGatewayType", "Exclusive") != "Exclusive":
                self._document.refuse(element, see_support("a parallel event-based gateway is not supported"))
        return replace(node, kind=kind)

    def _activity(self, node: Node, source: _Source) -> Node:
        element = source.element
        if element.get("isForCompensation") == "true":
            self._document.refuse(element, see_support("compensation is not supported"))
        node = replace(node, kind=_ACTIVITIES[source.tag], boundary=self._boundary_of(node.id))
        if source.is_event_subprocess:
            return self._event_subprocess(node, element)
        if source.tag == "receiveTask":
            self._receive_task(node, element)
        if source.tag == "callActivity":
            return replace(node, call=call_of(self._document, element))
        return node

    def _receive_task(self, node: Node, element: etree._Element) -> None:
        if element.get("instantiate") == "true":
            self._document.refuse(element, see_support("an instantiating receive task is not supported"))
        name, message = message_of(self._document, element)
        payload = payload_extension(self._document, element, message)
        definition = EventDefinition("message", EventType.MESSAGE, name, payload=payload)
        behind_gateway = self._is_behind_gateway(node)
        kind = ElementType.EVENT_BASED_GATEWAY if behind_gateway else ElementType.RECEIVE_TASK
        self._add_catch(node.id, element, definition, kind, interrupting=True)

    def _boundary_of(self, activity_id: str) -> tuple[str, ...]:
        return tuple(
            each
            for each, source in self._sources.items()
            if source.tag == "boundaryEvent" and source.element.get("attachedToRef") == activity_id
        )

    def _event_subprocess(self, node: Node, element: etree._Element) -> Node:
        starts = [
            each for each, source in self._sources.items() if source.scope == node.id and source.tag == "startEvent"
        ]
        if len(starts) != 1:
            self._document.refuse(element, "an event subprocess has exactly one start event")
        return replace(node, kind=Kind.EVENT_SUBPROCESS, start=starts[0] if starts else None)

    # --- events ---

    def _event(self, node: Node, source: _Source) -> Node:
        definition = event_definition(self._document, source.element)
        if source.tag == "startEvent":
            return self._start_event(node, source, definition)
        if source.tag in THROWING:
            return self._throw_event(node, source, definition)
        self._check_definition(source.element, definition, CATCHING[source.tag])
        if source.tag == "boundaryEvent":
            return self._boundary_event(node, source, definition)
        if definition is None:
            return node
        if definition.kind == "link":
            return replace(node, code=definition.link)
        behind_gateway = self._is_behind_gateway(node)
        kind = ElementType.EVENT_BASED_GATEWAY if behind_gateway else ElementType.INTERMEDIATE_CATCH_EVENT
        self._add_catch(node.id, source.element, definition, kind, interrupting=True)
        return replace(node, kind=Kind.CATCH, timer=definition.timer, condition=definition.condition)

    def _check_definition(
        self, element: etree._Element, definition: EventDefinition | None, allowed: frozenset[str]
    ) -> None:
        if definition is None:
            if local(element) in ("intermediateCatchEvent", "boundaryEvent"):
                self._document.refuse(element, "the event has no event definition: it would wait for nothing")
        elif definition.kind not in allowed:
            is_link = definition.kind == "link" and local(element) == "intermediateCatchEvent"
            if not is_link:
                reason = REASONS.get(definition.kind, f"`{definition.kind}` is not supported")
                self._document.refuse(element, see_support(reason))

    def _start_event(self, node: Node, source: _Source, definition: EventDefinition | None) -> Node:
        element = source.element
        parent = self._sources.get(source.scope) if source.scope else None
        if parent is not None and parent.is_event_subprocess:
            return self._event_subprocess_start(node, source, definition)
        if parent is not None:
            if definition is not None:
                self._document.refuse(element, "the start event of an embedded subprocess is a plain one")
            return node
        self._check_definition(element, definition, CATCHING["startEvent"])
        payload = definition.payload if definition else payload_extension(self._document, element)
        self._starts[node.id] = StartElement(
            element_id=node.id,
            event_type=definition.event_type if definition else None,
            lane=self._lane(node.id),
            payload_schema=payload.schema,
            payload_variable=payload.variable,
        )
        return node

    def _event_subprocess_start(self, node: Node, source: _Source, definition: EventDefinition | None) -> Node:
        self._check_definition(source.element, definition, CATCHING["eventSubprocessStart"])
        if definition is None:
            self._document.refuse(source.element, "the start event of an event subprocess needs an event definition")
            return node
        interrupting = source.element.get("isInterrupting", "true") != "false"
        return self._reacting(node, source, definition, ElementType.EVENT_SUBPROCESS_START, interrupting)

    def _boundary_event(self, node: Node, source: _Source, definition: EventDefinition | None) -> Node:
        node = replace(node, kind=Kind.BOUNDARY)
        attached = self._sources.get(source.element.get("attachedToRef", ""))
        if attached is None or (attached.tag not in _ACTIVITIES and attached.tag not in REFUSED):
            self._document.refuse(source.element, "the boundary event is not attached to an activity")
        elif attached.scope != source.scope or attached.is_event_subprocess:
            self._document.refuse(source.element, "the boundary event is attached to an activity it cannot interrupt")
        if definition is None:
            return node
        interrupting = source.element.get("cancelActivity", "true") != "false"
        return self._reacting(node, source, definition, ElementType.BOUNDARY_EVENT, interrupting)

    def _reacting(
        self, node: Node, source: _Source, definition: EventDefinition, kind: ElementType, interrupting: bool
    ) -> Node:
        node = replace(node, interrupting=interrupting, code=definition.code)
        if definition.kind == "error":
            if not interrupting:
                self._document.refuse(source.element, "an error always interrupts: it cannot be non-interrupting")
            return replace(node, trigger=Trigger.ERROR)
        if definition.kind == "escalation":
            return replace(node, trigger=Trigger.ESCALATION)
        self._add_catch(node.id, source.element, definition, kind, interrupting=interrupting)
        return replace(node, timer=definition.timer, condition=definition.condition)

    def _throw_event(self, node: Node, source: _Source, definition: EventDefinition | None) -> Node:
        is_end = source.tag == "endEvent"
        if definition is None:
            return replace(node, kind=Kind.END if is_end else Kind.PASS)
        if definition.kind not in THROWING[source.tag]:
            self._document.refuse(
                source.element, see_support(REASONS.get(definition.kind, f"`{definition.kind}` is not supported"))
            )
            return node
        if definition.kind == "link":
            return replace(node, kind=Kind.LINK_THROW, code=definition.link)
        if definition.kind != "terminate" and definition.code is None:
            self._document.refuse(source.element, f"a thrown {definition.kind} needs a reference to one with a code")
        return replace(node, kind=_END_KINDS[definition.kind], code=definition.code)

    def _add_catch(
        self,
        node_id: str,
        element: etree._Element,
        definition: EventDefinition,
        kind: ElementType,
        *,
        interrupting: bool,
    ) -> None:
        if definition.event_type is None:
            return
        self._catches[node_id] = CatchElement(
            element_id=node_id,
            element_type=kind,
            event_type=definition.event_type,
            name=element.get("name"),
            event_name=definition.event_name,
            lane=self._lane(node_id),
            # Only what is attached to something can cancel it; elsewhere there is nothing to interrupt.
            interrupting=interrupting and kind in (ElementType.BOUNDARY_EVENT, ElementType.EVENT_SUBPROCESS_START),
            payload_schema=definition.payload.schema,
            payload_variable=definition.payload.variable,
        )

    def _is_behind_gateway(self, node: Node) -> bool:
        return any(
            (source := self._sources.get(flow.source)) is not None and source.tag == "eventBasedGateway"
            for flow in node.incoming
        )

    def _lane(self, node_id: str | None) -> str | None:
        """Its own lane, else that of the activity it is attached to, else that of the subprocess it lies in."""
        while node_id is not None:
            if node_id in self._lanes:
                return self._lanes[node_id]
            source = self._sources.get(node_id)
            if source is None:
                return None
            node_id = source.element.get("attachedToRef") or source.scope
        return None

    # --- the whole ---

    def _linked(self, nodes: Mapping[str, Node]) -> dict[str, Node]:
        """The nodes with each link throw event pointed at the one catch event of the same name in its scope."""
        targets: dict[tuple[str | None, str | None], list[str]] = {}
        for node in nodes.values():
            source = self._sources[node.id]
            if source.tag == "intermediateCatchEvent" and node.kind is Kind.PASS and node.code is not None:
                targets.setdefault((node.scope, node.code), []).append(node.id)
        linked = dict(nodes)
        for names in targets.values():
            for duplicate in names[1:]:
                self._document.refuse(self._sources[duplicate].element, "two link targets have the same name")
        for node in nodes.values():
            if node.kind is Kind.LINK_THROW:
                found = targets.get((node.scope, node.code), [])
                if not found:
                    self._document.refuse(self._sources[node.id].element, f"there is no link target {node.code!r}")
                linked[node.id] = replace(node, link_target=found[0] if found else None)
        return linked

    def _scopes(self, nodes: Mapping[str, Node]) -> dict[str | None, Scope]:
        containers: list[str | None] = [None]
        containers += [node.id for node in nodes.values() if node.kind in (Kind.SUBPROCESS, Kind.EVENT_SUBPROCESS)]
        return {container: self._scope(container, nodes) for container in containers}

    def _scope(self, container: str | None, nodes: Mapping[str, Node]) -> Scope:
        inside = [node for node in nodes.values() if node.scope == container]
        start_events = [node for node in inside if self._sources[node.id].tag == "startEvent"]
        if container is not None and len(start_events) > 1 and nodes[container].kind is Kind.SUBPROCESS:
            self._document.refuse(self._sources[container].element, "a subprocess has at most one start event")
        # Without a start event, whatever nothing leads to begins (BPMN 2.0.2, section 13.2).
        begins = start_events or [
            node
            for node in inside
            if not node.incoming
            and node.kind not in (Kind.BOUNDARY, Kind.EVENT_SUBPROCESS)
            and not self._is_link_target(node)
        ]
        return Scope(
            id=container,
            starts=tuple(node.id for node in begins),
            event_subprocesses=tuple(node.id for node in inside if node.kind is Kind.EVENT_SUBPROCESS),
        )

    def _is_link_target(self, node: Node) -> bool:
        return node.code is not None and self._sources[node.id].tag == "intermediateCatchEvent"
