"""Functions for the selection sets of an operation, compiled when they are first needed."""

from typing import Any

from graphql import GraphQLAbstractType, GraphQLObjectType, VariableValues

from bpmn_events.compiler.executor import FindSelection, Select
from bpmn_events.compiler.graphql_core import FieldDetailsList
from bpmn_events.compiler.hints import types_by_class
from bpmn_events.compiler.program import Program, SelectedFields
from bpmn_events.compiler.selection_writer import SelectionWriter


class Selections:
    """The compiled selections of an operation for one set of values of its ``@include`` and ``@skip`` variables.

    ``conditions`` are these values.
    """

    def __init__(self, program: Program, conditions: VariableValues) -> None:
        self._program = program
        self._fields = SelectedFields(program, conditions)
        # The key is the id of graphql-core's list of field nodes. The list is kept so that no other object gets its id.
        self._compiled: dict[tuple[GraphQLObjectType, int], tuple[FieldDetailsList, Select]] = {}

    def compile_root(self, *, serially: bool) -> list[Select]:
        """Return the functions for the root selection set: one for each field if they run serially, otherwise one.

        Raises:
            GraphQLError: The variable of an ``@include`` or ``@skip`` has no value.
        """
        fields = self._fields.root_fields()
        groups = [{key: details} for key, details in fields.items()] if serially else [fields]
        writer = self._new_writer()
        names = [writer.write_selection(self._program.root_type, group) for group in groups]
        functions = self._run(writer)
        return [functions[name] for name in names]

    def find(self, parent: GraphQLObjectType, details: FieldDetailsList) -> Select:
        """Return the function for the selection of these field nodes from an object of this type."""
        compiled = self._compiled.get((parent, id(details)))
        if compiled is None:
            writer = self._new_writer()
            writer.write_subselection(parent, details)
            self._run(writer)
            compiled = self._compiled[parent, id(details)]
        return compiled[1]

    def _new_writer(self) -> SelectionWriter:
        return SelectionWriter(self._fields, self._selections_by_class)

    def _selections_by_class(self, abstract: GraphQLAbstractType, details: FieldDetailsList) -> "SelectionsByClass":
        possible_types = list(self._program.schema.get_possible_types(abstract))
        return SelectionsByClass(self.find, types_by_class(possible_types), details)

    def _run(self, writer: SelectionWriter) -> dict[str, Any]:
        functions = writer.source.run()
        for key, (details, name) in writer.written.items():
            self._compiled.setdefault(key, (details, functions[name]))
        return functions


class SelectionsByClass(dict[type, Select | None]):
    """The functions for a selection from an interface or union, by the class of the value.

    The value is None for a class that does not determine the object type.
    """

    def __init__(
        self, find_selection: FindSelection, types: dict[type, GraphQLObjectType], details: FieldDetailsList
    ) -> None:
        super().__init__()
        self._find_selection = find_selection
        self._types = types
        self._details = details

    def __missing__(self, python_class: type) -> Select | None:
        graphql_type = self._types.get(python_class)
        if graphql_type is None:
            return None
        self[python_class] = select = self._find_selection(graphql_type, self._details)
        return select
