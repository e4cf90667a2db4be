"""The selection sets of an operation as functions, written and compiled when they are first needed."""

from typing import Any

from graphql import GraphQLAbstractType, GraphQLObjectType, VariableValues

from bpmn_events.compiler.executor import Select, SelectFor
from bpmn_events.compiler.graphql_core import FieldDetailsList
from bpmn_events.compiler.hints import classes_of
from bpmn_events.compiler.program import Program, SelectedFields
from bpmn_events.compiler.selection_writer import SelectionWriter


class Selections:
    """Those of one outcome of the operation's ``@include`` and ``@skip``, which ``conditions`` decide."""

    def __init__(self, program: Program, conditions: VariableValues) -> None:
        self._program = program
        self._fields = SelectedFields(program, conditions)
        # graphql-core's lists of field nodes stand for a selection set; they are kept, so that an id stays theirs.
        self._known: dict[tuple[GraphQLObjectType, int], tuple[FieldDetailsList, Select]] = {}

    def roots(self, *, serially: bool) -> list[Select]:
        """Return the functions for the operation itself: one for each field, if they are to run one after the other.

        Raises:
            GraphQLError: ``@include`` or ``@skip`` has no value.
        """
        fields = self._fields.of_root()
        groups = [{key: details} for key, details in fields.items()] if serially else [fields]
        writer = self._writer()
        names = [writer.selection(self._program.root_type, group) for group in groups]
        functions = self._run(writer)
        return [functions[name] for name in names]

    def of(self, parent: GraphQLObjectType, details: FieldDetailsList) -> Select:
        """Return the function for what these field nodes select of an object of this type."""
        known = self._known.get((parent, id(details)))
        if known is None:
            writer = self._writer()
            writer.subselection(parent, details)
            self._run(writer)
            known = self._known[parent, id(details)]
        return known[1]

    def _writer(self) -> SelectionWriter:
        return SelectionWriter(self._fields, self._by_class)

    def _by_class(self, abstract: GraphQLAbstractType, details: FieldDetailsList) -> "ByClass":
        return ByClass(self.of, classes_of(list(self._program.schema.get_possible_types(abstract))), details)

    def _run(self, writer: SelectionWriter) -> dict[str, Any]:
        functions = writer.source.run()
        for key, (details, name) in writer.known.items():
            self._known.setdefault(key, (details, functions[name]))
        return functions


class ByClass(dict[type, Select | None]):
    """What is selected of a value of an abstract type, by the value's class. None: the class does not say enough."""

    def __init__(self, select_for: SelectFor, types: dict[type, GraphQLObjectType], details: FieldDetailsList) -> None:
        super().__init__()
        self._select_for = select_for
        self._types = types
        self._details = details

    def __missing__(self, python_class: type) -> Select | None:
        graphql_type = self._types.get(python_class)
        if graphql_type is None:
            return None
        self[python_class] = found = self._select_for(graphql_type, self._details)
        return found
