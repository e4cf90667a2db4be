"""A text notation for BPMN models in tests.

A line ``start > A > B -[x > 1]> C`` draws sequence flows, the last one with a condition. ``-[default]>`` draws the
default flow. A line ``A: boundaryEvent on=B timer=PT1H`` defines element A. Without such a line, an element whose name
begins with ``start`` or ``end`` is a start or end event, and any other is an abstract task. A line that ends in ``{``
begins a subprocess, ``process KEY {`` another process of the file, and ``}`` ends it. ``xml <…/>`` outside of all
braces adds an element to the definitions. A namespace is declared if its prefix occurs, or by a line ``uses zeebe``.
``UndoA: userTask undoes=A`` draws a compensation activity, with the boundary event of A and the association between
them. An event with ``compensate`` or ``compensate=A`` has a compensation definition, one with ``cancel`` a cancel
definition. ``in=y:x`` and ``out=y:x`` draw data inputs and outputs.
"""

import re
import shlex
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = {
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "flowable": "http://flowable.org/bpmn",
    "drools": "http://www.jboss.org/drools",
    "events": "urn:bpmn-events:1",
}
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_FLOW = re.compile(r"\s*(?:-\[(.*?)\])?>\s*")
_EVENT_KINDS = ("message", "signal", "error", "escalation")


@dataclass
class _Element:
    id: str
    tag: str = ""
    options: dict[str, str] = field(default_factory=dict)
    inner: "_Container | None" = None


@dataclass
class _Container:
    elements: dict[str, _Element] = field(default_factory=dict)
    flows: list[tuple[str, str, str | None]] = field(default_factory=list)

    def element(self, name: str) -> _Element:
        return self.elements.setdefault(name, _Element(name))


def draw(text: str, key: str = "p") -> str:
    """Return the BPMN file of a drawing. ``key`` is the key of its first process."""
    return _Drawing(text, key).xml()


