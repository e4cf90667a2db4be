"""The parser of BPMN files.

It refuses every element that the engine cannot run as BPMN 2.0.2 specifies, with element id, line and reason.
"""

from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import NO_MAPPINGS, Node, NodeKind
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph, Scope
from bpmn_events.adapters.hosts.embedded.model.meaning import FIRST
from bpmn_events.adapters.hosts.embedded.model.unreadable import with_stand_ins
from bpmn_events.adapters.hosts.embedded.parsing import validation
from bpmn_events.adapters.hosts.embedded.parsing.activity_nodes import ActivityNodes
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.checker import check
from bpmn_events.adapters.hosts.embedded.parsing.compensation import CompensationLinks
from bpmn_events.adapters.hosts.embedded.parsing.definitions.correlation import read_correlation_keys
from bpmn_events.adapters.hosts.embedded.parsing.definitions.mappings import read_mappings
from bpmn_events.adapters.hosts.embedded.parsing.document import MAX_ISSUES, BpmnDocument, children, refuse_file
from bpmn_events.adapters.hosts.embedded.parsing.event_nodes import EventNodes
from bpmn_events.adapters.hosts.embedded.parsing.extensions import compensates_at_once, refuse_foreign_behavior
from bpmn_events.adapters.hosts.embedded.parsing.flow_elements import FlowElement, FlowElements
from bpmn_events.adapters.hosts.embedded.parsing.model_elements import ModelElements
from bpmn_events.adapters.hosts.embedded.parsing.refused_parts import SchemaCheck, without_refused_parts
from bpmn_events.adapters.hosts.embedded.parsing.supported_elements import ACTIVITIES, EVENTS, GATEWAYS
from bpmn_events.adapters.hosts.embedded.parsing.unset_variables import calls_by_process, warn_of_unset_variables
from bpmn_events.domain.errors import ModelIssue
from bpmn_events.domain.ids import is_valid_id

MAX_NODES = 10_000


def parse(bpmn_xml: str) -> tuple[tuple[ProcessGraph, ...], tuple[ModelIssue, ...]]:
    """Return the executable processes of the file, in document order, and the warnings about the file.

    Raises:
        InvalidProcessModel: The file has parts that cannot run. The error has one issue for each.
    """
    document = BpmnDocument.parse(bpmn_xml)
    processes = children(document.root, "process")
    if not processes:
        refuse_file("the file has no process", document.root.sourceline)
    executable = [process for process in processes if process.get("isExecutable") != "false"]
    for process in processes if not executable else ():
        document.refuse(process, 'the process is marked isExecutable="false": set it to true to run it')
    graphs = tuple(_ProcessParser(document, process).parse() for process in executable)
    calls = calls_by_process(graphs)
    for process, graph in zip(executable, graphs, strict=True):
        warn_of_unset_variables(document, process, graph, calls)
    check(document, executable)
    document.raise_issues()
    return graphs, tuple(document.warnings[:MAX_ISSUES])


def parse_stored(
    bpmn_xml: str, key: str, meaning: int, check_schema: SchemaCheck
) -> tuple[ProcessGraph, tuple[ModelIssue, ...]]:
    """Return the process of a file that an earlier version of the server has accepted, and the issues of the file.

    The file is read by the meaning that its version was deployed with. The parts that cannot run are in the graph, with
    the reason: see ``refused_parts``.

    Raises:
        InvalidProcessModel: The file is not well-formed XML, or has no such process.
    """
    document = BpmnDocument.parse_stored(bpmn_xml, meaning)
    process = document.find_process(key)
    parser = _ProcessParser(document, process)
    graph = parser.parse()
    check(document, (process,))
    graph = without_refused_parts(graph, document, parser.flow_elements, check_schema)
    return with_stand_ins(graph), tuple(document.issues[:MAX_ISSUES])


