"""The events of a BPMN file as nodes."""

from dataclasses import replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import NO_MAPPINGS, HandlerTrigger, Node, NodeKind
from bpmn_events.adapters.hosts.embedded.model.meaning import FIRST
from bpmn_events.adapters.hosts.embedded.parsing.definitions.data_associations import NO_DATA, read_data
from bpmn_events.adapters.hosts.embedded.parsing.definitions.events import (
    EventDefinition,
    check_start_timer,
    read_event_definition,
    refuse_computed_start,
)
from bpmn_events.adapters.hosts.embedded.parsing.definitions.mappings import (
    read_mappings,
    read_payload,
    with_data,
    without_start_mappings,
)
from bpmn_events.adapters.hosts.embedded.parsing.definitions.tasks import (
    has_implementation,
    read_task,
    warn_of_unused_implementation,
)
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, children
from bpmn_events.adapters.hosts.embedded.parsing.extensions import read_initiator, read_payload_extension
from bpmn_events.adapters.hosts.embedded.parsing.flow_elements import FlowElement, FlowElements
from bpmn_events.adapters.hosts.embedded.parsing.model_elements import ModelElements
from bpmn_events.adapters.hosts.embedded.parsing.supported_elements import (
    ACTIVITIES,
    CATCH_DEFINITIONS,
    REFUSED_NODES,
    THROW_DEFINITIONS,
    definition_refusal,
)
from bpmn_events.domain.events import CatchElement, ElementType, StartElement

_THROW_KINDS = {
    "terminate": NodeKind.TERMINATE_END,
    "error": NodeKind.ERROR_END,
    "escalation": NodeKind.ESCALATION_THROW,
    "message": NodeKind.MESSAGE_THROW,
    "signal": NodeKind.SIGNAL_THROW,
    "link": NodeKind.LINK_THROW,
    "compensate": NodeKind.COMPENSATION_THROW,
    "cancel": NodeKind.CANCEL_END,
}
# Events that catch what happens to a completed activity or a transaction.
_SCOPE_TRIGGERS = {"compensate": HandlerTrigger.COMPENSATION, "cancel": HandlerTrigger.CANCEL}


