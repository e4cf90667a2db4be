"""Data associations: copies between variables and the data of an activity or event (BPMN 2.0.2, section 10.4.2).

They become mappings of variables. A data input is a local variable of its activity, the payload of a throw event, or a
variable of the called process. A data output is a member of the result or payload. In files of the first meaning, data
associations have no effect.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.composition import Assignment, assigned, variable, variable_or
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.elements import VariableMapping
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.parsing.data_names import is_placeholder, is_store
from bpmn_events.adapters.hosts.embedded.parsing.definitions.data_constants import parse_value
from bpmn_events.adapters.hosts.embedded.parsing.definitions.expressions import parse_expression, parse_text
from bpmn_events.adapters.hosts.embedded.parsing.document import BPMN, BpmnDocument, children, local_name, text_of

_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*\Z")
_MAX_PATH = 20
# The expressions of XPath and MVEL for the source of the data association.
_SOURCE_ITSELF = ("", ".", "this")


@dataclass(frozen=True, slots=True)
class DataFlow:
    """What the data associations of an activity or event copy.

    Attributes:
        inputs: Mappings to data inputs.
        outputs: Mappings from data outputs.
        data_outputs: The names of the data outputs that the outputs read.
        collection: The value of the data input that a loop takes its items from.
        output_collection: The variable that gets the data output of a loop.
        output_element: The value of the data item that an occurrence of a loop adds to its output.
        output_variable: The data output that has the value of that data item.
    """

    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    data_outputs: frozenset[str] = frozenset()
    collection: Expression | None = None
    output_collection: str | None = None
    output_element: Expression | None = None
    output_variable: str | None = None


NO_DATA = DataFlow()


@dataclass(frozen=True, slots=True)
class _Copy:
    """One copy of a data association. ``sources`` are the references to its sources."""

    sources: tuple[str, ...]
    target: str
    assignment: Assignment


def read_data(document: BpmnDocument, element: etree._Element) -> DataFlow:
    """Return what the data associations of an activity or event copy. Refuse those that cannot run."""
    if document.meaning < CURRENT:
        return NO_DATA
    inputs = _read_copies(document, children(element, "dataInputAssociation"))
    outputs = _read_copies(document, children(element, "dataOutputAssociation"))
    if not inputs and not outputs:
        return NO_DATA
    loop_input, loop_output, output_item = _loop_references(document, element)
    to_loop, own_inputs = _divide(inputs, lambda copy: copy.target == loop_input)
    to_item, others = _divide(outputs, lambda copy: copy.target == output_item)
    from_loop, own_outputs = _divide(others, lambda copy: loop_output in _variables(document, copy.sources))
    collection = _mappings(to_loop, keeps_members=False)
    item_sources = _own_outputs(document, element, to_item)
    is_call = local_name(element) == "callActivity"
    return DataFlow(
        inputs=_mappings(own_inputs, keeps_members=False),
        outputs=_mappings(own_outputs, keeps_members=True),
        data_outputs=_own_outputs(document, element, outputs if is_call else own_outputs) | item_sources,
        collection=collection[0].source if collection else None,
        output_collection=from_loop[0].target if from_loop else None,
        output_element=to_item[0].assignment.source if to_item else None,
        output_variable=next(iter(item_sources), None),
    )


def _divide(copies: Iterable[_Copy], is_chosen: Callable[[_Copy], bool]) -> tuple[list[_Copy], list[_Copy]]:
    """Return the chosen copies, and the others."""
    chosen: list[_Copy] = []
    others: list[_Copy] = []
    for copy in copies:
        (chosen if is_chosen(copy) else others).append(copy)
    return chosen, others


def _loop_references(document: BpmnDocument, element: etree._Element) -> tuple[str | None, str | None, str | None]:
    """Return the variables of a loop's data input, data output and output data item. Each is None without one."""
    loops = children(element, "multiInstanceLoopCharacteristics")
    if not loops:
        return None, None, None
    names = document.data_names
    inputs, outputs = children(loops[0], "loopDataInputRef"), children(loops[0], "loopDataOutputRef")
    items = children(loops[0], "outputDataItem")
    return (
        names.variable(text_of(inputs[0])) if inputs else None,
        names.variable(text_of(outputs[0])) if outputs else None,
        (items[0].get("name") or items[0].get("id")) if items else None,
    )


def _mappings(copies: Iterable[_Copy], *, keeps_members: bool) -> tuple[VariableMapping, ...]:
    """Return one mapping for each target, in the order of the first copy to it."""
    by_target: dict[str, list[Assignment]] = {}
    for copy in copies:
        by_target.setdefault(copy.target, []).append(copy.assignment)
    return tuple(
        VariableMapping(
            assigned(target, assignments, keeps_members=keeps_members),
            target,
            is_optional=len(assignments) > 1 or assignments[0].is_optional,
        )
        for target, assignments in by_target.items()
    )


def _own_outputs(document: BpmnDocument, element: etree._Element, copies: Sequence[_Copy]) -> frozenset[str]:
    """Return the names of the sources that are data outputs of the element.

    What the elements inside of a subprocess set is no result of it, but visible in the process. A call returns all its
    data outputs, for expressions to read, and the variables that the file does not define.
    """
    if not copies or local_name(element) in ("subProcess", "transaction"):
        return frozenset()
    references = {source for copy in copies for source in copy.sources}
    if local_name(element) == "callActivity":
        outputs = element.iterfind(f"{{{BPMN}}}ioSpecification/{{{BPMN}}}dataOutput")
        references |= {output.get("id") or output.get("name") or "" for output in outputs}
    return _variables(document, (reference for reference in references if _is_own(document, element, reference)))


