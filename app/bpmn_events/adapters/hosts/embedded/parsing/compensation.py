"""Compensation and transactions: what compensates which activity (BPMN 2.0.2, sections 10.3.5 and 10.7.1)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import HandlerTrigger, Node, NodeKind
from bpmn_events.adapters.hosts.embedded.parsing.document import BPMN, BpmnDocument, children
from bpmn_events.adapters.hosts.embedded.parsing.flow_elements import FlowElement, FlowElements
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import COMPENSATION, SUPPORT_PAGE
from bpmn_events.adapters.hosts.embedded.parsing.supported_elements import ACTIVITIES

_PAGE = f"{SUPPORT_PAGE}#{COMPENSATION}"
# The method of a transaction, as the schema of BPMN spells it and as the text of the standard does.
_METHODS = ("##Compensate", "compensate", "Compensate")


class CompensationLinks:
    """The links from activities to what compensates them.

    These are the associations of compensation boundary events, and the compensation event subprocesses.
    """

    def __init__(
        self,
        document: BpmnDocument,
        process: etree._Element,
        flow_elements: FlowElements,
        nodes: Mapping[str, Node],
    ) -> None:
        self._document = document
        self._process = process
        self._flow_elements = flow_elements
        self._nodes = dict(nodes)

    def resolve(self) -> dict[str, Node]:
        """Return the nodes with what compensates each activity. Refuse what has no meaning."""
        self._link_boundary_events()
        for node in self._of_kind(NodeKind.EVENT_SUBPROCESS):
            self._link_event_subprocess(node)
        self._check_handlers()
        for node in self._of_kind(NodeKind.COMPENSATION_THROW):
            self._check_throw(node)
        for node in self._of_kind(NodeKind.CANCEL_END):
            self._check_cancel_end(node)
        self._check_cancel_boundaries()
        return self._nodes

    def _of_kind(self, kind: NodeKind) -> Iterator[Node]:
        return (node for node in list(self._nodes.values()) if node.kind is kind)

    def _refuse(self, node_id: str, reason: str) -> None:
        self._document.refuse(self._flow_elements[node_id].xml, reason, _PAGE)

    def _warn(self, node_id: str, message: str) -> None:
        self._document.warn(self._flow_elements[node_id].xml, message, _PAGE)

    # --- handlers ---

    def _link_boundary_events(self) -> None:
        associated = self._associated()
        for event in self._of_kind(NodeKind.BOUNDARY):
            if event.trigger is not HandlerTrigger.COMPENSATION:
                continue
            if event.outgoing:
                self._refuse(event.id, "an association, not a sequence flow, leads from this event to its activity")
            handlers = associated.get(event.id, [])
            if len(handlers) == 1:
                self._link_handler(event, handlers[0])
            elif handlers:
                self._refuse(event.id, "a compensation event is associated with one activity")
            else:
                self._warn(event.id, "no association leads to an activity: the event compensates nothing")

    def _associated(self) -> dict[str, list[str]]:
        """Return the flow nodes that associations connect with each flow node, in either direction."""
        associated: dict[str, list[str]] = {}
        for association in self._process.iter(f"{{{BPMN}}}association"):
            ends = [(association.get(name) or "").rpartition(":")[2] for name in ("sourceRef", "targetRef")]
            if all(end in self._nodes for end in ends):
                for end, other in (ends, ends[::-1]):
                    associated.setdefault(end, []).append(other)
        return associated

    def _link_handler(self, event: Node, handler: str) -> None:
        flow_element = self._flow_elements[handler]
        activity = self._nodes.get(self._flow_elements[event.id].attached_to or "")
        if flow_element.tag not in ACTIVITIES or not flow_element.is_for_compensation:
            self._refuse(event.id, f"{handler!r} is no activity for compensation (isForCompensation)")
        elif flow_element.scope != event.scope:
            self._refuse(event.id, f"{handler!r} is not in the same process or subprocess")
        elif activity is not None:
            self._link(activity, handler, event.id)

    def _link_event_subprocess(self, node: Node) -> None:
        start = self._nodes.get(node.start or "")
        if start is None or start.trigger is not HandlerTrigger.COMPENSATION:
            return
        if node.scope is None:
            self._refuse(start.id, "nothing compensates a whole process: a compensation begins inside a subprocess")
        elif node.scope in self._nodes:
            self._link(self._nodes[node.scope], node.id, start.id)

    def _link(self, activity: Node, handler: str, event_id: str) -> None:
        if activity.compensation is not None:
            self._refuse(event_id, f"{activity.id!r} already has a compensation event")
        else:
            self._nodes[activity.id] = replace(activity, compensation=handler)

    def _check_handlers(self) -> None:
        linked = {node.compensation for node in self._nodes.values()}
        for flow_element in self._flow_elements:
            if flow_element.is_for_compensation and flow_element.tag in ACTIVITIES:
                self._check_handler(flow_element)
                if flow_element.id not in linked:
                    self._warn(flow_element.id, "no compensation event is associated with this activity: it never runs")
            attached = self._flow_elements.get(flow_element.attached_to)
            if attached is not None and attached.is_for_compensation:
                self._refuse(flow_element.id, "an activity for compensation has no boundary events")

    def _check_handler(self, flow_element: FlowElement) -> None:
        node = self._nodes[flow_element.id]
        if node.incoming or node.outgoing:
            self._refuse(node.id, "no sequence flow leads to or from an activity for compensation")
        if flow_element.is_event_subprocess:
            self._refuse(node.id, "an event subprocess has a start event: it is no activity for compensation")
        elif flow_element.instantiates:
            self._refuse(node.id, "an activity for compensation does not begin a process")

    # --- events ---

    def _check_throw(self, node: Node) -> None:
        definition = children(self._flow_elements[node.id].xml, "compensateEventDefinition")[0]
        if definition.get("waitForCompletion") in ("false", "0"):
            self._refuse(node.id, 'the event waits for the compensation: waitForCompletion="false" is not supported')
        activity = node.compensated
        if activity is None:
            return
        target = self._flow_elements.get(activity)
        if target is None or target.tag not in ACTIVITIES or target.scope not in self._reached_scopes(node):
            self._refuse(node.id, f"{activity!r} (activityRef) is no activity of the same process or subprocess")
        elif self._nodes[activity].kind is not NodeKind.SUBPROCESS and self._nodes[activity].compensation is None:
            self._warn(node.id, f"no compensation event is attached to {activity!r}: the event compensates nothing")

    def _reached_scopes(self, node: Node) -> list[str | None]:
        """Return the scope of the node, and the one around it if it is an event subprocess."""
        scopes = [node.scope]
        while scopes[-1] is not None and self._flow_elements[scopes[-1]].is_event_subprocess:
            scopes.append(self._flow_elements[scopes[-1]].scope)
        return scopes

    def _check_cancel_end(self, node: Node) -> None:
        transaction = self._flow_elements.get(node.scope)
        if transaction is None or transaction.tag != "transaction":
            self._refuse(node.id, "a cancel end event belongs directly into a transaction")
        elif not self._has_cancel_boundary(transaction.id):
            self._warn(node.id, "the transaction has no cancel boundary event: the step that cancels it fails")

    def _check_cancel_boundaries(self) -> None:
        transactions: set[str] = set()
        for event in self._of_kind(NodeKind.BOUNDARY):
            if event.trigger is not HandlerTrigger.CANCEL:
                continue
            attached = self._flow_elements.get(self._flow_elements[event.id].attached_to)
            if attached is None or attached.tag != "transaction":
                self._refuse(event.id, "a cancel event is attached to a transaction")
            elif attached.id in transactions:
                self._refuse(event.id, f"{attached.id!r} already has a cancel event")
            else:
                transactions.add(attached.id)
            if not event.interrupting:
                self._refuse(event.id, "a cancel event always interrupts: it cannot be non-interrupting")
        for flow_element in self._flow_elements:
            method = flow_element.xml.get("method", _METHODS[0])
            if flow_element.tag == "transaction" and method not in _METHODS:
                self._refuse(flow_element.id, f"the method {method!r} of a transaction is not supported")

    def _has_cancel_boundary(self, transaction: str) -> bool:
        events = self._flow_elements.boundary_events(transaction)
        return any(self._nodes[event].trigger is HandlerTrigger.CANCEL for event in events)
