"""The refused parts of a stored model, whose file an earlier version of the server has accepted.

The instances of the model go on. A refused node keeps its place: what waits at it or inside of it can still be
triggered or finished, and everything before and beside it runs. Only a token that would enter the node, or take a
refused sequence flow, fails the process with the issue. An issue outside of all nodes and flows, such as a lane's,
stops nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import Flow, Node
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.flow_elements import FlowElement, FlowElements
from bpmn_events.domain.events import CatchElement, ElementType, EventType, JsonObject, StartElement
from bpmn_events.domain.tasks import TaskElement, TaskType

# Returns the reason why a payload schema is refused; None if it is valid.
SchemaCheck: TypeAlias = Callable[[JsonObject | bool], str | None]

ElementT = TypeVar("ElementT", CatchElement, StartElement)

_ELEMENT_TYPES: Mapping[str, ElementType] = {
    "boundaryEvent": ElementType.BOUNDARY_EVENT,
    "receiveTask": ElementType.RECEIVE_TASK,
    "startEvent": ElementType.EVENT_SUBPROCESS_START,
}


def without_refused_parts(
    graph: ProcessGraph, document: BpmnDocument, flow_elements: FlowElements, check_schema: SchemaCheck
) -> ProcessGraph:
    """Return the graph with the reason at each node and flow that cannot run. Add the issues of payload schemas."""
    catches = {
        key: _without_bad_schema(element, document, flow_elements, check_schema)
        for key, element in graph.catch_elements.items()
    }
    starts = {
        key: _without_bad_schema(element, document, flow_elements, check_schema)
        for key, element in graph.start_elements.items()
    }
    refusals = _locate(document, flow_elements)
    if not refusals:
        return replace(graph, catch_elements=catches, start_elements=starts)
    nodes = {node.id: _with_refusals(node, catches, refusals) for node in graph.nodes.values()}
    refused = [flow_elements[node.id] for node in nodes.values() if node.refusal is not None]
    return replace(
        graph,
        nodes=nodes,
        # An earlier version may have waited where this one knows no event or task.
        catch_elements={each.id: _unknown_catch(each, flow_elements) for each in refused} | catches,
        start_elements=starts,
        task_elements={each.id: _unknown_task(each, flow_elements) for each in refused} | dict(graph.task_elements),
    )


def _without_bad_schema(
    element: ElementT, document: BpmnDocument, flow_elements: FlowElements, check_schema: SchemaCheck
) -> ElementT:
    reason = None if element.payload_schema is None else check_schema(element.payload_schema)
    if reason is None:
        return element
    document.refuse(flow_elements[element.element_id].xml, f"its payloadSchema is no valid JSON Schema: {reason}")
    return replace(element, payload_schema=None)


def _locate(document: BpmnDocument, flow_elements: FlowElements) -> dict[str, str]:
    """Return the message of the first issue of each refused node and sequence flow, by its id."""
    if not document.issues:
        return {}
    parts = {each.xml: each.id for each in flow_elements} | {xml: flow_id for flow_id, xml in flow_elements.flows()}
    refusals: dict[str, str] = {}
    for issue, element in zip(document.issues, document.refused, strict=True):
        part = _enclosing_part(element, parts)
        if part is not None:
            refusals.setdefault(part, issue.message)
    return refusals


def _enclosing_part(element: etree._Element, parts: Mapping[etree._Element, str]) -> str | None:
    """Return the id of the innermost node or flow that the element is, or is inside of."""
    enclosing: etree._Element | None = element
    while enclosing is not None:
        if enclosing in parts:
            return parts[enclosing]
        enclosing = enclosing.getparent()
    return None


def _with_refusals(node: Node, catches: Mapping[str, CatchElement], refusals: Mapping[str, str]) -> Node:
    outgoing = tuple(_with_refusal(flow, refusals) for flow in node.outgoing)
    refusal = refusals.get(node.id)
    if refusal is None:
        return replace(node, outgoing=outgoing)
    return replace(node, outgoing=outgoing, refusal=refusal, cannot_wait=not _can_wait(node, catches.get(node.id)))


def _with_refusal(flow: Flow, refusals: Mapping[str, str]) -> Flow:
    return replace(flow, refusal=refusals[flow.id]) if flow.id in refusals else flow


def _can_wait(node: Node, element: CatchElement | None) -> bool:
    """Return True if the definition of the event is complete, although something else about it was refused."""
    if element is None:
        return False
    match element.event_type:
        case EventType.TIMER:
            return node.timer is not None
        case EventType.CONDITIONAL:
            return node.condition is not None
    return True


def _unknown_catch(flow_element: FlowElement, flow_elements: FlowElements) -> CatchElement:
    return CatchElement(
        element_id=flow_element.id,
        element_type=_ELEMENT_TYPES.get(flow_element.tag, ElementType.INTERMEDIATE_CATCH_EVENT),
        event_type=EventType.MESSAGE,
        name=flow_element.xml.get("name"),
        event_name=None,
        lane=flow_elements.lane(flow_element.id),
        interrupting=True,
    )


def _unknown_task(flow_element: FlowElement, flow_elements: FlowElements) -> TaskElement:
    return TaskElement(
        flow_element.id, TaskType.EXTERNAL, flow_element.xml.get("name"), flow_elements.lane(flow_element.id)
    )
