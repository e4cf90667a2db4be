"""Optional hints for the compiler, which a schema declares as ``extensions`` of its fields and types.

A hint makes a promise that the compiler cannot check. graphql-core itself ignores it.
"""

from typing import Any

from graphql import GraphQLField, GraphQLObjectType

# Of a field: the name of the attribute that its resolver returns, and the resolver does nothing else.
ATTRIBUTE = "compiled.attribute"
# Of a field: a resolver to call instead of the field's own. In place of the info it receives an object that has the
# execution's ``context``.
CONTEXT_RESOLVER = "compiled.context_resolver"
# Of a field: True if its resolver returns the source object, whatever the arguments are. They are not coerced then.
SOURCE = "compiled.source"
# Of an object type: instances of exactly this class are of the type, without a call of its ``is_type_of`` or of the
# ``resolve_type`` of an interface or union. Types may share a class; the hint is ignored where several of them are
# possible.
PYTHON_CLASS = "compiled.python_class"


def attribute_of(field: GraphQLField) -> str | None:
    """Return the attribute that the field declares, or None if there is none that can be written in source text."""
    name = field.extensions.get(ATTRIBUTE)
    return name if isinstance(name, str) and name.isidentifier() else None


def class_of(graphql_type: GraphQLObjectType) -> type[Any] | None:
    """Return the class that the type declares, or None.

    None is also returned for a class whose instances may be awaitable or exceptions: they need more checks.
    """
    python_class = graphql_type.extensions.get(PYTHON_CLASS)
    if not isinstance(python_class, type) or issubclass(python_class, Exception):
        return None
    return None if hasattr(python_class, "__await__") or hasattr(python_class, "__getattr__") else python_class


def types_by_class(possible_types: list[GraphQLObjectType]) -> dict[type[Any], GraphQLObjectType]:
    """Return the types by the class they declare, without the classes that several of them declare."""
    declared = [(class_of(graphql_type), graphql_type) for graphql_type in possible_types]
    classes = [python_class for python_class, _ in declared]
    return {
        python_class: graphql_type
        for python_class, graphql_type in declared
        if python_class is not None and classes.count(python_class) == 1
    }
