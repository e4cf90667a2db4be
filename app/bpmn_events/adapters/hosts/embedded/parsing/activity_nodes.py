"""The activities of a BPMN file as nodes."""

from dataclasses import replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import NO_MAPPINGS, Node, NodeKind
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT, FIRST
from bpmn_events.adapters.hosts.embedded.parsing.definitions.calls import complete_call
from bpmn_events.adapters.hosts.embedded.parsing.definitions.data_associations import DataFlow, read_data
from bpmn_events.adapters.hosts.embedded.parsing.definitions.events import (
    EventName,
    read_message,
    refuse_computed_start,
)
from bpmn_events.adapters.hosts.embedded.parsing.definitions.loops import read_loop
from bpmn_events.adapters.hosts.embedded.parsing.definitions.mappings import (
    read_mappings,
    read_payload,
    with_data,
    without_start_mappings,
)
from bpmn_events.adapters.hosts.embedded.parsing.definitions.tasks import (
    has_implementation,
    read_script,
    read_task,
    read_work_item,
    warn_of_unused_implementation,
)
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, children
from bpmn_events.adapters.hosts.embedded.parsing.extensions import read_payload_extension
from bpmn_events.adapters.hosts.embedded.parsing.flow_elements import FlowElement, FlowElements
from bpmn_events.adapters.hosts.embedded.parsing.model_elements import ModelElements
from bpmn_events.adapters.hosts.embedded.parsing.supported_elements import ACTIVITIES
from bpmn_events.domain.events import CatchElement, ElementType, EventType, StartElement


class ActivityNodes:
    """A reader of activities.

    It adds their waiting events, start events and open tasks to the model elements.
    """

    def __init__(self, document: BpmnDocument, flow_elements: FlowElements, model_elements: ModelElements) -> None:
        self._document = document
        self._flow_elements = flow_elements
        self._model_elements = model_elements

    def complete(self, node: Node, flow_element: FlowElement) -> Node:
        """Return the node with the definitions of its activity. Refuse the parts that cannot run."""
        element = flow_element.xml
        self._check_attributes(element)
        self._check_data(element)
        data = read_data(self._document, element)
        node = replace(
            node,
            kind=ACTIVITIES[flow_element.tag],
            boundary_events=self._flow_elements.boundary_events(node.id),
            loop=read_loop(self._document, element, data),
            mappings=read_mappings(self._document, element),
        )
        if flow_element.tag == "callActivity":
            return complete_call(self._document, element, node, data)
        node = replace(node, mappings=with_data(node.mappings, data))
        if flow_element.is_event_subprocess:
            return self._complete_event_subprocess(node, element)
        match flow_element.tag:
            case "receiveTask":
                return self._complete_receive(node, flow_element)
            case "scriptTask":
                return replace(node, script=read_script(self._document, element))
            case "sendTask":
                return self._complete_send(node, element, data)
            case "task" if read_work_item(self._document, element):
                node = replace(node, kind=NodeKind.OPEN_TASK)
        if node.kind is NodeKind.OPEN_TASK:
            self._add_task(node.id, element)
        return node

    def _add_task(self, node_id: str, element: etree._Element) -> None:
        lane = self._flow_elements.lane(node_id)
        self._model_elements.tasks[node_id] = read_task(self._document, element, lane)

    def _complete_send(self, node: Node, element: etree._Element, data: DataFlow) -> Node:
        name = read_message(self._document, element)
        if name.fixed is None and name.computed is None:
            if element.get("messageRef") is None and not has_implementation(element):
                self._document.refuse(
                    element, "a send task needs a message to send (messageRef), or a worker that sends it"
                )
            self._add_task(node.id, element)
            return replace(node, kind=NodeKind.OPEN_TASK)
        warn_of_unused_implementation(self._document, element)
        payload = read_payload(self._document, element, None, data)
        mappings = replace(node.mappings, inputs=())
        return replace(node, event_name=name.fixed, computed_name=name.computed, payload=payload, mappings=mappings)

    def _complete_receive(self, node: Node, flow_element: FlowElement) -> Node:
        name = read_message(self._document, flow_element.xml)
        gateway = self._flow_elements.event_gateway_before(node.id)
        if gateway is not None and gateway.instantiates:
            self._add_start(node, flow_element, name, incoming=False)
        elif flow_element.instantiates:
            self._add_start(node, flow_element, name, incoming=bool(node.incoming))
        else:
            kind = ElementType.RECEIVE_TASK if gateway is None else ElementType.EVENT_BASED_GATEWAY
            self._add_catch(node, flow_element.xml, name, kind)
            return replace(node, computed_name=name.computed)
        return without_start_mappings(self._document, node)

    def _add_start(self, node: Node, flow_element: FlowElement, name: EventName, *, incoming: bool) -> None:
        element = flow_element.xml
        payload = read_payload_extension(self._document, element, name.element)
        refuse_computed_start(self._document, element, name.computed)
        if flow_element.scope is not None or incoming or node.boundary_events or node.loop is not None:
            self._document.refuse(
                element, "a receive task that begins a process has no incoming flows, boundary events or loop"
            )
        if node.mappings.inputs:
            self._document.refuse(
                element, "a receive task that begins a process gets no input mappings and data inputs", since=CURRENT
            )
        lane = self._flow_elements.lane(node.id)
        self._model_elements.starts[node.id] = StartElement(
            node.id, EventType.MESSAGE, name.fixed, lane, payload.schema, payload.variable, element.get("name")
        )

    def _add_catch(self, node: Node, element: etree._Element, name: EventName, kind: ElementType) -> None:
        payload = read_payload_extension(self._document, element, name.element)
        self._model_elements.catches[node.id] = CatchElement(
            element_id=node.id,
            element_type=kind,
            event_type=EventType.MESSAGE,
            name=element.get("name"),
            event_name=name.fixed,
            lane=self._flow_elements.lane(node.id),
            interrupting=False,
            payload_schema=payload.schema,
            payload_variable=payload.variable,
        )

    def _complete_event_subprocess(self, node: Node, element: etree._Element) -> Node:
        starts = [child.id for child in self._flow_elements.inside(node.id) if child.tag == "startEvent"]
        if len(starts) != 1:
            self._document.refuse(element, "an event subprocess has exactly one start event")
        if node.loop is not None:
            self._document.refuse(element, "an event subprocess cannot loop: its start event says how often it runs")
        if node.mappings is not NO_MAPPINGS:
            self._document.refuse(element, "mappings and data at an event subprocess are not supported", since=CURRENT)
        return replace(node, kind=NodeKind.EVENT_SUBPROCESS, start=starts[0] if starts else None, loop=None)

    def _check_attributes(self, element: etree._Element) -> None:
        if element.get("isForCompensation") == "true" and self._document.meaning == FIRST:
            self._document.refuse(element, "compensation is not supported")
        for quantity in ("startQuantity", "completionQuantity"):
            if element.get(quantity, "1") != "1":
                self._document.refuse(element, f"a {quantity} other than 1 is not supported")

    def _check_data(self, element: etree._Element) -> None:
        """Refuse data associations that compute values in a file of the first meaning, where others have no effect."""
        if self._document.meaning > FIRST:
            return
        for tag in ("dataInputAssociation", "dataOutputAssociation"):
            for association in children(element, tag):
                for computation in ("assignment", "transformation"):
                    if children(association, computation):
                        self._document.refuse(association, f"the {computation} of a {tag} is not supported")
