"""Coercion of the variables of an operation."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    VariableDefinitionNode,
    VariableValues,
    get_variable_values,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)

from bpmn_events.compiler.arguments import is_immutable
from bpmn_events.compiler.graphql_core import (
    VariableValueSource,
    coerce_default_value,
    get_variable_signature,
    is_iterable,
)
from bpmn_events.compiler.program import DEFAULT_ERRORS, ErrorOptions

# Returns Undefined for a value that cannot be coerced, as graphql-core's ``coerce_input_value`` does.
Coercer: TypeAlias = Callable[[Any], Any]

_UNCHANGED_CLASSES: Mapping[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class Variables:
    """Variables that are coerced as by graphql-core's ``get_variable_values``, which also writes the error messages."""

    def __init__(
        self,
        schema: GraphQLSchema,
        definitions: Sequence[VariableDefinitionNode],
        errors: ErrorOptions = DEFAULT_ERRORS,
    ) -> None:
        self._schema = schema
        self._definitions = definitions
        self._errors = errors
        self._variables: list[_Variable] | None
        try:
            self._variables = [_Variable(schema, definition) for definition in definitions]
        except _UnsupportedVariable:
            self._variables = None

    def __call__(self, values: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        """Return the coerced values of a request, or the errors of values that do not fit."""
        coerced = None if self._variables is None else _coerce_variables(self._variables, values)
        if coerced is None:
            options = self._errors
            return get_variable_values(
                self._schema,
                self._definitions,
                values,
                max_errors=options.max_coercion_errors,
                hide_suggestions=options.hide_suggestions,
            )
        return coerced


class _UnsupportedVariable(Exception):
    """A variable that only graphql-core coerces: of a recursive or OneOf input type, or with a mutable default."""


class _Variable:
    def __init__(self, schema: GraphQLSchema, definition: VariableDefinitionNode) -> None:
        signature = get_variable_signature(schema, definition)
        if isinstance(signature, GraphQLError):
            raise _UnsupportedVariable
        self.name = signature.name
        self.signature = signature
        self.coerce = _coercer(signature.type, ())
        self.absent_source = VariableValueSource(signature)
        self.is_required = definition.default_value is None and is_non_null_type(signature.type)
        try:
            self.default = coerce_default_value(signature)
        except TypeError:
            raise _UnsupportedVariable from None
        if self.default is not Undefined and not is_immutable(self.default):
            raise _UnsupportedVariable


def _coerce_variables(variables: Sequence[_Variable], values: dict[str, Any]) -> VariableValues | None:
    sources: dict[str, VariableValueSource] = {}
    coerced: dict[str, Any] = {}
    for variable in variables:
        name = variable.name
        value = values.get(name, Undefined)
        if value is Undefined:
            sources[name] = variable.absent_source
            value = variable.default
            if variable.is_required:
                return None
        else:
            sources[name] = VariableValueSource(variable.signature, value)
            try:
                value = variable.coerce(value)
            except Exception:
                return None
            if value is Undefined:
                return None
        if value is not Undefined:
            coerced[name] = value
    return VariableValues(sources, coerced)


def _coercer(graphql_type: GraphQLInputType, enclosing: tuple[GraphQLInputType, ...]) -> Coercer:
    if is_non_null_type(graphql_type):
        nullable = _nullable_coercer(graphql_type.of_type, enclosing)
        return lambda value: Undefined if value is None or value is Undefined else nullable(value)
    coerce = _nullable_coercer(graphql_type, enclosing)
    return lambda value: None if value is None or value is Undefined else coerce(value)


def _nullable_coercer(graphql_type: Any, enclosing: tuple[GraphQLInputType, ...]) -> Coercer:
    if is_list_type(graphql_type):
        return _list_coercer(_coercer(graphql_type.of_type, enclosing))
    if is_input_object_type(graphql_type):
        if graphql_type in enclosing or graphql_type.is_one_of:
            raise _UnsupportedVariable
        return _object_coercer(graphql_type, (*enclosing, graphql_type))
    return _leaf_coercer(graphql_type)


def _leaf_coercer(graphql_type: Any) -> Coercer:
    unchanged_class = _UNCHANGED_CLASSES.get(graphql_type)
    coerce_value = graphql_type.coerce_input_value

    def coerce(value: Any) -> Any:
        if value.__class__ is unchanged_class:
            return value
        try:
            return coerce_value(value)
        except Exception:
            return Undefined

    return coerce


def _list_coercer(coerce_item: Coercer) -> Coercer:
    def coerce(value: Any) -> Any:
        items: list[Any] = []
        for item in value if is_iterable(value) else (value,):
            coerced = coerce_item(item)
            if coerced is Undefined:
                return Undefined
            items.append(coerced)
        return items

    return coerce


def _object_coercer(graphql_type: GraphQLInputObjectType, enclosing: tuple[GraphQLInputType, ...]) -> Coercer:
    fields = [
        (name, field.out_name or name, _coercer(field.type, enclosing), is_required_input_field(field), field)
        for name, field in graphql_type.fields.items()
    ]
    names = graphql_type.fields.keys()

    def coerce(value: Any) -> Any:
        if not isinstance(value, dict) or not value.keys() <= names:
            return Undefined
        coerced: dict[str, Any] = {}
        for name, out_name, coerce_field, is_required, field in fields:
            member = value.get(name, Undefined)
            if member is not Undefined:
                member = coerce_field(member)
                if member is Undefined:
                    return Undefined
            elif is_required:
                return Undefined
            else:
                member = coerce_default_value(field)
                if member is Undefined:
                    continue
            coerced[out_name] = member
        return graphql_type.out_type(coerced)

    return coerce
