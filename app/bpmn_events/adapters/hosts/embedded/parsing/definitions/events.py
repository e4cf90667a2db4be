"""Event definitions (BPMN 2.0.2, section 10.5.5)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError, MissingValue
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.model.names import ComputedName
from bpmn_events.adapters.hosts.embedded.model.timers.errors import TimerError
from bpmn_events.adapters.hosts.embedded.model.timers.timer import Timer, TimerKind
from bpmn_events.adapters.hosts.embedded.parsing.definitions.expressions import (
    language_refusal,
    parse_expression,
    read_expression,
)
from bpmn_events.adapters.hosts.embedded.parsing.definitions.names import read_name
from bpmn_events.adapters.hosts.embedded.parsing.definitions.texts import has_expression
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, children, local_name, text_of
from bpmn_events.adapters.hosts.embedded.parsing.extensions import (
    PayloadExtension,
    modeler_attribute,
    modeler_elements,
    read_payload_extension,
)
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE
from bpmn_events.domain.events import EventType

_SUFFIX = "EventDefinition"


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """The definition of an event: the trigger that it reacts to, or the result that it throws.

    Attributes:
        kind: The name of the element without its suffix, such as "message".
        event_type: The type of waiting events of this kind; None for kinds that never wait.
        event_name: The name of the message or signal.
        computed_name: The name of the message or signal, if it is computed.
        code: The code of the error or escalation.
        code_variable: The variable that gets the code of a caught error or escalation.
        message: The message of a thrown error.
        message_variable: The variable that gets the message of a caught error.
        link: The name of the link.
        activity: The id of the activity that a thrown compensation names.
    """

    kind: str
    event_type: EventType | None = None
    event_name: str | None = None
    computed_name: ComputedName | None = None
    code: str | None = None
    code_variable: str | None = None
    message: str | None = None
    message_variable: str | None = None
    timer: Timer | None = None
    condition: Expression | None = None
    link: str | None = None
    activity: str | None = None
    payload: PayloadExtension = field(default_factory=PayloadExtension)


def read_event_definition(document: BpmnDocument, event: etree._Element) -> EventDefinition | None:
    """Return the definition of the event, or None for a none event. Refuse the parts that cannot run."""
    definitions = [child for child in event if isinstance(child.tag, str) and local_name(child).endswith(_SUFFIX)]
    if children(event, "eventDefinitionRef"):
        document.refuse(event, "it refers to a shared event definition: write the definition into the event")
    if len(definitions) > 1:
        document.refuse(event, "an event with several definitions is not supported: draw one event for each")
    if not definitions:
        return None
    definition = definitions[0]
    kind = local_name(definition).removesuffix(_SUFFIX)
    match kind:
        case "message" | "signal":
            return _read_message_or_signal(document, event, definition, kind)
        case "timer":
            timer = _read_timer(document, definition)
            return EventDefinition(kind, EventType.TIMER, timer=timer, payload=read_payload_extension(document, event))
        case "conditional":
            return _read_conditional(document, event, definition)
        case "error" | "escalation":
            return _read_error_or_escalation(document, definition, kind)
        case "link":
            return EventDefinition(kind, link=definition.get("name") or event.get("name"))
        case "compensate":
            activity = definition.get("activityRef")  # perhaps a qualified name
            return EventDefinition(kind, activity=None if activity is None else activity.rpartition(":")[2])
    return EventDefinition(kind)


@dataclass(frozen=True, slots=True)
class EventName:
    """The name of a message or signal, fixed or computed. All attributes are None if the model refers to none.

    Attributes:
        element: The element of the message or signal.
    """

    fixed: str | None = None
    computed: ComputedName | None = None
    element: etree._Element | None = None


def read_message(document: BpmnDocument, element: etree._Element) -> EventName:
    """Return the name of the message that ``messageRef`` refers to."""
    return _read_name(document, element, "message")


def refuse_computed_start(document: BpmnDocument, element: etree._Element, name: ComputedName | None) -> None:
    """Refuse a start event of a process with a computed name."""
    if name is not None:
        document.refuse(
            element,
            f"the name {name.text!r} is computed, but a process has no variables before it starts: the name of a start "
            "event can only be a constant expression",
        )


def _read_name(document: BpmnDocument, element: etree._Element, kind: str) -> EventName:
    target = document.resolve_reference(element, f"{kind}Ref", kind)
    if target is None:
        return EventName()
    name = target.get("name") or target.get("id")
    if name is None:
        return EventName(element=target)
    try:
        parsed = read_name(document, name)
    except ExpressionError as error:
        document.refuse(element, f"the {kind} name {name!r}: {error}", EXPRESSIONS_PAGE)
        return EventName(name, element=target)
    if isinstance(parsed, ComputedName):
        return EventName(computed=parsed, element=target)
    document.check_length(target, "name", parsed)
    return EventName(parsed, element=target)


def _is_expression(name: str) -> bool:
    return name.startswith("=") or "${" in name or "#{" in name


def _read_message_or_signal(
    document: BpmnDocument, event: etree._Element, definition: etree._Element, kind: str
) -> EventDefinition:
    name = _read_name(document, definition, kind)
    event_type = EventType.MESSAGE if kind == "message" else EventType.SIGNAL
    payload = read_payload_extension(document, event, name.element)
    return EventDefinition(kind, event_type, name.fixed, name.computed, payload=payload)


def _read_error_or_escalation(document: BpmnDocument, definition: etree._Element, kind: str) -> EventDefinition:
    code = message = None
    if kind == "error" and _refers_to_code(document, definition):
        code = definition.get("errorRef")
        _check_code(document, definition, kind, code)
    elif (target := document.resolve_reference(definition, f"{kind}Ref", kind)) is not None:
        message = modeler_attribute(target, f"{kind}Message")
        code = target.get(f"{kind}Code") or target.get("name") or target.get("id")
        _check_code(document, definition, kind, code)
        if message is not None and _is_expression(message):
            document.refuse(definition, f"the {kind} message {message!r} is an expression, which is not supported")
    return EventDefinition(
        kind,
        code=code,
        code_variable=modeler_attribute(definition, f"{kind}CodeVariable"),
        message=message,
        message_variable=modeler_attribute(definition, f"{kind}MessageVariable"),
    )


def _refers_to_code(document: BpmnDocument, definition: etree._Element) -> bool:
    """Return True if the reference to an error names no element: common engines take it as the code of the error."""
    reference = definition.get("errorRef")
    return bool(reference) and document.find(reference or "") is None


def _check_code(document: BpmnDocument, definition: etree._Element, kind: str, code: str | None) -> None:
    if code is not None and _is_expression(code):
        document.refuse(definition, f"the {kind} code {code!r} is an expression, which is not supported")


def _read_timer(document: BpmnDocument, definition: etree._Element) -> Timer | None:
    times = [(kind, child) for kind in TimerKind for child in children(definition, kind.value)]
    if len(times) != 1:
        document.refuse(definition, "a timer has one timeDate, timeDuration or timeCycle")
        return None
    kind, time = times[0]
    text = text_of(time)
    reason = language_refusal(time) if has_expression(text) else None
    if reason is not None:
        document.refuse(time, reason, EXPRESSIONS_PAGE, since=CURRENT)
    try:
        return Timer.parse(kind, text, document.meaning, partial(read_expression, document))
    except TimerError as error:
        document.refuse(definition, str(error))
        return None


def check_start_timer(document: BpmnDocument, event: etree._Element, timer: Timer) -> None:
    """Refuse the timer of a start event that has no time without variables; warn of one that is over."""
    try:
        schedule = timer.start_schedule(datetime.now(UTC))
    except MissingValue:
        document.refuse(event, f"`{timer.text}` reads a variable: a process that is not started yet has none")
    except (ExpressionError, TimerError) as error:
        document.refuse(event, str(error))
    else:
        if schedule is None:
            document.warn(event, f"all times of `{timer.text}` have passed: the timer starts no process")


def _read_conditional(document: BpmnDocument, event: etree._Element, definition: etree._Element) -> EventDefinition:
    condition = None
    conditions = children(definition, "condition")
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
    if conditions:
        expression = parse_expression(document, conditions[0])
        condition = None if expression.is_refused else expression
    else:
        document.refuse(definition, "a conditional event has a condition")
    return EventDefinition(
        "conditional", EventType.CONDITIONAL, condition=condition, payload=read_payload_extension(document, event)
    )
