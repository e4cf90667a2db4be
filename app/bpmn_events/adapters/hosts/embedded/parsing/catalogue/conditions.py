"""The values to which an entry of the catalogue applies.

A condition gets an element and the value of its attribute, or None for an entry about the element.
"""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import Condition
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.hosts import CATCH_EVENTS, EVENT_DEFINITIONS, THROW_EVENTS
from bpmn_events.adapters.hosts.embedded.parsing.document import children, local_name

# The definitions of events to which nobody sends a payload.
_WITHOUT_PAYLOAD = frozenset(
    {
        "errorEventDefinition",
        "escalationEventDefinition",
        "compensateEventDefinition",
        "cancelEventDefinition",
        "linkEventDefinition",
    }
)
_CODE_ATTRIBUTES = ("class", "expression", "delegateExpression", "type")


def is_true(_element: etree._Element, value: str | None) -> bool:
    """Return True for a boolean attribute that is set (XML Schema part 2, section 3.2.2)."""
    return (value or "").strip() in ("true", "1")


def is_not_true(element: etree._Element, value: str | None) -> bool:
    """Return True for a boolean attribute that is not set."""
    return not is_true(element, value)


def is_one_of(*values: str) -> Condition:
    """Return a condition that holds for these values of an attribute, in upper or lower case."""
    allowed = frozenset(value.lower() for value in values)
    return lambda _element, value: (value or "").strip().lower() in allowed


def has_text(element: etree._Element, _value: str | None) -> bool:
    """Return True if there is text in the element: modelers leave empty ones behind."""
    return any(part.strip() for part in element.itertext())


def has_children(element: etree._Element, _value: str | None) -> bool:
    """Return True if there are elements inside of the element."""
    return len(element) > 0


def has_no_children(element: etree._Element, _value: str | None) -> bool:
    """Return True if there are no elements inside of the element."""
    return len(element) == 0


def runs_nothing(listener: etree._Element, _value: str | None) -> bool:
    """Return True for an empty listener (`class=""`), which modelers leave behind and no engine runs."""
    return bool(listener.attrib) and len(listener) == 0 and not any(listener.get(name) for name in _CODE_ATTRIBUTES)


def owner(extension: etree._Element) -> etree._Element | None:
    """Return the BPMN element that the extension belongs to; None for an extension outside of all."""
    parent = extension.getparent()
    while parent is not None and (local_name(parent).startswith("{") or local_name(parent) == "extensionElements"):
        parent = parent.getparent()
    return parent


def throws_signal(extension: etree._Element, _value: str | None) -> bool:
    """Return True for an extension in the definition of a thrown signal."""
    definition = owner(extension)
    event = None if definition is None else definition.getparent()
    return event is not None and local_name(event) in THROW_EVENTS


def ignores_mappings(mappings: etree._Element, _value: str | None) -> bool:
    """Return True for mappings at an event that neither waits nor throws a message or signal."""
    event = owner(mappings)
    if event is None or len(mappings) == 0:
        return False
    if local_name(event) in THROW_EVENTS:
        return not children(event, "messageEventDefinition") and not children(event, "signalEventDefinition")
    return bool(children(event, "linkEventDefinition"))


def ignores_outputs(mapping: etree._Element, _value: str | None) -> bool:
    """Return True for an output mapping at an event that throws a message or signal, without a worker's result."""
    event = owner(mapping)
    return event is not None and local_name(event) in THROW_EVENTS and not asks_worker(event, None)


def belongs_to_catch_event(definition: etree._Element, _value: str | None) -> bool:
    """Return True for an attribute of the definition of an event that catches."""
    event = definition.getparent()
    return event is not None and local_name(event) in CATCH_EVENTS


def asks_worker(event: etree._Element, _value: str | None) -> bool:
    """Return True for a throw event that names no message, so that a worker does its work."""
    return any(definition.get("messageRef") is None for definition in children(event, "messageEventDefinition"))


def throws_payload(extension: etree._Element, _value: str | None) -> bool:
    """Return True for an extension of a send task or event that throws a message or signal."""
    element = owner(extension)
    if element is None:
        return False
    if local_name(element) == "sendTask":
        return element.get("messageRef") is not None
    if local_name(element) not in THROW_EVENTS:
        return False
    messages = children(element, "messageEventDefinition")
    return bool(children(element, "signalEventDefinition")) or any(each.get("messageRef") for each in messages)


def gets_payload(extension: etree._Element, _value: str | None) -> bool:
    """Return True for an extension of a part that gets the payload of a caller, message or signal.

    These are messages and signals, receive tasks, starts of processes, and events that wait.
    """
    element = owner(extension)
    if element is None:
        return False
    parent, name = element.getparent(), local_name(element)
    if name in CATCH_EVENTS:
        is_in_process = parent is not None and local_name(parent) == "process"
        kinds = [kind for kind in EVENT_DEFINITIONS if children(element, kind)]
        return _WITHOUT_PAYLOAD.isdisjoint(kinds) and (bool(kinds) or (name == "startEvent" and is_in_process))
    return name in ("receiveTask", "message", "signal")
