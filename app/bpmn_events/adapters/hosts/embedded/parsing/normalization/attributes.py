"""The lexical forms that XML Schema allows for the attributes of BPMN elements.

Other modules compare attributes with one spelling of each value. Before they read a file, its attributes get this
spelling: `1` becomes `true`, ` +03 ` becomes `3`, and the spaces around references, ids and enumerations go away (XML
Schema 1.1, part 2: section 4.3.6 about white space, 3.3.2 about `boolean` and 3.4.13 about `integer`; the types of the
attributes are those of BPMN20.xsd).
"""

import re
from collections.abc import Iterable, Iterator

from lxml import etree

_BOOLEANS = frozenset(
    {
        "cancelActivity",
        "cancelRemainingInstances",
        "instantiate",
        "isClosed",
        "isCollection",
        "isExecutable",
        "isForCompensation",
        "isImmediate",
        "isInterrupting",
        "isReference",
        "isSequential",
        "isUnlimited",
        "parallelMultiple",
        "testBefore",
        "triggeredByEvent",
        "waitForCompletion",
    }
)
_INTEGERS = frozenset({"loopMaximum", "startQuantity", "completionQuantity", "capacity"})
_ENUMERATIONS = {
    "behavior": ("None", "One", "All", "Complex"),
    "eventGatewayType": ("Exclusive", "Parallel"),
    "gatewayDirection": ("Unspecified", "Converging", "Diverging", "Mixed"),
    "ordering": ("Parallel", "Sequential"),
    "processType": ("None", "Public", "Private"),
}
# QName, IDREF, ID and anyURI.
_TOKENS = frozenset(
    {
        "attachedToRef",
        "activityRef",
        "calledElement",
        "correlationKeyRef",
        "correlationPropertyRef",
        "dataObjectRef",
        "dataStoreRef",
        "default",
        "definitionalCollaborationRef",
        "errorRef",
        "escalationRef",
        "evaluatesToTypeRef",
        "expressionLanguage",
        "id",
        "implementation",
        "itemSubjectRef",
        "language",
        "messageRef",
        "method",
        "noneBehaviorEventRef",
        "oneBehaviorEventRef",
        "operationRef",
        "partitionElementRef",
        "processRef",
        "scriptFormat",
        "signalRef",
        "sourceRef",
        "structureRef",
        "targetNamespace",
        "targetRef",
        "type",
        "typeLanguage",
    }
)
# Elements whose text is a QName, as a whole.
_QUALIFIED_TEXTS = frozenset({"loopDataInputRef", "loopDataOutputRef"})
_TRUTHS = {"true": "true", "1": "true", "false": "false", "0": "false"}
_INTEGER = re.compile(r"[+-]?[0-9]{1,100}")
_SPACES = " \t\r\n"


def unify_attributes(elements: Iterable[etree._Element]) -> Iterator[tuple[etree._Element, str]]:
    """Give each attribute the spelling that other modules know. Yield what is wrong with an element.

    An attribute without a value of its type is removed, so that its default holds.
    """
    for element in elements:
        for name, text in element.items():
            unified = _unify(name, text)
            if unified is None:
                del element.attrib[name]
                yield element, f"its {name} {text!r} is {_expected(name)}"
            elif unified != text:
                element.set(name, unified)
        if str(element.tag).rpartition("}")[2] in _QUALIFIED_TEXTS and not len(element):
            element.text = (element.text or "").strip(_SPACES).rpartition(":")[2]


def _unify(name: str, text: str) -> str | None:
    """Return the text of an attribute in one spelling; None if it is none of its type."""
    if name in _BOOLEANS:
        return _TRUTHS.get(text.strip(_SPACES))
    if name in _INTEGERS:
        integer = text.strip(_SPACES)
        return str(int(integer)) if _INTEGER.fullmatch(integer) else text  # refused by the reader of its element
    if name in _ENUMERATIONS:
        return option if (option := text.strip(_SPACES)) in _ENUMERATIONS[name] else None
    return text.strip(_SPACES) if name in _TOKENS else text


def _expected(name: str) -> str:
    if name in _BOOLEANS:
        return "no boolean (true, false, 1 or 0)"
    return f"none of {', '.join(_ENUMERATIONS[name])}"
