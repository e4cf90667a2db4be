"""From a BPMN file to process graphs. Whatever could not run as drawn is refused, with element id, line and reason."""

from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import NO_MAPPINGS, Kind, Node
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph, Scope
from bpmn_events.adapters.hosts.embedded.parsing import validation
from bpmn_events.adapters.hosts.embedded.parsing.activity_nodes import ActivityNodes
from bpmn_events.adapters.hosts.embedded.parsing.definitions.correlation import correlation_keys_of
from bpmn_events.adapters.hosts.embedded.parsing.definitions.mappings import mappings_of
from bpmn_events.adapters.hosts.embedded.parsing.document import Document, children, invalid
from bpmn_events.adapters.hosts.embedded.parsing.event_nodes import EventNodes
from bpmn_events.adapters.hosts.embedded.parsing.extensions import refuse_foreign_behaviour
from bpmn_events.adapters.hosts.embedded.parsing.flow_elements import FlowElement, FlowElements
from bpmn_events.adapters.hosts.embedded.parsing.model_elements import ModelElements
from bpmn_events.adapters.hosts.embedded.parsing.supported_elements import EVENTS, GATEWAYS, RUN_ACTIVITIES
from bpmn_events.domain.ids import is_valid_id

MAX_NODES = 5_000


def parse(bpmn_xml: str) -> tuple[ProcessGraph, ...]:
    """The executable processes of the file.

    Raises:
        InvalidProcessModel: with every reason found.
    """
    document = Document.parse(bpmn_xml)
    processes = children(document.root, "process")
    if not processes:
        raise invalid("the file has no process", document.root.sourceline)
    executable = [process for process in processes if process.get("isExecutable") != "false"]
    for process in processes if not executable else ():
        document.refuse(process, 'the process is marked isExecutable="false": set it to true to run it')
    graphs = tuple(_ProcessParser(document, process).parse() for process in executable)
    document.raise_issues()
    return graphs


class _ProcessParser:
    def __init__(self, document: Document, process: etree._Element) -> None:
        self._document = document
        self._process = process
        self._flow_elements = FlowElements(document, process)
        self._model_elements = ModelElements()
        self._activities = ActivityNodes(document, self._flow_elements, self._model_elements)
        self._events = EventNodes(document, self._flow_elements, self._model_elements)

    def parse(self) -> ProcessGraph:
        key = self._process.get("id") or ""
        if not is_valid_id(key):
            self._document.refuse(self._process, "the process has no usable id")
        refuse_foreign_behaviour(self._document, self._process)
        if len(self._flow_elements) > MAX_NODES:
            self._document.refuse(self._process, f"the process has more than {MAX_NODES} flow nodes")
        nodes = {each.id: self._node(each) for each in self._flow_elements}
        graph = ProcessGraph(
            key=key,
            name=self._process.get("name"),
            nodes=self._linked(nodes),
            scopes=self._scopes(nodes),
            catch_elements=self._model_elements.catches,
            start_elements=self._model_elements.starts,
            task_elements=self._model_elements.tasks,
            lines=self._flow_elements.lines(),
            keys=correlation_keys_of(self._document, self._process),
        )
        validation.check(self._document, self._process, graph)
        return graph

    def _node(self, flow_element: FlowElement) -> Node:
        element, node_id = flow_element.xml, flow_element.id
        refuse_foreign_behaviour(self._document, element)
        node = Node(
            id=node_id,
            kind=Kind.PASS,
            scope=flow_element.scope,
            outgoing=self._flow_elements.outgoing(node_id),
            incoming=self._flow_elements.incoming(node_id),
            default=element.get("default"),
        )
        if flow_element.tag in RUN_ACTIVITIES:
            return self._activities.node(node, flow_element)
        if flow_element.tag in EVENTS:
            return self._events.node(node, flow_element)
        if flow_element.tag not in GATEWAYS:
            return node
        if mappings_of(self._document, element) is not NO_MAPPINGS:
            self._document.refuse(element, "mappings at a gateway are not supported")
        return self._gateway(node, element)

    def _gateway(self, node: Node, element: etree._Element) -> Node:
        kind = GATEWAYS[self._flow_elements[node.id].tag]
        if kind is Kind.EVENT_GATEWAY:
            if element.get("eventGatewayType", "Exclusive") != "Exclusive":
                self._document.refuse(element, "a parallel event-based gateway is not supported")
            if self._begins_process(node) and (node.incoming or node.scope is not None):
                self._document.refuse(element, "an event-based gateway that begins a process has no incoming flows")
        return replace(node, kind=kind)

    def _begins_process(self, node: Node) -> bool:
        """Whether the node is a gateway or task that a message or signal begins the process with."""
        flow_element = self._flow_elements[node.id]
        return flow_element.instantiates and flow_element.tag in ("eventBasedGateway", "receiveTask")

    # --- the whole ---

    def _linked(self, nodes: Mapping[str, Node]) -> dict[str, Node]:
        """The nodes with each link throw event pointed at the one catch event of the same name in its scope."""
        targets: dict[tuple[str | None, str | None], list[str]] = {}
        for node in nodes.values():
            if self._flow_elements[node.id].is_link_target:
                targets.setdefault((node.scope, node.code), []).append(node.id)
        linked = dict(nodes)
        for names in targets.values():
            for duplicate in names[1:]:
                self._document.refuse(self._flow_elements[duplicate].xml, "two link targets have the same name")
        for node in nodes.values():
            if node.kind is Kind.LINK_THROW:
                found = targets.get((node.scope, node.code), [])
                if not found:
                    self._document.refuse(self._flow_elements[node.id].xml, f"there is no link target {node.code!r}")
                linked[node.id] = replace(node, link_target=found[0] if found else None)
        return linked

    def _scopes(self, nodes: Mapping[str, Node]) -> dict[str | None, Scope]:
        inside: dict[str | None, list[Node]] = {None: []}
        for node in nodes.values():
            if node.kind in (Kind.SUBPROCESS, Kind.EVENT_SUBPROCESS):
                inside.setdefault(node.id, [])
            inside.setdefault(node.scope, []).append(node)
        return {container: self._scope(container, members, nodes) for container, members in inside.items()}

    def _scope(self, container: str | None, inside: list[Node], nodes: Mapping[str, Node]) -> Scope:
        start_events = [node for node in inside if self._flow_elements[node.id].tag == "startEvent"]
        if container is not None and len(start_events) > 1 and nodes[container].kind is Kind.SUBPROCESS:
            self._document.refuse(self._flow_elements[container].xml, "a subprocess has at most one start event")
        # Without a start event, whatever nothing leads to begins (BPMN 2.0.2, section 13.2).
        begins = start_events or [
            node
            for node in inside
            if not node.incoming
            and node.kind not in (Kind.BOUNDARY, Kind.EVENT_SUBPROCESS)
            and not self._flow_elements[node.id].is_link_target
            and not self._begins_process(node)
        ]
        return Scope(
            id=container,
            starts=tuple(node.id for node in begins),
            event_subprocesses=tuple(node.id for node in inside if node.kind is Kind.EVENT_SUBPROCESS),
        )
