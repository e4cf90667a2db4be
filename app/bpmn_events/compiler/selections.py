"""The selection sets of an operation as functions, written and compiled when they are first needed."""

from typing import TYPE_CHECKING, Any

from graphql import GraphQLAbstractType, GraphQLObjectType
from graphql.execution import VariableValues
from graphql.execution.collect_fields import collect_fields, collect_subfields

from bpmn_events.compiler.completion import FieldPlace
from bpmn_events.compiler.executor import Select
from bpmn_events.compiler.hints import classes_of
from bpmn_events.compiler.selection_writer import SelectionWriter

if TYPE_CHECKING:
    from bpmn_events.compiler.plan import Program


class Selections:
    """Those of one outcome of the operation's ``@include`` and ``@skip``, which ``conditions`` decide."""

    def __init__(self, program: "Program", conditions: VariableValues) -> None:
        self._program = program
        self._conditions = conditions
        # graphql-core's lists of field nodes stand for a selection set; they are kept, so that an id stays theirs.
        self._known: dict[tuple[GraphQLObjectType, int], tuple[Any, Select]] = {}

    def roots(self, parent: GraphQLObjectType, *, serially: bool) -> list[Select]:
        """The functions for the operation itself: one for each field, if they are to run one after the other.

        Raises:
            GraphQLError: ``@include`` or ``@skip`` has no value.
        """
        program = self._program
        fields = collect_fields(
            program.schema, program.fragments, self._conditions, parent, program.operation
        ).grouped_field_set
        groups = [{key: details} for key, details in fields.items()] if serially else [fields]
        writer = SelectionWriter(self)
        names = [writer.selection(parent, group) for group in groups]
        functions = self._run(writer)
        return [functions[name] for name in names]

    def of(self, parent: GraphQLObjectType, details: Any) -> Select:
        """The function for what these field nodes select of an object of this type."""
        known = self._known.get((parent, id(details)))
        if known is None:
            writer = SelectionWriter(self)
            writer.subselection(parent, details)
            self._run(writer)
            known = self._known[parent, id(details)]
        return known[1]

    def fields(self, parent: GraphQLObjectType, details: Any) -> dict[str, Any]:
        """The fields, by response name, which these field nodes select of an object of this type."""
        program = self._program
        return collect_subfields(
            program.schema, program.fragments, self._conditions, program.operation, parent, details
        ).grouped_field_set

    def place(self, parent: GraphQLObjectType, key: str, details: Any) -> FieldPlace | None:
        field = self._program.schema.get_field(parent, details[0].node.name.value)
        return None if field is None else FieldPlace(key, parent, field, details)

    def by_class(self, abstract: GraphQLAbstractType, details: Any) -> "ByClass":
        return ByClass(self, classes_of(list(self._program.schema.get_possible_types(abstract))), details)

    def _run(self, writer: SelectionWriter) -> dict[str, Any]:
        functions = writer.source.run()
        for key, (details, name) in writer.known.items():
            self._known.setdefault(key, (details, functions[name]))
        return functions


class ByClass(dict[type, Select | None]):
    """What is selected of a value of an abstract type, by the value's class. None: the class does not say enough."""

    def __init__(self, selections: Selections, types: dict[type, GraphQLObjectType], details: Any) -> None:
        super().__init__()
        self._selections = selections
        self._types = types
        self._details = details

    def __missing__(self, python_class: type) -> Select | None:
        graphql_type = self._types.get(python_class)
        if graphql_type is None:
            return None
        self[python_class] = found = self._selections.of(graphql_type, self._details)
        return found
