"""The properties of modelers (`camunda:properties`, `zeebe:properties`) that have a meaning, by name.

This engine reads some in place of its own extensions. Others are those of the process engine of BPMN Studio.
"""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.parsing.catalogue.conditions import (
    gets_payload,
    owner,
    throws_payload,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import (
    Condition,
    Entries,
    harmless,
    honoured,
    refused,
)
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.hosts import CATCH_EVENTS, THROW_EVENTS
from bpmn_events.adapters.hosts.embedded.parsing.document import children, local_name

RECEIVERS = CATCH_EVENTS | {"receiveTask", "message", "signal"}
THROWERS = THROW_EVENTS | {"sendTask"}


def _named(names: str, where: Condition | None = None) -> Condition:
    """Return a condition for properties with these names, in places for which ``where`` holds."""
    known = frozenset(names.split())

    def applies(item: etree._Element, value: str | None) -> bool:
        return item.get("name") in known and (where is None or where(item, value))

    return applies


def _is_call(item: etree._Element, _value: str | None) -> bool:
    element = owner(item)
    return element is not None and local_name(element) == "callActivity"


def _is_switched_off(item: etree._Element, _value: str | None) -> bool:
    """Return True for `enabled` with the value `false` at a timer start event."""
    if item.get("name") != "enabled" or (item.get("value") or "").strip() != "false":
        return False
    event = owner(item)
    return event is not None and local_name(event) == "startEvent" and bool(children(event, "timerEventDefinition"))


PROPERTIES: Entries = (
    honoured(
        "property",
        "`payloadSchema` and `payloadVariable`: the payload of what an event or receive task receives",
        when=_named("payloadSchema payloadVariable", gets_payload),
    ),
    refused(
        "property",
        "`payloadSchema` is only for events and receive tasks: results of tasks are not checked",
        when=_named("payloadSchema"),
    ),
    refused("property", "`payloadVariable` is only for events and receive tasks", when=_named("payloadVariable")),
    honoured(
        "property",
        "`payload` and `inputValues`: the payload of a thrown message or signal",
        when=_named("payload inputValues", throws_payload),
    ),
    honoured("property", "`startEventId`: where a called process begins", when=_named("startEventId", _is_call)),
    refused(
        "property",
        "`enabled` switches a timer start event off: remove the start event",
        when=_is_switched_off,
    ),
    harmless("property", "other properties are notes: clients can read them in the file"),
)