def _variables(document: BpmnDocument, references: Iterable[str]) -> frozenset[str]:
    return frozenset(document.data_names.variable(reference) for reference in references)


def _is_own(document: BpmnDocument, element: etree._Element, source: str) -> bool:
    data = document.data_names.find(source)
    if data is None:
        return local_name(element) == "callActivity"
    return local_name(data) == "dataOutput" and element in data.iterancestors()


# --- associations ---


def _read_copies(document: BpmnDocument, associations: Sequence[etree._Element]) -> list[_Copy]:
    return [copy for association in associations for copy in _read_association(document, association)]


def _read_association(document: BpmnDocument, association: etree._Element) -> list[_Copy]:
    """Return the copies of a data association.

    It only documents the use of data if it has no source or target, or if one of them is the activity itself.
    """
    names = document.data_names
    references = [text_of(source) for source in children(association, "sourceRef") if text_of(source)]
    targets = [text_of(target) for target in children(association, "targetRef") if text_of(target)]
    target = targets[0] if targets else None
    owner = association.getparent()
    is_drawn_only = owner is not None and owner.get("id") in (*references, *targets)
    if is_drawn_only or (target is not None and is_placeholder(names.find(target))):
        return []
    assignments = children(association, "assignment")
    transformations = [each for each in children(association, "transformation") if text_of(each)]
    if not assignments and not (target and (references or transformations)):
        return []
    if not _has_data_only(document, association, [*references, *targets]):
        return []
    sources = tuple(references)
    copies = []
    if target is not None and transformations:
        value = parse_expression(document, transformations[0])
        copies.append(_copy(document, sources, target, value, is_optional=bool(sources)))
    elif target is not None and references and not assignments:
        if len(references) > 1:
            document.refuse(association, "a data association from several sources needs a transformation")
        if names.find(references[0]) is None or names.find(references[0]) is not names.find(target):
            copies.append(
                _copy(document, sources, target, _source(document, association, references[0]), is_optional=True)
            )
    return copies + [_read_assignment(document, assignment, sources, target) for assignment in assignments]


def _has_data_only(document: BpmnDocument, association: etree._Element, references: Iterable[str]) -> bool:
    """Return True if all references lead to variables. Refuse other elements, and warn about data stores."""
    for reference in references:
        if is_store(document.data_names.find(reference)):
            document.warn(
                association,
                "the data association has no effect: the engine has no data stores, and neither reads nor writes one",
            )
            return False
        if document.data_names.is_other(reference):
            document.refuse(association, f"it refers to {reference!r}, which is no data of this file")
            return False
    return True


def _copy(
    document: BpmnDocument, sources: tuple[str, ...], target: str, value: Expression, *, is_optional: bool
) -> _Copy:
    return _Copy(sources, document.data_names.variable(target), Assignment((), value, is_optional))


def _source(document: BpmnDocument, association: etree._Element, reference: str) -> Expression:
    """Return the value of a source. Text with dots that is no data of the file can be a member of a variable."""
    name = document.data_names.variable(reference)
    if document.data_names.find(reference) is None and "." in reference and _PATH.match(reference):
        return variable_or(name, parse_text(document, association, reference))
    return variable(name)


def _read_assignment(
    document: BpmnDocument, assignment: etree._Element, sources: tuple[str, ...], target: str | None
) -> _Copy:
    origins, destinations = children(assignment, "from"), children(assignment, "to")
    destination = _unwrap(text_of(destinations[0])) if destinations else ""
    if destination in ("", "."):
        destination = target or ""
    name, path = _find_target(document, destination)
    if not origins or not name:
        document.refuse(assignment, "an assignment has a `from`, and a `to` with a variable or a member of one")
    origin = origins[0] if origins else assignment
    data = document.data_names.find(_unwrap(text_of(origin)), by_name=False)
    read = () if data is None else (_unwrap(text_of(origin)),)
    if sources and text_of(origin) in _SOURCE_ITSELF:
        value = _source(document, assignment, sources[0])
    else:
        value = parse_value(document, origin, document.data_names.find(destination) if not path else None)
    return _Copy((*sources, *read), name, Assignment(path, value, bool(sources or read)))


def _find_target(document: BpmnDocument, destination: str) -> tuple[str, tuple[str, ...]]:
    """Return the variable of an assignment's target, and the names of the members that lead to it.

    The variable is empty if the text names none.
    """
    if document.data_names.find(destination) is not None:
        return document.data_names.variable(destination), ()
    if not _PATH.match(destination) or destination.count(".") >= _MAX_PATH:
        return "", ()
    name, *path = destination.split(".")
    return document.data_names.variable(name), tuple(path)


def _unwrap(text: str) -> str:
    """Return the text of an expression without `${…}`, `#{…}` or `=`."""
    if text.startswith(("${", "#{")) and text.endswith("}"):
        return text[2:-1].strip()
    return text.removeprefix("=").strip()
