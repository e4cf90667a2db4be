"""Event definitions: what an event of a model reacts to or causes (BPMN 2.0.2, section 10.5.5)."""

from dataclasses import dataclass, field

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.model.timers import Timer, TimerError, TimerKind
from bpmn_events.adapters.hosts.embedded.parsing.document import Document, children, local, text_of
from bpmn_events.adapters.hosts.embedded.parsing.extensions import (
    PayloadExtension,
    modeler_attribute,
    modeler_elements,
    payload_extension,
)
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE
from bpmn_events.domain.events import EventType

_SUFFIX = "EventDefinition"


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """``kind`` is the element's name without its suffix, such as "message". ``code`` is an error's or escalation's."""

    kind: str
    event_type: EventType | None = None
    event_name: str | None = None
    code: str | None = None
    code_variable: str | None = None
    message: str | None = None
    message_variable: str | None = None
    timer: Timer | None = None
    condition: Expression | None = None
    link: str | None = None
    payload: PayloadExtension = field(default_factory=PayloadExtension)


def event_definition(document: Document, event: etree._Element) -> EventDefinition | None:
    """The event's one definition; None for a plain event. What is wrong with it is noted in the document."""
    found = [child for child in event if isinstance(child.tag, str) and local(child).endswith(_SUFFIX)]
    if children(event, "eventDefinitionRef"):
        document.refuse(event, "it refers to a shared event definition: write the definition into the event")
    if len(found) > 1:
        document.refuse(event, "an event with several definitions is not supported: draw one event for each")
    if not found:
        return None
    definition = found[0]
    kind = local(definition).removesuffix(_SUFFIX)
    match kind:
        case "message" | "signal":
            return _named(document, event, definition, kind)
        case "timer":
            timer = _timer(document, definition)
            return EventDefinition(kind, EventType.TIMER, timer=timer, payload=payload_extension(document, event))
        case "conditional":
            return _conditional(document, event, definition)
        case "error" | "escalation":
            return _coded(document, definition, kind)
        case "link":
            return EventDefinition(kind, link=definition.get("name") or event.get("name"))
    return EventDefinition(kind)


def message_of(document: Document, element: etree._Element) -> tuple[str | None, etree._Element | None]:
    """The name and the element of the message that ``messageRef`` refers to; both None without one."""
    return _name(document, element, "message")


def _name(document: Document, element: etree._Element, kind: str) -> tuple[str | None, etree._Element | None]:
    target = document.referenced(element, f"{kind}Ref", kind)
    if target is None:
        return None, None
    name = target.get("name") or target.get("id")
    document.check_length(target, "name", name)
    if name is not None and _is_expression(name):
        document.refuse(element, f"the {kind} name {name!r} is an expression, which is not supported")
    return name, target


def _is_expression(name: str) -> bool:
    return name.startswith("=") or "${" in name or "#{" in name


def _named(document: Document, event: etree._Element, definition: etree._Element, kind: str) -> EventDefinition:
    name, target = _name(document, definition, kind)
    event_type = EventType.MESSAGE if kind == "message" else EventType.SIGNAL
    return EventDefinition(kind, event_type, name, payload=payload_extension(document, event, target))


def _coded(document: Document, definition: etree._Element, kind: str) -> EventDefinition:
    target = document.referenced(definition, f"{kind}Ref", kind)
    code = message = None
    if target is not None:
        message = modeler_attribute(target, f"{kind}Message")
        code = target.get(f"{kind}Code") or target.get("name") or target.get("id")
        if code is not None and _is_expression(code):
            document.refuse(definition, f"the {kind} code {code!r} is an expression, which is not supported")
        if message is not None and _is_expression(message):
            document.refuse(definition, f"the {kind} message {message!r} is an expression, which is not supported")
    return EventDefinition(
        kind,
        code=code,
        code_variable=modeler_attribute(definition, f"{kind}CodeVariable"),
        message=message,
        message_variable=modeler_attribute(definition, f"{kind}MessageVariable"),
    )


def _timer(document: Document, definition: etree._Element) -> Timer | None:
    texts = [(kind, text_of(child)) for kind in TimerKind for child in children(definition, kind.value)]
    if len(texts) != 1:
        document.refuse(definition, "a timer has one timeDate, timeDuration or timeCycle")
        return None
    kind, text = texts[0]
    try:
        return Timer.parse(kind, text)
    except TimerError as error:
        document.refuse(definition, str(error))
        return None


def _conditional(document: Document, event: etree._Element, definition: etree._Element) -> EventDefinition:
    condition = None
    found = children(definition, "condition")
    for extension in ("variableName", "variableEvents"):
        if modeler_attribute(definition, extension):
            document.refuse(
                definition,
                f"the extension `{extension}` is not supported: a condition is looked at when any variable changes",
            )
    if modeler_elements(definition, "conditionalFilter"):
        document.refuse(
            definition,
            "the extension `conditionalFilter` is not supported: a condition is looked at when any variable changes",
        )
    if found:
        condition = parsed_expression(document, found[0])
    else:
        document.refuse(definition, "a conditional event has a condition")
    return EventDefinition(
        "conditional", EventType.CONDITIONAL, condition=condition, payload=payload_extension(document, event)
    )


# Spellings of languages whose common part is ours; anything else is another language.
_LANGUAGES = ("feel", "juel", "https://www.omg.org/spec/feel", "http://www.omg.org/spec/feel")


def parsed_expression(document: Document, element: etree._Element) -> Expression | None:
    """The expression in an element's text; None, with the reason noted, where it is none."""
    language = (element.get("language") or "").lower()
    if language and not language.startswith(_LANGUAGES):
        document.refuse(element, f"expressions in {language!r} are not supported", EXPRESSIONS_PAGE)
        return None
    if modeler_attribute(element, "resource"):
        document.refuse(element, "an expression in another file is not supported")
        return None
    try:
        return Expression.parse(text_of(element))
    except ExpressionError as error:
        document.refuse(element, str(error), EXPRESSIONS_PAGE)
        return None
