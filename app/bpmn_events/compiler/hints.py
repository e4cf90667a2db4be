"""What a schema may tell the compiler, as ``extensions`` of its fields and types. All of it is optional.

A hint makes a promise that the compiler cannot check; graphql-core itself ignores it.
"""

from typing import Any

from graphql import GraphQLField, GraphQLObjectType

# Of a field: the name of the attribute which its resolver answers, and does nothing else.
ATTRIBUTE = "compiled.attribute"
# Of a field: a resolver that may be called instead of its own, with something that has the execution's ``context`` in
# place of the info.
CONTEXT_RESOLVER = "compiled.context_resolver"
# Of an object type: instances of exactly this class are of the type, without asking its ``is_type_of`` or the
# ``resolve_type`` of an interface or union. Types may share a class; where several are possible it says nothing.
PYTHON_CLASS = "compiled.python_class"


def attribute_of(field: GraphQLField) -> str | None:
    """Return the attribute that the field reads, if it was declared and can stand in source text."""
    name = field.extensions.get(ATTRIBUTE)
    return name if isinstance(name, str) and name.isidentifier() else None


def class_of(graphql_type: GraphQLObjectType) -> type[Any] | None:
    """Return the class of the type's values, if it was declared and its instances need no second look."""
    python_class = graphql_type.extensions.get(PYTHON_CLASS)
    if not isinstance(python_class, type) or issubclass(python_class, Exception):
        return None
    return None if hasattr(python_class, "__await__") or hasattr(python_class, "__getattr__") else python_class


def classes_of(possible_types: list[GraphQLObjectType]) -> dict[type[Any], GraphQLObjectType]:
    """Return the types that a class alone tells apart from the other possible ones."""
    declared = [(class_of(each), each) for each in possible_types]
    classes = [python_class for python_class, _ in declared]
    return {
        python_class: graphql_type
        for python_class, graphql_type in declared
        if python_class is not None and classes.count(python_class) == 1
    }
