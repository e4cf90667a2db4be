"""The values that assignments of data associations copy: expressions, and constants of the declared type."""

import re
from typing import Any

import msgspec
from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.composition import constant, variable
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.expressions.values import count_parts, normalize_number
from bpmn_events.adapters.hosts.embedded.parsing.definitions.expressions import parse_expression, parse_text
from bpmn_events.adapters.hosts.embedded.parsing.definitions.texts import has_expression, parse_mixed_text
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, text_of
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE

_JBPM = "http://www.jboss.org/drools"
_TEXTS = frozenset({"string", "text", "char", "date", "datetime", "time", "duration"})
_NUMBERS = frozenset(
    {"int", "integer", "long", "short", "byte", "biginteger", "float", "double", "decimal", "bigdecimal", "number"}
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUTH_VALUES = {"true": True, "false": False}


def parse_value(document: BpmnDocument, origin: etree._Element, target: etree._Element | None) -> Expression:
    """Return the value of the text of a `from` element, for the data element that gets it.

    A text without `${…}` or a leading `=` is a constant of the type that the data element declares. Without a type, it
    can also be a variable (the id or name of data in the file) or JSON; any other text is itself. In a jBPM file, a
    constant of a class of its own is a text.
    """
    text = text_of(origin)
    if origin.get("language"):
        return parse_expression(document, origin)
    if has_expression(text):
        return parse_mixed_text(document, origin, text)
    declared = _declared_type(document, target)
    is_typed = bool(declared) and _JBPM in document.root.nsmap.values()
    if text and not is_typed and document.data_names.find(text) is not None:
        return variable(document.data_names.variable(text))
    if declared in _NUMBERS or declared == "boolean":
        return constant(_typed(text, declared))
    return constant(text) if is_typed or declared in _TEXTS else _untyped(document, origin, text)


def _declared_type(document: BpmnDocument, target: etree._Element | None) -> str:
    """Return the type of the data element in lower case, without its package; empty if it declares none."""
    if target is None:
        return ""
    declared = target.get(f"{{{_JBPM}}}dtype")
    definition = document.by_id.get((target.get("itemSubjectRef") or "").rpartition(":")[2])
    if declared is None and definition is not None:
        declared = definition.get("structureRef")
    return (declared or "").replace(":", ".").rpartition(".")[2].lower()


def _typed(text: str, declared: str) -> Any:
    """Return the value of a number or truth value; the text itself if it is none."""
    if declared == "boolean":
        return _TRUTH_VALUES.get(text.lower(), text)
    if not _NUMBER.fullmatch(text):
        return text
    try:
        return normalize_number(float(text) if not text.lstrip("+-").isdecimal() else int(text))
    except (ValueError, ExpressionError):
        return text


def _untyped(document: BpmnDocument, origin: etree._Element, text: str) -> Expression:
    if text[:1] in ("'", '"') and text[-1:] == text[:1]:
        return parse_text(document, origin, text)
    try:
        value = msgspec.json.decode(text)
        msgspec.msgpack.encode(value)  # an integer beyond 64 bits stays a text
        count_parts(value)
        return constant(value)
    except (msgspec.DecodeError, OverflowError):
        pass
    except (ExpressionError, RecursionError):
        document.refuse(origin, "the value of the assignment is too large")
        return Expression.refused(text, "the value of the assignment is too large")
    if not text.isidentifier() and _is_expression(text):
        document.warn(
            origin,
            f"the value of the assignment is the text {text[:80]!r}: write `${{…}}` around an expression",
            EXPRESSIONS_PAGE,
        )
    return constant(text)


def _is_expression(text: str) -> bool:
    try:
        Expression.parse(text)
    except ExpressionError:
        return False
    return True
