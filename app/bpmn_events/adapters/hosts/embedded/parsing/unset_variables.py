"""Warnings about conditions that read variables that nothing sets.

A caller may give any variables to a start, event, task or call that declares none. If a process has one of these, its
variables are not known, and only misread names are reported. A payload schema that names properties declares them,
unless it explicitly allows others.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.elements import Call, HandlerTrigger, MultiInstance, Node, StandardLoop
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, bpmn_elements, local_name
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE
from bpmn_events.domain.events import StartElement

# Elements that hold data: variables have their names or ids.
_DATA = frozenset(
    {
        *("dataObject", "dataObjectReference", "dataStoreReference", "property"),
        *("dataInput", "dataOutput", "inputDataItem", "outputDataItem"),
    }
)
# The variables of loops (BPMN 2.0.2, section 10.3.8, and those of common engines).
_LOOP_VARIABLES = frozenset(
    {
        *("loopCounter", "numberOfInstances", "numberOfCompletedInstances", "numberOfActiveInstances"),
        *("numberOfTerminatedInstances", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"),
    }
)
# A name with operators in it, written without spaces.
_LONGER_NAME = re.compile(r"(?<![\w`\"'.])[^\W\d]\w*(?:[-+*/]\w+)+(?![\w(`\"'.])")
_MAX_SCHEMA_DEPTH = 64


def calls_by_process(graphs: Iterable[ProcessGraph]) -> Mapping[str, Sequence[Call]]:
    """Return the call activities of the processes by the key of the called process; empty if it is computed."""
    calls: dict[str, list[Call]] = {}
    for graph in graphs:
        for node in graph.nodes.values():
            if node.call is not None:
                calls.setdefault(node.call.process_key, []).append(node.call)
    return calls


def warn_of_unset_variables(
    document: BpmnDocument, process: etree._Element, graph: ProcessGraph, calls: Mapping[str, Sequence[Call]]
) -> None:
    """Add a warning for each variable that a condition reads and nothing sets, and for each misread name.

    Args:
        document: The file.
        process: The process in the file.
        graph: The process.
        calls: The calls of the file, by the called process. Payload schemas do not hold for what they pass.
    """
    settable = _SettableVariables(is_open="" in calls)
    settable.add_data(process)
    for start in graph.start_elements.values():
        settable.add_start(start)
    for node in graph.nodes.values():
        settable.add_node(node, graph)
    for call in calls.get(graph.key, ()):
        settable.add_inputs(call)
    for element, condition in _conditions(document, process, graph):
        for message in settable.remarks(condition):
            document.warn(element, message, EXPRESSIONS_PAGE)


def _conditions(
    document: BpmnDocument, process: etree._Element, graph: ProcessGraph
) -> Iterator[tuple[etree._Element, Expression]]:
    """Yield the conditions of a process, each with its element in the file."""
    for node in graph.nodes.values():
        element = document.by_id.get(node.id, process)
        for flow in node.outgoing:
            if flow.condition is not None:
                yield document.by_id.get(flow.id, element), flow.condition
        loop = node.loop
        tests = [node.condition]
        if isinstance(loop, StandardLoop):
            tests.append(loop.condition)
        elif isinstance(loop, MultiInstance):
            tests.append(loop.completion)
        for test in tests:
            if test is not None:
                yield element, test


class _SettableVariables:
    """The variables that something in a process can set.

    Attributes:
        names: Their names.
        is_open: True if any other variable can be set, too.
    """

    def __init__(self, *, is_open: bool) -> None:
        self.names: set[str] = set(_LOOP_VARIABLES)
        self.is_open = is_open

    def add_data(self, process: etree._Element) -> None:
        """Add the data objects, properties, inputs and outputs of a process, and the targets of assignments."""
        for element in bpmn_elements(process):
            name = local_name(element)
            if name in _DATA:
                self._add(element.get("name"), element.get("id"))
            elif name == "to":
                self.names.update(re.findall(r"[^\W\d]\w*", element.text or ""))

    def add_start(self, start: StartElement) -> None:
        """Add the variables that the start of a process sets."""
        self.add_payload(start.payload_schema, start.payload_variable)
        self._add(start.initiator_variable)

    def add_payload(self, schema: dict[str, Any] | bool | None, variable: str | None) -> None:
        """Add the variables that a payload sets: the one that gets it as a whole, or one for each property."""
        if variable is not None:
            self.names.add(variable)
        elif schema is None or schema is True:
            self.is_open = True
        elif isinstance(schema, dict):
            names, is_open = _properties(schema)
            self.names |= names
            self.is_open |= is_open

    def add_node(self, node: Node, graph: ProcessGraph) -> None:
        """Add the variables that a node sets."""
        mappings = node.mappings
        self._add(*(mapping.target for mapping in (*mappings.inputs, *mappings.outputs)))
        self._add(mappings.result_variable, node.code_variable, node.message_variable)
        if node.script is not None:
            self._add_targets([statement.target for statement in node.script.statements])
        if isinstance(node.loop, MultiInstance):
            self._add(node.loop.element_variable, node.loop.output_collection)
        if mappings.outputs_only:
            return
        catch = graph.catch_elements.get(node.id)
        if catch is not None:
            self.add_payload(catch.payload_schema, catch.payload_variable)
        elif node.call is not None:
            self._add_call(node)
        elif node.id in graph.task_elements:
            self.is_open |= mappings.result_variable is None
        elif node.trigger is HandlerTrigger.ERROR:  # the program that ends a task by an error sets variables
            self.is_open = True

    def add_inputs(self, call: Call) -> None:
        """Add the variables that a call passes to the process."""
        if call.inputs is None:
            self.is_open = True
        else:
            self._add_targets([mapping.target for mapping in call.inputs])

    def _add_call(self, node: Node) -> None:
        assert node.call is not None, node.id
        if node.call.outputs is None:
            self.is_open = True
        else:
            self._add_targets([mapping.target for mapping in node.call.outputs])

    def _add_targets(self, targets: Iterable[str | None]) -> None:
        """Add the targets of assignments. One without a target sets a variable for each member of its value."""
        for target in targets:
            self.is_open |= target is None
            self._add(target)

    def _add(self, *names: str | None) -> None:
        self.names.update(name for name in names if name)

    def remarks(self, condition: Expression) -> Iterator[str]:
        """Yield the reasons why a condition cannot be meant as it is."""
        if condition.is_difference:
            yield f"its condition `{condition.text.strip()[:80]}` is a difference, which is neither true nor false"
        unset = sorted(condition.names - self.names)
        longer = self._longer_names(condition) if unset else []
        for name in unset:
            meant = [other for other in longer if name in re.findall(r"\w+", other)]
            if meant and condition.is_feel:  # it reads the longer name
                continue
            if meant:
                yield (
                    f"its condition reads `{name}`, which nothing in the model sets: to read the variable"
                    f" `{meant[0]}`, write its name in backticks"
                )
            elif not self.is_open:
                yield f"its condition reads the variable `{name[:80]}`, which nothing in the model can set"

    def _longer_names(self, condition: Expression) -> list[str]:
        """Return the names of variables that are written in a condition like arithmetic."""
        written = condition.longer_names if condition.is_feel else _LONGER_NAME.findall(condition.text)
        return sorted(self.names.intersection(written))


def _properties(schema: dict[str, Any]) -> tuple[set[str], bool]:
    """Return the names of the properties in a schema, and whether it allows others.

    Subschemas that apply to the payload itself count, those of its members do not.
    """
    names: set[str] = set()
    is_open = False
    pending: list[tuple[Any, int]] = [(schema, 0)]
    definitions = _definitions(schema)
    seen: set[int] = set()
    while pending:
        part, depth = pending.pop()
        if not isinstance(part, dict) or id(part) in seen:
            continue
        seen.add(id(part))
        names.update(_dict(part.get("properties")))
        names.update(name for name in _list(part.get("required")) if isinstance(name, str))
        is_open |= _allows_others(part)
        if depth < _MAX_SCHEMA_DEPTH:
            pending += [(inner, depth + 1) for inner in _subschemas(part, schema, definitions)]
    return names, is_open or (not names and not _is_closed(schema))


def _allows_others(schema: dict[str, Any]) -> bool:
    """Return True if a schema explicitly allows properties that it does not name."""
    if schema.get("patternProperties"):
        return True
    return any(
        schema.get(keyword) not in (None, False) for keyword in ("additionalProperties", "unevaluatedProperties")
    )


def _is_closed(schema: dict[str, Any]) -> bool:
    return any(schema.get(keyword) is False for keyword in ("additionalProperties", "unevaluatedProperties"))


def _definitions(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the definitions of a schema by the references that name them: an id, or an anchor after a `#`."""
    by_reference: dict[str, Any] = {}
    for keyword in ("$defs", "definitions"):
        for definition in _dict(schema.get(keyword)).values():
            if isinstance(definition, dict):
                for reference in (definition.get("$id"), f"#{definition.get('$anchor')}", definition.get("id")):
                    if isinstance(reference, str):
                        by_reference.setdefault(reference, definition)
    return by_reference


def _subschemas(part: dict[str, Any], root: dict[str, Any], definitions: dict[str, Any]) -> Iterator[Any]:
    for keyword in ("allOf", "anyOf", "oneOf"):
        yield from _list(part.get(keyword))
    for keyword in ("if", "then", "else"):
        yield part.get(keyword)
    for keyword in ("dependentSchemas", "dependencies"):
        yield from _dict(part.get(keyword)).values()
    for keyword in ("$ref", "$dynamicRef"):
        if isinstance(part.get(keyword), str):
            yield _resolve(part[keyword], root, definitions)


def _resolve(reference: str, root: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """Return the subschema that a reference within the schema names. One that cannot be found allows anything."""
    if reference == "#":
        return root
    found: Any = root
    if reference.startswith("#/"):
        for name in reference[2:].split("/"):
            key = name.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, dict) else None
    else:
        found = definitions.get(reference)
    return {"additionalProperties": True} if found is None else found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
