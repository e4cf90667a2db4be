"""Coercion of the arguments of a field, done in advance where the document alone determines them."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias
from uuid import UUID

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    Undefined,
    ValueNode,
    VariableNode,
    VariableValues,
    coerce_input_literal,
    get_argument_values,
    is_non_null_type,
    is_required_argument,
)

from bpmn_events.compiler.graphql_core import coerce_default_value

Coerced: TypeAlias = dict[str, Any]

_IMMUTABLE = (str, int, float, bool, type(None), Enum, date, time, timedelta, Decimal, UUID)


def is_immutable(value: object) -> bool:
    """Return True if resolvers may share the value. A list, for example, could be changed by one of them."""
    return isinstance(value, _IMMUTABLE)


class _NeedsGraphQLCore(Exception):
    """The arguments cannot be coerced. graphql-core raises the error with its message."""


class Arguments:
    """The arguments of a field, coerced as by graphql-core's ``get_argument_values``.

    ``constant`` holds the coerced arguments if they are the same for every request, otherwise None.
    """

    def __init__(self, field: GraphQLField, node: FieldNode, *, hide_suggestions: bool = False) -> None:
        self._field = field
        self._hide_suggestions = hide_suggestions
        self._node = node
        nodes = {argument.name.value: argument for argument in node.arguments or ()}
        coercers = [self._coercer(name, argument, nodes.get(name)) for name, argument in field.args.items()]
        self._coercers = coercers
        self.constant: Coerced | None = None
        if all(isinstance(coerce, _Constant) for coerce in coercers):
            self.constant = {}
            for coerce in coercers:
                coerce(self.constant, None)

    def __call__(self, variables: VariableValues) -> Coerced:
        """Return the arguments by their Python names.

        Raises:
            GraphQLError: A value does not fit its argument.
        """
        coerced: Coerced = {}
        try:
            for coerce in self._coercers:
                coerce(coerced, variables)
        except _NeedsGraphQLCore:
            return get_argument_values(self._field, self._node, variables, hide_suggestions=self._hide_suggestions)
        return coerced

    def _coercer(
        self, name: str, argument: GraphQLArgument, node: ArgumentNode | None
    ) -> Callable[[Coerced, Any], None]:
        out_name = argument.out_name or name
        if node is None:
            return _leave_to_graphql_core if is_required_argument(argument) else _default(out_name, argument)
        if isinstance(node.value, VariableNode):
            return _Variable(out_name, argument, node.value.name.value)
        return _literal(out_name, argument, node.value)


class _Constant:
    def __init__(self, out_name: str, value: Any) -> None:
        self._out_name = out_name
        self._value = value

    def __call__(self, coerced: Coerced, _variables: Any) -> None:
        if self._value is not Undefined:
            coerced[self._out_name] = self._value


class _Variable:
    def __init__(self, out_name: str, argument: GraphQLArgument, variable: str) -> None:
        self._out_name = out_name
        self._variable = variable
        self._is_non_null = is_non_null_type(argument.type)
        self._coerce_absent = _leave_to_graphql_core if is_required_argument(argument) else _default(out_name, argument)

    def __call__(self, coerced: Coerced, variables: VariableValues) -> None:
        value = variables.coerced.get(self._variable, Undefined)
        if value is Undefined:
            self._coerce_absent(coerced, variables)
        elif value is None and self._is_non_null:
            raise _NeedsGraphQLCore
        else:
            coerced[self._out_name] = value


def _default(out_name: str, argument: GraphQLArgument) -> Callable[[Coerced, Any], None]:
    """Coerce the default once and pass the same value to every call, as graphql-core does."""
    try:
        return _Constant(out_name, coerce_default_value(argument))
    except TypeError:
        return _leave_to_graphql_core


def _literal(out_name: str, argument: GraphQLArgument, node: ValueNode) -> Callable[[Coerced, Any], None]:
    def coerce(coerced: Coerced, variables: VariableValues | None) -> None:
        value = coerce_input_literal(node, argument.type, variables)
        if value is Undefined:
            raise _NeedsGraphQLCore
        coerced[out_name] = value

    if not _has_variables(node):
        value = coerce_input_literal(node, argument.type)
        if value is not Undefined and is_immutable(value):
            return _Constant(out_name, value)
    return coerce


def _has_variables(node: ValueNode) -> bool:
    if isinstance(node, VariableNode):
        return True
    inner = [*getattr(node, "values", ()), *(field.value for field in getattr(node, "fields", ()))]
    return any(_has_variables(value) for value in inner)


def _leave_to_graphql_core(_coerced: Coerced, _variables: Any) -> None:
    raise _NeedsGraphQLCore
