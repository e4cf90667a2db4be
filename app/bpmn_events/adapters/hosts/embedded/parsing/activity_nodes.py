"""From the activities of a file to nodes."""

from dataclasses import replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import Kind, Node
from bpmn_events.adapters.hosts.embedded.parsing.definitions.calls import call_of, keeps_results
from bpmn_events.adapters.hosts.embedded.parsing.definitions.events import message_of
from bpmn_events.adapters.hosts.embedded.parsing.definitions.loops import loop_of
from bpmn_events.adapters.hosts.embedded.parsing.definitions.mappings import mappings_of, payload_of
from bpmn_events.adapters.hosts.embedded.parsing.definitions.tasks import has_implementation, script_of, task_element
from bpmn_events.adapters.hosts.embedded.parsing.document import Document, children, local
from bpmn_events.adapters.hosts.embedded.parsing.extensions import PayloadExtension, payload_extension
from bpmn_events.adapters.hosts.embedded.parsing.flow_elements import FlowElement, FlowElements
from bpmn_events.adapters.hosts.embedded.parsing.model_elements import ModelElements
from bpmn_events.adapters.hosts.embedded.parsing.supported_elements import RUN_ACTIVITIES
from bpmn_events.domain.events import CatchElement, ElementType, EventType, StartElement


class ActivityNodes:
    """Reads activities one by one; collects what they wait for, the tasks that are open, and what begins processes."""

    def __init__(self, document: Document, flow_elements: FlowElements, model_elements: ModelElements) -> None:
        self._document = document
        self._flow_elements = flow_elements
        self._model_elements = model_elements

    def node(self, node: Node, flow_element: FlowElement) -> Node:
        """The node completed by what the activity says. What could not run is noted in the document."""
        element = flow_element.xml
        self._check_attributes(element)
        self._check_data(element)
        node = replace(
            node,
            kind=RUN_ACTIVITIES[flow_element.tag],
            boundary=self._flow_elements.boundary_of(node.id),
            loop=loop_of(self._document, element),
            mappings=mappings_of(self._document, element),
        )
        if flow_element.is_event_subprocess:
            return self._event_subprocess(node, element)
        match flow_element.tag:
            case "receiveTask":
                self._receive_task(node, flow_element)
            case "callActivity":
                return self._call_activity(node, element)
            case "scriptTask":
                return replace(node, script=script_of(self._document, element))
            case "sendTask":
                return self._send_task(node, element)
        if node.kind is Kind.OPEN_TASK:
            self._add_task(node.id, element)
        return node

    def _add_task(self, node_id: str, element: etree._Element) -> None:
        lane = self._flow_elements.lane(node_id)
        self._model_elements.tasks[node_id] = task_element(self._document, element, lane)

    def _call_activity(self, node: Node, element: etree._Element) -> Node:
        if keeps_results(element):
            node = replace(node, mappings=replace(node.mappings, outputs_only=True))
        return replace(node, call=call_of(self._document, element))

    def _send_task(self, node: Node, element: etree._Element) -> Node:
        name, _ = message_of(self._document, element)
        if name is None:
            if element.get("messageRef") is None and not has_implementation(element):
                self._document.refuse(
                    element, "a send task needs a message to send (messageRef), or a worker that sends it"
                )
            self._add_task(node.id, element)
            return replace(node, kind=Kind.OPEN_TASK)
        payload = payload_of(self._document, element, None)
        return replace(node, event_name=name, payload=payload, mappings=replace(node.mappings, inputs=()))

    def _receive_task(self, node: Node, flow_element: FlowElement) -> None:
        gateway = self._flow_elements.gateway_before(node.id)
        if gateway is not None and gateway.instantiates:
            self._add_start(node, flow_element, incoming=False)
        elif flow_element.instantiates:
            self._add_start(node, flow_element, incoming=bool(node.incoming))
        else:
            kind = ElementType.RECEIVE_TASK if gateway is None else ElementType.EVENT_BASED_GATEWAY
            self._add_catch(node, flow_element.xml, kind)

    def _add_start(self, node: Node, flow_element: FlowElement, *, incoming: bool) -> None:
        element = flow_element.xml
        name, payload = self._message(element)
        if flow_element.scope is not None or incoming or node.boundary or node.loop is not None:
            self._document.refuse(
                element, "a receive task that begins a process has no incoming flows, boundary events or loop"
            )
        lane = self._flow_elements.lane(node.id)
        self._model_elements.starts[node.id] = StartElement(
            node.id, EventType.MESSAGE, name, lane, payload.schema, payload.variable
        )

    def _add_catch(self, node: Node, element: etree._Element, kind: ElementType) -> None:
        name, payload = self._message(element)
        self._model_elements.catches[node.id] = CatchElement(
            element_id=node.id,
            element_type=kind,
            event_type=EventType.MESSAGE,
            name=element.get("name"),
            event_name=name,
            lane=self._flow_elements.lane(node.id),
            interrupting=False,
            payload_schema=payload.schema,
            payload_variable=payload.variable,
        )

    def _message(self, element: etree._Element) -> tuple[str | None, PayloadExtension]:
        """Return the name of the message that the task receives, and what its payload must be."""
        name, message = message_of(self._document, element)
        return name, payload_extension(self._document, element, message)

    def _event_subprocess(self, node: Node, element: etree._Element) -> Node:
        starts = [each.id for each in self._flow_elements if each.scope == node.id and each.tag == "startEvent"]
        if len(starts) != 1:
            self._document.refuse(element, "an event subprocess has exactly one start event")
        if node.loop is not None:
            self._document.refuse(element, "an event subprocess cannot loop: its start event says how often it runs")
        return replace(node, kind=Kind.EVENT_SUBPROCESS, start=starts[0] if starts else None, loop=None)

    def _check_attributes(self, element: etree._Element) -> None:
        if element.get("isForCompensation") == "true":
            self._document.refuse(element, "compensation is not supported")
        for quantity in ("startQuantity", "completionQuantity"):
            if element.get(quantity, "1") != "1":
                self._document.refuse(element, f"a {quantity} other than 1 is not supported")

    def _check_data(self, element: etree._Element) -> None:
        """Data associations only show which data is used: all variables of a process are seen everywhere in it."""
        for tag in ("dataInputAssociation", "dataOutputAssociation"):
            for association in children(element, tag):
                for computed in ("assignment", "transformation"):
                    if children(association, computed):
                        self._document.refuse(association, f"the {computed} of a {local(association)} is not supported")
