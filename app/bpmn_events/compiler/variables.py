"""The variables of an operation, and how the values that a request gives them are coerced."""

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

from bpmn_events.compiler.arguments import is_unchanging
from bpmn_events.compiler.graphql_core import (
    VariableValueSource,
    coerce_default_value,
    get_variable_signature,
    is_iterable,
)

# Gives Undefined for what cannot be coerced, as graphql-core's ``coerce_input_value``.
Coercer: TypeAlias = Callable[[Any], Any]

_MAX_COERCION_ERRORS = 50  # the default of graphql-core's ``execute``
_OWN_CLASSES: Mapping[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class Variables:
    """Coerces as graphql-core's ``get_variable_values``, which also words the errors."""

    def __init__(self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]) -> None:
        self._schema = schema
        self._definitions = definitions
        self._variables: list[_Variable] | None
        try:
            self._variables = [_Variable(schema, each) for each in definitions]
        except _TooUnusual:
            self._variables = None

    def __call__(self, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        coerced = None if self._variables is None else _coerced(self._variables, given)
        if coerced is None:
            return get_variable_values(self._schema, self._definitions, given, max_errors=_MAX_COERCION_ERRORS)
        return coerced


class _TooUnusual(Exception):
    """A variable that is left to graphql-core: its type contains itself, or its default is no plain value."""


class _Variable:
    def __init__(self, schema: GraphQLSchema, definition: VariableDefinitionNode) -> None:
        signature = get_variable_signature(schema, definition)
        if isinstance(signature, GraphQLError):
            raise _TooUnusual
        self.name = signature.name
        self.signature = signature
        self.coerce = _coercer(signature.type, ())
        self.absent = VariableValueSource(signature)
        self.is_required = definition.default_value is None and is_non_null_type(signature.type)
        try:
            self.default = coerce_default_value(signature)
        except TypeError:
            raise _TooUnusual from None
        if self.default is not Undefined and not is_unchanging(self.default):
            raise _TooUnusual


def _coerced(variables: Sequence[_Variable], given: dict[str, Any]) -> VariableValues | None:
    sources: dict[str, VariableValueSource] = {}
    coerced: dict[str, Any] = {}
    for variable in variables:
        name = variable.name
        value = given.get(name, Undefined)
        if value is Undefined:
            sources[name] = variable.absent
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


def _coercer(graphql_type: GraphQLInputType, around: tuple[GraphQLInputType, ...]) -> Coercer:
    if is_non_null_type(graphql_type):
        nullable = _nullable_coercer(graphql_type.of_type, around)
        return lambda value: Undefined if value is None or value is Undefined else nullable(value)
    coerce = _nullable_coercer(graphql_type, around)
    return lambda value: None if value is None or value is Undefined else coerce(value)


def _nullable_coercer(graphql_type: Any, around: tuple[GraphQLInputType, ...]) -> Coercer:
    if is_list_type(graphql_type):
        return _list_coercer(_coercer(graphql_type.of_type, around))
    if is_input_object_type(graphql_type):
        if graphql_type in around or graphql_type.is_one_of:
            raise _TooUnusual
        return _object_coercer(graphql_type, (*around, graphql_type))
    return _leaf_coercer(graphql_type)


def _leaf_coercer(graphql_type: Any) -> Coercer:
    own_class = _OWN_CLASSES.get(graphql_type)
    coerce_value = graphql_type.coerce_input_value

    def coerce(value: Any) -> Any:
        if value.__class__ is own_class:
            return value
        try:
            return coerce_value(value)
        except Exception:
            return Undefined

    return coerce


def _list_coercer(coerce_item: Coercer) -> Coercer:
    def coerce(value: Any) -> Any:
        items = [coerce_item(item) for item in (value if is_iterable(value) else (value,))]
        return Undefined if any(item is Undefined for item in items) else items

    return coerce


def _object_coercer(graphql_type: GraphQLInputObjectType, around: tuple[GraphQLInputType, ...]) -> Coercer:
    fields = [
        (name, field.out_name or name, _coercer(field.type, around), is_required_input_field(field), field)
        for name, field in graphql_type.fields.items()
    ]
    names = graphql_type.fields.keys()

    def coerce(value: Any) -> Any:
        if not isinstance(value, dict) or not value.keys() <= names:
            return Undefined
        coerced: dict[str, Any] = {}
        for name, out_name, coerce_field, is_required, field in fields:
            given = value.get(name, Undefined)
            if given is not Undefined:
                member = coerce_field(given)
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
