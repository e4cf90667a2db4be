"""Random documents that are valid for a schema of ``worlds``. Fields with the same response name can be merged."""

import re
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

VARIABLES = {
    "yes": "Boolean!",
    "no": "Boolean = false",
    "n": "Int",
    "s": 'String = "v"',
    "l": "[Int!]",
    "i": "In",
    "e": "Color",
    "a": "Int!",
}
VALUES: dict[str, tuple[Any, ...]] = {
    "yes": (True, False, True, True),
    "no": (True, False, None),
    "n": (1, None, "x", 2**40),
    "s": ("given", None, 1),
    "l": ([1, 2], 3, [None], None),
    "i": ({"a": 1}, {"a": 2, "b": None}, {"b": "x"}, {"a": 1, "c": 2}, None),
    "e": ("RED", "red", None),
    "a": (1, 2),
}
LITERALS = {
    "n": ("1", "null", "$n", "$a"),
    "s": ('"literal"', "null", "$s"),
    "l": ("[1, 2]", "3", "$l", "[$a, 1]"),
    "i": ("{a: 1}", "{a: $a}", "{a: 2, b: $s}", "$i", "null"),
    "e": ("GREEN", "$e", "null"),
}
CONDITIONS = (
    "",
    "",
    "",
    "",
    "@include(if: $yes)",
    "@skip(if: $no)",
    "@include(if: true)",
    "@skip(if: true) @include(if: $yes)",
)


def random_variables(random: Random) -> dict[str, Any]:
    """Return values for ``VARIABLES``, most of them valid."""
    variables = {"yes": random.choice(VALUES["yes"]), "a": 1}
    for name, values in VALUES.items():
        if random.random() < 0.4:
            variables[name] = values[0] if random.random() < 0.8 else random.choice(values)
    return variables


class DocumentMaker:
    def __init__(self, schema: GraphQLSchema, random: Random) -> None:
        self._schema = schema
        self._random = random
        self._fragments: dict[str, str] = {}
        self._arguments_by_name: dict[str, str] = {}

    def document(self) -> str:
        kind, root = self._random.choice((("query", "Query"), ("query", "Query"), ("mutation", "Mutation")))
        root_type = self._schema.type_map[root]
        body = self._selections(root_type, 4)
        used = [
            f"${name}: {of}" for name, of in VARIABLES.items() if re.search(rf"\${name}\b", body + str(self._fragments))
        ]
        definitions = f"({', '.join(used)})" if used else ""
        return "\n".join([f"{kind}{definitions} {body}", *self._fragments.values()])

    def _selections(self, graphql_type: Any, depth: int) -> str:
        selections = [self._selection(graphql_type, depth) for _ in range(self._random.randint(1, 5))]
        return "{ __typename " + " ".join(selections) + " }"

    def _selection(self, graphql_type: Any, depth: int) -> str:
        chance = self._random.random()
        fields = getattr(graphql_type, "fields", {})
        if depth > 0 and (chance < 0.25 or not fields):
            return self._inline(graphql_type, depth)
        if depth > 0 and chance < 0.35:
            return self._spread(graphql_type, depth)
        usable = [
            (name, field) for name, field in fields.items() if depth > 0 or is_leaf_type(get_named_type(field.type))
        ]
        if not usable:
            return "__typename"
        return self._field(*self._random.choice(usable), depth)

    def _field(self, name: str, field: GraphQLField, depth: int) -> str:
        alias = self._random.choice(("", "", f"other{name}: "))
        arguments = self._arguments(name, alias, field)
        condition = self._random.choice(CONDITIONS)
        inner = get_named_type(field.type)
        body = "" if is_leaf_type(inner) else self._selections(inner, depth - 1)
        return f"{alias}{name}{arguments} {condition} {body}"

    def _arguments(self, name: str, alias: str, field: GraphQLField) -> str:
        if not field.args:
            return ""
        if alias + name not in self._arguments_by_name:
            arguments = [
                f"{argument}: {self._random.choice(LITERALS[argument])}"
                for argument in field.args
                if self._random.random() < 0.5
            ]
            self._arguments_by_name[alias + name] = f"({', '.join(arguments)})" if arguments else ""
        return self._arguments_by_name[alias + name]

    def _inline(self, graphql_type: Any, depth: int) -> str:
        on_type = self._overlapping(graphql_type)
        condition = self._random.choice(CONDITIONS)
        on = f"on {on_type.name}" if on_type is not graphql_type or self._random.random() < 0.5 else ""
        return f"... {on} {condition} {self._selections(on_type, depth - 1)}"

    def _spread(self, graphql_type: Any, depth: int) -> str:
        on_type = self._overlapping(graphql_type)
        usable = [name for name in self._fragments if name.startswith(f"{on_type.name}_")]
        if usable and self._random.random() < 0.5:
            return f"...{self._random.choice(usable)} {self._random.choice(CONDITIONS)}"
        body = self._selections(on_type, depth - 1)
        name = f"{on_type.name}_{len(self._fragments)}"
        self._fragments[name] = f"fragment {name} on {on_type.name} {body}"
        return f"...{name} {self._random.choice(CONDITIONS)}"

    def _overlapping(self, graphql_type: Any) -> Any:
        """Return a random type that shares possible object types with this one."""
        possible = self._possible(graphql_type)
        overlapping = [
            each
            for each in self._schema.type_map.values()
            if (isinstance(each, GraphQLObjectType) or is_abstract_type(each)) and possible & self._possible(each)
        ]
        return self._random.choice([graphql_type, *overlapping])

    def _possible(self, graphql_type: Any) -> set[str]:
        if isinstance(graphql_type, GraphQLObjectType):
            return {graphql_type.name}
        return {each.name for each in self._schema.get_possible_types(graphql_type)}
