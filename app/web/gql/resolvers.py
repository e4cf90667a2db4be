"""Resolvers without the wrappers Strawberry puts around each, and an executor that takes the short way to a value.

Strawberry describes the schema. What it adds at run time serves extensions and argument conversion; most fields here
are an attribute of a domain object and need neither. A list of fifty events with what belongs to them has a thousand.
"""

from collections.abc import Callable
from inspect import signature
from operator import attrgetter
from types import CoroutineType
from typing import Any, TypeAlias

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.executor import Executor
from graphql.pyutils import Path
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from app.web.gql.conversions import NotConverted, with_arguments

# Takes the source, and something with the operation's ``context``.
Resolve: TypeAlias = Callable[[Any, Any], Any]


class Direct:
    """The resolver of a field without arguments. Of what is called an info it knows the context, and nothing else."""

    __slots__ = ("coerce", "nullable", "object_type", "resolve")

    def __init__(self, resolve: Resolve, graphql_type: GraphQLOutputType) -> None:
        inner: Any = get_nullable_type(graphql_type)
        self.resolve = resolve
        self.nullable = not is_non_null_type(graphql_type)
        self.coerce: Callable[[Any], Any] | None = inner.coerce_output_value if is_leaf_type(inner) else None
        self.object_type: GraphQLObjectType | None = inner if isinstance(inner, GraphQLObjectType) else None

    def __call__(self, source: Any, info: Any) -> Any:
        return self.resolve(source, info)


class DirectExecutor(Executor[Any]):
    """Executes as graphql-core does, and the same answer comes out.

    Values that are at hand, and objects made of nothing else, are completed without a path, an info or a search for
    something to await. Whatever is not that plain, errors among it, is left to graphql-core, which asks again.
    """

    @property
    def context(self) -> Any:
        return self.context_value

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: dict[str, Any],
        position_context: Any,
    ) -> Any:
        results: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for response_name, details in grouped_field_set.items():
            value = results[response_name] = self._short(parent_type, details, source_value)
            if value is Undefined:
                others[response_name] = details
        if not others:
            return results
        completed: Any = super().execute_fields(parent_type, source_value, path, others, position_context)
        return _merged(results, completed) if self.is_awaitable(completed) else results | completed

    def _short(self, parent_type: GraphQLObjectType, details: Any, source: Any, *, deeper: bool = True) -> Any:
        """The completed value of a field; ``Undefined`` where it takes the long way."""
        field = parent_type.fields.get(details[0].node.name.value)
        direct = None if field is None else field.resolve
        if type(direct) is not Direct or (direct.coerce is None and not (deeper and direct.object_type)):
            return Undefined
        try:
            value = direct.resolve(source, self)
            if value is None:
                return None if direct.nullable else Undefined
            if isinstance(value, CoroutineType):
                value.close()
                return Undefined
            completed = direct.coerce(value) if direct.coerce else self._flat(direct.object_type, details, value)
        except Exception:
            return Undefined
        return Undefined if completed is None else completed

    def _flat(self, object_type: Any, details: Any, source: Any) -> Any:
        """An object whose fields are all values; ``Undefined`` where one of them is not."""
        completed = {}
        for response_name, inner in self.collect_subfields(object_type, details).grouped_field_set.items():
            value = completed[response_name] = self._short(object_type, inner, source, deeper=False)
            if value is Undefined:
                return Undefined
        return completed


async def _merged(results: dict[str, Any], completed: Any) -> dict[str, Any]:
    return {**results, **await completed}


def unwrap(schema: GraphQLSchema) -> None:
    """Let the fields of a schema made by Strawberry call their own resolvers."""
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLObjectType):
            for field in graphql_type.fields.values():
                definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
                if isinstance(definition, StrawberryField) and not definition.extensions:
                    field.resolve = _direct(field, definition)


def _direct(field: GraphQLField, definition: StrawberryField) -> Any:
    if definition.base_resolver is None:
        read = attrgetter(definition.python_name)
        return Direct(lambda source, _info: read(source), field.type)
    function: Any = definition.base_resolver.wrapped_func
    match list(signature(function).parameters):
        case ["parent"] if not field.args:
            return Direct(lambda source, _info: function(source), field.type)
        case ["parent", "info"] if not field.args:
            return Direct(function, field.type)
    try:
        return with_arguments(field, definition)
    except NotConverted:
        return field.resolve
