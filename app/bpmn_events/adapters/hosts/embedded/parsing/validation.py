"""Rules about sequence flows between nodes (BPMN 2.0.2, chapters 10 and 13)."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import Node, NodeKind
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, local_name


def check(document: BpmnDocument, process: etree._Element, graph: ProcessGraph) -> None:
    """Refuse each node that breaks a rule, and each scope without a node to begin with."""
    filled = {node.scope for node in graph.nodes.values() if node.kind is not NodeKind.EVENT_SUBPROCESS}
    for scope in graph.scopes.values():
        if not scope.starts and not (scope.id is None and graph.start_elements):
            element = process if scope.id is None else document.by_id[scope.id]
            if scope.id in filled:
                reason = "there is nothing to begin with: no start event, and something leads to every node"
            else:
                besides = " besides event subprocesses" if scope.event_subprocesses else ""
                reason = f"the {local_name(element)} has no flow nodes{besides}, so there is nothing to run"
            document.refuse(element, reason)
    for node in graph.nodes.values():
        for message in _broken_rules(document, graph, node):
            document.refuse(document.by_id[node.id], message)


def _broken_rules(document: BpmnDocument, graph: ProcessGraph, node: Node) -> list[str]:
    tag = local_name(document.by_id[node.id])
    broken = []
    if tag in ("startEvent", "boundaryEvent") and node.incoming:
        broken.append("no sequence flow may lead to this event")
    if tag == "endEvent" and node.outgoing:
        broken.append("no sequence flow may leave an end event")
    if node.kind is NodeKind.EVENT_SUBPROCESS and (node.incoming or node.outgoing or node.boundary_events):
        broken.append("an event subprocess has no sequence flows and no boundary events")
    if node.kind is NodeKind.LINK_THROW and node.outgoing:
        broken.append("no sequence flow may leave a link: it goes on at its target")
    if node.default is not None and node.default not in {flow.id for flow in node.outgoing}:
        broken.append(f"its default flow {node.default!r} does not leave it")
    if node.kind is NodeKind.EXCLUSIVE_GATEWAY:
        broken += _broken_condition_rules(node)
    if node.kind in (NodeKind.PARALLEL_GATEWAY, NodeKind.EVENT_GATEWAY) and any(
        flow.condition for flow in node.outgoing
    ):
        broken.append("the flows out of this gateway cannot have conditions")
    if node.kind is NodeKind.EVENT_GATEWAY:
        broken += _broken_branch_rules(graph, node)
    return broken


def _broken_condition_rules(node: Node) -> list[str]:
    if len(node.outgoing) < 2:
        return []
    return [
        f"its flow {flow.id!r} has neither a condition nor is it the default flow"
        for flow in node.outgoing
        if flow.condition is None and flow.id != node.default
    ]


def _broken_branch_rules(graph: ProcessGraph, node: Node) -> list[str]:
    broken = [] if len(node.outgoing) > 1 else ["an event-based gateway has at least two branches"]
    for flow in node.outgoing:
        target = graph.nodes.get(flow.target)
        if target is None:  # the flow itself was refused
            continue
        waits = target.id in graph.catch_elements or target.id in graph.start_elements
        if target.kind not in (NodeKind.CATCH, NodeKind.RECEIVE_TASK) or not waits:
            broken.append(f"its branch {target.id!r} is no catch event or receive task")
        elif len(target.incoming) > 1:
            broken.append(f"its branch {target.id!r} has another incoming flow")
        elif target.boundary_events:
            broken.append(f"its branch {target.id!r} has boundary events")
        elif target.loop is not None:
            broken.append(f"its branch {target.id!r} is a loop")
    return broken