class _ProcessParser:
    def __init__(self, document: BpmnDocument, process: etree._Element) -> None:
        self._document = document
        self._process = process
        self.flow_elements = FlowElements(document, process)
        self._model_elements = ModelElements()
        self._activities = ActivityNodes(document, self.flow_elements, self._model_elements)
        self._events = EventNodes(document, self.flow_elements, self._model_elements)

    def parse(self) -> ProcessGraph:
        key = self._process.get("id") or ""
        if not is_valid_id(key):
            self._document.refuse(self._process, "the process has no usable id")
        refuse_foreign_behavior(self._document, self._process)
        if len(self.flow_elements) > MAX_NODES:
            self._document.refuse(self._process, f"the process has more than {MAX_NODES} flow nodes")
        nodes = {flow_element.id: self._read_node(flow_element) for flow_element in self.flow_elements}
        if self._document.meaning > FIRST:
            nodes = CompensationLinks(self._document, self._process, self.flow_elements, nodes).resolve()
        graph = ProcessGraph(
            key=key,
            name=self._process.get("name"),
            nodes=self._resolve_links(nodes),
            scopes=self._build_scopes(nodes),
            catch_elements=self._model_elements.catches,
            start_elements=self._model_elements.starts,
            task_elements=self._model_elements.tasks,
            lines=self.flow_elements.lines(),
            keys=read_correlation_keys(self._document, self._process),
            meaning=self._document.meaning,
            compensates_at_once=compensates_at_once(self._document.root),
        )
        validation.check(self._document, self._process, graph)
        return graph

    def _read_node(self, flow_element: FlowElement) -> Node:
        element, node_id = flow_element.xml, flow_element.id
        refuse_foreign_behavior(self._document, element)
        node = Node(
            id=node_id,
            kind=NodeKind.PASS,
            scope=flow_element.scope,
            outgoing=self.flow_elements.outgoing(node_id),
            incoming=self.flow_elements.incoming(node_id),
            default=element.get("default"),
        )
        if flow_element.tag in ACTIVITIES:
            return self._activities.complete(node, flow_element)
        if flow_element.tag in EVENTS:
            return self._events.complete(node, flow_element)
        if flow_element.tag not in GATEWAYS:
            return self._read_unsupported(node)
        if read_mappings(self._document, element) is not NO_MAPPINGS:
            self._document.refuse(element, "mappings at a gateway are not supported")
        return self._read_gateway(node, element)

    def _read_unsupported(self, node: Node) -> Node:
        """Return a refused node. With flow nodes inside, it is a subprocess: tokens of a stored state may be in it."""
        if not self.flow_elements.inside(node.id):
            return node
        return replace(node, kind=NodeKind.SUBPROCESS, boundary_events=self.flow_elements.boundary_events(node.id))

    def _read_gateway(self, node: Node, element: etree._Element) -> Node:
        kind = GATEWAYS[self.flow_elements[node.id].tag]
        if kind is NodeKind.EVENT_GATEWAY:
            if element.get("eventGatewayType", "Exclusive") != "Exclusive":
                self._document.refuse(element, "a parallel event-based gateway is not supported")
            if self._is_instantiating(node) and (node.incoming or node.scope is not None):
                self._document.refuse(element, "an event-based gateway that begins a process has no incoming flows")
        return replace(node, kind=kind)

    def _is_instantiating(self, node: Node) -> bool:
        """Return True for an event-based gateway or receive task with which a message or signal starts the process."""
        flow_element = self.flow_elements[node.id]
        return flow_element.instantiates and flow_element.tag in ("eventBasedGateway", "receiveTask")

    # --- links and scopes ---

    def _resolve_links(self, nodes: Mapping[str, Node]) -> dict[str, Node]:
        """Return the nodes with the target of each link: the catch event of the same name in the same scope."""
        targets: dict[tuple[str | None, str | None], list[str]] = {}
        for node in nodes.values():
            if self.flow_elements[node.id].is_link_target:
                targets.setdefault((node.scope, node.code), []).append(node.id)
        linked = dict(nodes)
        for target_ids in targets.values():
            for duplicate in target_ids[1:]:
                self._document.refuse(self.flow_elements[duplicate].xml, "two link targets have the same name")
        for node in nodes.values():
            if node.kind is NodeKind.LINK_THROW:
                target_ids = targets.get((node.scope, node.code), [])
                if not target_ids:
                    self._document.refuse(self.flow_elements[node.id].xml, f"there is no link target {node.code!r}")
                linked[node.id] = replace(node, link_target=target_ids[0] if target_ids else None)
        return linked

    def _build_scopes(self, nodes: Mapping[str, Node]) -> dict[str | None, Scope]:
        members: dict[str | None, list[Node]] = {None: []}
        for node in nodes.values():
            if node.kind in (NodeKind.SUBPROCESS, NodeKind.EVENT_SUBPROCESS):
                members.setdefault(node.id, [])
            members.setdefault(node.scope, []).append(node)
        return {scope_id: self._build_scope(scope_id, inside, nodes) for scope_id, inside in members.items()}

    def _build_scope(self, scope_id: str | None, members: list[Node], nodes: Mapping[str, Node]) -> Scope:
        start_events = [node for node in members if self.flow_elements[node.id].tag == "startEvent"]
        if scope_id is not None and len(start_events) > 1 and nodes[scope_id].kind is NodeKind.SUBPROCESS:
            self._document.refuse(self.flow_elements[scope_id].xml, "a subprocess has at most one start event")
        # Without start events, tokens begin at all nodes without incoming flows (BPMN 2.0.2, section 13.2).
        starts = start_events or [
            node
            for node in members
            if not node.incoming
            and node.kind not in (NodeKind.BOUNDARY, NodeKind.EVENT_SUBPROCESS)
            and not self.flow_elements[node.id].is_link_target
            and not (self.flow_elements[node.id].is_for_compensation and self._document.meaning > FIRST)
            and not self._is_instantiating(node)
        ]
        return Scope(
            id=scope_id,
            starts=tuple(node.id for node in starts),
            event_subprocesses=tuple(
                node.id for node in members if node.kind is NodeKind.EVENT_SUBPROCESS and node.start is not None
            ),
        )