class EventNodes:
    """A reader of events.

    It adds their waiting events, start events and open tasks to the model elements.
    """

    def __init__(self, document: BpmnDocument, flow_elements: FlowElements, model_elements: ModelElements) -> None:
        self._document = document
        self._flow_elements = flow_elements
        self._model_elements = model_elements

    def complete(self, node: Node, flow_element: FlowElement) -> Node:
        """Return the node with the definitions of its event. Refuse the parts that cannot run."""
        definition = read_event_definition(self._document, flow_element.xml)
        if flow_element.tag == "startEvent":
            return self._complete_start(node, flow_element, definition)
        if flow_element.tag in THROW_DEFINITIONS:
            return self._complete_throw(node, flow_element, definition)
        self._check_definition(flow_element.xml, definition, flow_element.tag)
        if definition is None:
            return replace(node, kind=NodeKind.BOUNDARY) if flow_element.tag == "boundaryEvent" else node
        if flow_element.tag == "boundaryEvent":
            return self._complete_boundary(node, flow_element, definition)
        if definition.kind == "link":
            if read_data(self._document, flow_element.xml) is not NO_DATA:
                self._document.refuse(flow_element.xml, "a link gets no data to copy")
            return replace(node, code=definition.link)
        gateway = self._flow_elements.event_gateway_before(node.id)
        node = replace(node, kind=NodeKind.CATCH)
        if gateway is not None and gateway.instantiates:
            self._add_start(node.id, flow_element.xml, definition, allowed=CATCH_DEFINITIONS["instantiatingGateway"])
            node = self._complete_catch(node, flow_element.xml, definition)
            return without_start_mappings(self._document, node)
        kind = ElementType.INTERMEDIATE_CATCH_EVENT if gateway is None else ElementType.EVENT_BASED_GATEWAY
        self._add_catch(node.id, flow_element.xml, definition, kind, interrupting=False)
        return self._complete_catch(node, flow_element.xml, definition)

    def _check_definition(self, element: etree._Element, definition: EventDefinition | None, event_kind: str) -> None:
        if definition is None:
            if event_kind != "startEvent":
                self._document.refuse(element, "the event has no event definition: it would wait for nothing")
        else:
            self._check_kind(element, definition, CATCH_DEFINITIONS[event_kind])

    def _check_kind(self, element: etree._Element, definition: EventDefinition, allowed: frozenset[str]) -> bool:
        """Refuse a definition that the event cannot have. Return True if it can."""
        reason = definition_refusal(definition.kind, allowed, self._document.meaning)
        if reason is not None:
            self._document.refuse(element, reason)
        return reason is None

    def _complete_catch(self, node: Node, element: etree._Element, definition: EventDefinition) -> Node:
        mappings = read_mappings(self._document, element)
        if mappings.inputs or mappings.result_variable is not None:
            self._document.refuse(element, "an event that waits has no input mappings")
        return replace(
            node,
            timer=definition.timer,
            condition=definition.condition,
            mappings=with_data(mappings, read_data(self._document, element)),
            computed_name=definition.computed_name,
        )

    # --- starts ---

    def _complete_start(self, node: Node, flow_element: FlowElement, definition: EventDefinition | None) -> Node:
        element = flow_element.xml
        parent = self._flow_elements.get(flow_element.scope)
        if parent is not None and parent.is_event_subprocess:
            return self._complete_event_subprocess_start(node, element, definition)
        if read_mappings(self._document, element) is not NO_MAPPINGS:
            self._document.refuse(element, "mappings at a start event are not supported")
        if parent is None:
            self._add_start(node.id, element, definition, allowed=CATCH_DEFINITIONS["startEvent"])
            if definition is not None and definition.timer is not None:
                check_start_timer(self._document, element, definition.timer)
                node = replace(node, timer=definition.timer)
        elif definition is not None:
            self._document.refuse(element, "the start event of an embedded subprocess is a plain one")
        data = read_data(self._document, element)
        if data is NO_DATA:
            return node
        return replace(node, kind=NodeKind.START_WITH_DATA, mappings=with_data(node.mappings, data))

    def _add_start(
        self, node_id: str, element: etree._Element, definition: EventDefinition | None, *, allowed: frozenset[str]
    ) -> None:
        if definition is not None:
            self._check_kind(element, definition, allowed)
        refuse_computed_start(self._document, element, definition.computed_name if definition else None)
        payload = definition.payload if definition else read_payload_extension(self._document, element)
        self._model_elements.starts[node_id] = StartElement(
            element_id=node_id,
            name=element.get("name"),
            event_type=definition.event_type if definition else None,
            event_name=definition.event_name if definition else None,
            lane=self._flow_elements.lane(node_id),
            payload_schema=payload.schema,
            payload_variable=payload.variable,
            initiator_variable=read_initiator(self._document, element),
        )

    def _complete_event_subprocess_start(
        self, node: Node, element: etree._Element, definition: EventDefinition | None
    ) -> Node:
        if definition is None:
            self._document.refuse(element, "the start event of an event subprocess needs an event definition")
            return node
        self._check_definition(element, definition, "eventSubprocessStart")
        interrupting = element.get("isInterrupting", "true") != "false"
        return self._complete_handler(node, element, definition, ElementType.EVENT_SUBPROCESS_START, interrupting)

    # --- boundary events and starts of event subprocesses ---

    def _complete_boundary(self, node: Node, flow_element: FlowElement, definition: EventDefinition) -> Node:
        element = flow_element.xml
        attached = self._flow_elements.get(flow_element.attached_to)
        if attached is None or (attached.tag not in ACTIVITIES and attached.tag not in REFUSED_NODES):
            self._document.refuse(element, "the boundary event is not attached to an activity")
        elif attached.scope != flow_element.scope or attached.is_event_subprocess:
            self._document.refuse(element, "the boundary event is attached to an activity it cannot interrupt")
        interrupting = element.get("cancelActivity", "true") != "false"
        node = replace(node, kind=NodeKind.BOUNDARY)
        return self._complete_handler(node, element, definition, ElementType.BOUNDARY_EVENT, interrupting)

    def _complete_handler(
        self, node: Node, element: etree._Element, definition: EventDefinition, kind: ElementType, interrupting: bool
    ) -> Node:
        node = replace(
            node,
            interrupting=interrupting,
            code=definition.code,
            code_variable=definition.code_variable,
            message_variable=definition.message_variable,
        )
        if definition.kind == "error":
            if not interrupting:
                self._document.refuse(element, "an error always interrupts: it cannot be non-interrupting")
            return self._complete_catch(replace(node, trigger=HandlerTrigger.ERROR), element, definition)
        if definition.kind == "escalation":
            return self._complete_catch(replace(node, trigger=HandlerTrigger.ESCALATION), element, definition)
        if definition.kind in _SCOPE_TRIGGERS and self._document.meaning > FIRST:
            self._refuse_mappings(element)
            return replace(node, trigger=_SCOPE_TRIGGERS[definition.kind])
        self._add_catch(node.id, element, definition, kind, interrupting=interrupting)
        return self._complete_catch(node, element, definition)

    def _refuse_mappings(self, element: etree._Element) -> None:
        """Refuse mappings and data at an event that catches a compensation or cancellation: it gets no values."""
        has_mappings = read_mappings(self._document, element) is not NO_MAPPINGS
        if has_mappings or read_data(self._document, element) is not NO_DATA:
            self._document.refuse(element, "an event of this kind gets no values to map or copy")

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
        self._model_elements.catches[node_id] = CatchElement(
            element_id=node_id,
            element_type=kind,
            event_type=definition.event_type,
            name=element.get("name"),
            event_name=definition.event_name,
            lane=self._flow_elements.lane(node_id),
            interrupting=interrupting,
            payload_schema=definition.payload.schema,
            payload_variable=definition.payload.variable,
        )

    # --- throwing ---

    def _complete_throw(self, node: Node, flow_element: FlowElement, definition: EventDefinition | None) -> Node:
        element = flow_element.xml
        if definition is None:
            return replace(node, kind=NodeKind.END if flow_element.tag == "endEvent" else NodeKind.PASS)
        if not self._check_kind(element, definition, THROW_DEFINITIONS[flow_element.tag]):
            return node
        node = replace(node, kind=_THROW_KINDS[definition.kind])
        if definition.kind in ("message", "signal"):
            return self._complete_named_throw(node, element, definition)
        if definition.kind in ("error", "escalation") and definition.code is None:
            self._document.refuse(element, f"a thrown {definition.kind} needs a reference to one with a code")
        if definition.message_variable is not None:
            self._document.refuse(element, "`errorMessageVariable` is for the event that catches the error")
        code = definition.link if definition.kind == "link" else definition.code
        payload = read_data(self._document, element).inputs if definition.kind in ("error", "escalation") else ()
        return replace(node, code=code, message=definition.message, payload=payload, compensated=definition.activity)

    def _complete_named_throw(self, node: Node, element: etree._Element, definition: EventDefinition) -> Node:
        if definition.event_name is not None or definition.computed_name is not None:
            definitions = children(element, f"{definition.kind}EventDefinition")
            if definition.kind == "message":
                warn_of_unused_implementation(self._document, element)
            data = read_data(self._document, element)
            payload = read_payload(self._document, element, definitions[0] if definitions else None, data)
            name, computed = definition.event_name, definition.computed_name
            return replace(node, event_name=name, computed_name=computed, payload=payload)
        if definition.kind == "message" and has_implementation(element):
            self._model_elements.tasks[node.id] = read_task(self._document, element, self._flow_elements.lane(node.id))
            mappings = with_data(read_mappings(self._document, element), read_data(self._document, element))
            return replace(node, kind=NodeKind.OPEN_TASK, mappings=mappings)
        self._document.refuse(element, f"a thrown {definition.kind} needs a reference to a {definition.kind}")
        return node