class _Drawing:
    def __init__(self, text: str, key: str) -> None:
        self._processes: dict[str, _Container] = {key: _Container()}
        self._extra: list[str] = []
        self._used: set[str] = set()
        self._names: dict[tuple[str, str], str] = {}
        self._flow_count = 0
        stack = [self._processes[key]]
        for line in map(str.strip, text.splitlines()):
            if not line:
                continue
            if line == "}":
                stack.pop()
            elif line.startswith("process "):
                name = line.split()[1]
                stack.append(self._processes.setdefault(name, _Container()))
            elif line.startswith("uses "):
                self._used.add(line.split()[1])
            elif line.startswith("xml "):
                self._extra.append(line[4:])
            elif re.match(r"\w+:", line):
                inner = self._add_element(stack[-1], line)
                if inner is not None:
                    stack.append(inner)
            else:
                self._add_flows(stack[-1], line)

    @staticmethod
    def _add_element(container: _Container, line: str) -> _Container | None:
        name, _, definition = line.partition(":")
        has_inner = definition.endswith("{")
        tag, *options = shlex.split(definition.removesuffix("{"))
        element = container.element(name)
        element.tag = tag
        element.options = {option.partition("=")[0]: option.partition("=")[2] for option in options}
        if has_inner:
            element.inner = _Container()
        return element.inner

    @staticmethod
    def _add_flows(container: _Container, line: str) -> None:
        pieces = _FLOW.split(line)
        names, conditions = pieces[::2], pieces[1::2]
        for name in names:
            container.element(name)
        container.flows += list(zip(names, names[1:], conditions, strict=False))

    # --- writing ---

    def xml(self) -> str:
        processes = [
            f'<process id="{key}" isExecutable="true">\n{self._render_container(container)}</process>'
            for key, container in self._processes.items()
            if container.elements
        ]
        roots = [self._render_root(kind, name, identifier) for (kind, name), identifier in self._names.items()]
        body = "\n".join([*roots, *self._extra, *processes])
        namespaces = "".join(
            f' xmlns:{prefix}="{uri}"'
            for prefix, uri in NAMESPACES.items()
            if f"{prefix}:" in body or prefix in self._used
        )
        return f'<definitions xmlns="{BPMN}"{namespaces} targetNamespace="urn:test">\n{body}\n</definitions>\n'

    @staticmethod
    def _render_root(kind: str, name: str, identifier: str) -> str:
        code = f' {kind}Code="{name}"' if kind in ("error", "escalation") else ""
        return f'<{kind} id="{identifier}" name={quoteattr(name)}{code}/>'

    def _reference(self, kind: str, name: str) -> str:
        return self._names.setdefault((kind, name), f"{kind}_{len(self._names)}")

    def _render_container(self, container: _Container) -> str:
        parts = []
        defaults = {}
        for source, target, condition in container.flows:
            self._flow_count += 1
            identifier = f"flow{self._flow_count}"
            if condition == "default":
                defaults[source] = identifier
            inner = ""
            if condition not in (None, "default"):
                inner = f"<conditionExpression>{escape(condition or '')}</conditionExpression>"
            parts.append(
                f'<sequenceFlow id="{identifier}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>\n'
            )
        parts += [self._render_element(element, defaults.get(element.id)) for element in container.elements.values()]
        # The schema of BPMN has the associations after all flow elements.
        parts += [
            _render_association(element) for element in container.elements.values() if "undoes" in element.options
        ]
        return "".join(parts)

    def _render_element(self, element: _Element, default: str | None) -> str:
        tag = element.tag or _tag_by_name(element.id)
        options = dict(element.options)
        attributes = {"id": element.id}
        if default is not None:
            attributes["default"] = default
        attributes |= self._attributes(tag, options)
        handled = options.pop("undoes", None)
        if handled is not None:
            attributes["isForCompensation"] = "true"
        extensions = options.pop("ext", "")
        inner = f"<extensionElements>{extensions}</extensionElements>" if extensions else ""
        inner += options.pop("xml", "")
        inner += _render_data(element.id, tag, options)
        inner += _render_loop(options)
        inner += self._render_definition(tag, options)
        if "script" in options:
            inner += f"<script>{escape(options.pop('script'))}</script>"
        if element.inner is not None:
            inner += self._render_container(element.inner)
        attributes |= options
        attribute_text = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        drawn = f"<{tag}{attribute_text}>{inner}</{tag}>\n"
        return drawn if handled is None else drawn + _render_compensation_event(handled)

    def _attributes(self, tag: str, options: dict[str, str]) -> dict[str, str]:
        attributes = {}
        if "on" in options:
            attributes["attachedToRef"] = options.pop("on")
        if "calls" in options:
            attributes["calledElement"] = options.pop("calls")
        interrupting = options.pop("interrupting", None)
        if interrupting is not None:
            name = "cancelActivity" if tag == "boundaryEvent" else "isInterrupting"
            attributes[name] = "false" if interrupting == "no" else "true"
        if tag in ("receiveTask", "sendTask") and "message" in options:
            attributes["messageRef"] = self._reference("message", options.pop("message"))
        return attributes

    def _render_definition(self, tag: str, options: dict[str, str]) -> str:
        for kind in _EVENT_KINDS:
            if kind in options:
                name = options.pop(kind)
                reference = f' {kind}Ref="{self._reference(kind, name)}"' if name else ""
                return f"<{kind}EventDefinition{reference}/>"
        if "timer" in options:
            return f"<timerEventDefinition>{_render_time(options.pop('timer'))}</timerEventDefinition>"
        if "condition" in options:
            condition = escape(options.pop("condition"))
            return f"<conditionalEventDefinition><condition>{condition}</condition></conditionalEventDefinition>"
        if "link" in options:
            return f'<linkEventDefinition name="{options.pop("link")}"/>'
        if "compensate" in options:
            activity = options.pop("compensate")
            return (
                f'<compensateEventDefinition activityRef="{activity}"/>' if activity else "<compensateEventDefinition/>"
            )
        for kind in ("terminate", "cancel"):
            if options.pop(kind, None) is not None:
                return f"<{kind}EventDefinition/>"
        return ""


