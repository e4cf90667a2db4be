"""Substitutes for ids that a BPMN file leaves out. The XML Schema of BPMN requires none (``tBaseElement``)."""

from collections.abc import Iterable

from lxml import etree

from bpmn_events.adapters.hosts.embedded.parsing.supported_elements import ACTIVITIES, EVENTS, GATEWAYS

# Elements that work although nothing can refer to them: flow nodes, such as event subprocesses, and correlation keys.
_TAGS = frozenset({*GATEWAYS, *ACTIVITIES, *EVENTS, "correlationKey"})


def add_missing_ids(elements: Iterable[etree._Element]) -> None:
    """Give each of the elements that has no id one that no other element has.

    Stored states contain these ids, so a substitute depends on nothing but the file: it consists of the name of the
    element and its number among the elements without an id.
    """
    elements = list(elements)
    taken = {element.get("id") for element in elements}
    number = 0
    for element in elements:
        name = etree.QName(element).localname
        if name not in _TAGS or element.get("id"):
            continue
        number += 1
        identifier = f"{name}_without_id_{number}"
        while identifier in taken:
            identifier += "_"
        taken.add(identifier)
        element.set("id", identifier)
