"""The input of the compiler: an operation, its schema and fragments, and the fields it selects."""

from dataclasses import dataclass

from graphql import (
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableValues,
)

from bpmn_events.compiler.graphql_core import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)


@dataclass(frozen=True, slots=True)
class ErrorOptions:
    """Options of the errors in a response. The defaults are those of graphql-core's ``execute``.

    Attributes:
        max_coercion_errors: The number of errors of variables; one more says that there are others.
        hide_suggestions: True if no error suggests a name or value of the schema.
    """

    max_coercion_errors: int = 50
    hide_suggestions: bool = False


DEFAULT_ERRORS = ErrorOptions()


@dataclass(frozen=True, slots=True)
class Program:
    """An operation with its schema and the fragments of its document."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    root_type: GraphQLObjectType
    fragment_definitions: dict[str, FragmentDefinitionNode]
    fragments: dict[str, FragmentDetails]
    errors: ErrorOptions = DEFAULT_ERRORS


class SelectedFields:
    """The fields that a program selects, by response name.

    ``conditions`` are the values of the variables that decide ``@include`` and ``@skip``.
    """

    def __init__(self, program: Program, conditions: VariableValues) -> None:
        self._program = program
        self._conditions = conditions

    @property
    def hides_suggestions(self) -> bool:
        """True if no error suggests a name or value of the schema."""
        return self._program.errors.hide_suggestions

    def root_fields(self) -> GroupedFieldSet:
        """Return the fields of the operation itself.

        Raises:
            GraphQLError: The variable of an ``@include`` or ``@skip`` has no value.
        """
        program = self._program
        return collect_fields(
            program.schema, program.fragments, self._conditions, program.root_type, program.operation
        ).grouped_field_set

    def subfields(self, parent: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
        """Return the fields that these field nodes select from an object of this type."""
        program = self._program
        return collect_subfields(
            program.schema, program.fragments, self._conditions, program.operation, parent, details
        ).grouped_field_set

    def definition(self, parent: GraphQLObjectType, details: FieldDetailsList) -> GraphQLField | None:
        """Return the definition of the field that these nodes select, or None if the type has no such field."""
        return self._program.schema.get_field(parent, details[0].node.name.value)