def _render_compensation_event(activity: str) -> str:
    definition = "<compensateEventDefinition/>"
    return f'<boundaryEvent id="{activity}_undone" attachedToRef="{activity}">{definition}</boundaryEvent>\n'


def _render_association(handler: _Element) -> str:
    return f'<association sourceRef="{handler.options["undoes"]}_undone" targetRef="{handler.id}"/>\n'


def _render_data(identifier: str, tag: str, options: dict[str, str]) -> str:
    """Return the data inputs and outputs of these options, with a data association for each.

    ``in=y:x`` is a data input named y with the value of x, ``out=y:x`` a data output named y whose value x gets.
    Several are separated by commas. The associations refer to the ids of the data.
    """
    inputs, outputs = (
        [pair.split(":") for pair in options.pop(option, "").split(",") if pair] for option in ("in", "out")
    )
    if not inputs and not outputs:
        return ""
    data = "".join(f'<dataInput id="{identifier}_in_{name}" name="{name}"/>' for name, _ in inputs)
    data += "".join(f'<dataOutput id="{identifier}_out_{name}" name="{name}"/>' for name, _ in outputs)
    if not tag.endswith("Event"):
        data = f"<ioSpecification>{data}<inputSet/><outputSet/></ioSpecification>"
    for name, variable in inputs:
        ends = f"<sourceRef>{variable}</sourceRef><targetRef>{identifier}_in_{name}</targetRef>"
        data += f"<dataInputAssociation>{ends}</dataInputAssociation>"
    for name, variable in outputs:
        ends = f"<sourceRef>{identifier}_out_{name}</sourceRef><targetRef>{variable}</targetRef>"
        data += f"<dataOutputAssociation>{ends}</dataOutputAssociation>"
    return data


def _tag_by_name(name: str) -> str:
    if name.startswith("start"):
        return "startEvent"
    return "endEvent" if name.startswith("end") else "task"


def _render_time(text: str) -> str:
    tag = "timeCycle" if text.startswith("R") else "timeDuration" if text.startswith("P") else "timeDate"
    if text.startswith(("=", "$")):
        tag = "timeDuration"
    return f"<{tag}>{escape(text)}</{tag}>"


def _render_loop(options: dict[str, str]) -> str:
    """Return the loop characteristics of these options, or an empty text without any.

    ``multi=3`` and ``sequence=3`` are a cardinality in parallel and in sequence, ``each`` and ``item`` a collection and
    the variable of its items, ``until`` the completion condition. A standard loop has ``loop`` (its condition), ``max``
    and ``before`` (to test the condition before the first occurrence).
    """
    condition, maximum = options.pop("loop", None), options.pop("max", None)
    if condition is not None or maximum is not None:
        attributes = ' testBefore="true"' if options.pop("before", None) is not None else ""
        attributes += f' loopMaximum="{maximum}"' if maximum is not None else ""
        inner = f"<loopCondition>{escape(condition)}</loopCondition>" if condition else ""
        return f"<standardLoopCharacteristics{attributes}>{inner}</standardLoopCharacteristics>"
    sequence, multi, each = options.pop("sequence", None), options.pop("multi", None), options.pop("each", None)
    if sequence is None and multi is None and each is None:
        return ""
    inner = ""
    if each is not None:
        inner += f'<loopDataInputRef>{each}</loopDataInputRef><inputDataItem name="{options.pop("item", "item")}"/>'
    else:
        inner += f"<loopCardinality>{escape(sequence or multi or '')}</loopCardinality>"
    if "until" in options:
        inner += f"<completionCondition>{escape(options.pop('until'))}</completionCondition>"
    sequential = "true" if sequence is not None else "false"
    return f'<multiInstanceLoopCharacteristics isSequential="{sequential}">{inner}</multiInstanceLoopCharacteristics>'
