"""Random schemas with resolvers that return values, fail, or return invalid values.

The result of a resolver depends on the seed and the response path only.
"""

import asyncio
from collections.abc import Iterable
from enum import Enum
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from bpmn_events.compiler import ATTRIBUTE, CONTEXT_RESOLVER, PYTHON_CLASS


class Color(Enum):
    RED = "red"
    GREEN = "green"


def _odd(value: Any) -> Any:
    if value == 4:
        raise ValueError("4 is even")
    return None if value == 6 else {"odd": value}


ODD = GraphQLScalarType("Odd", serialize=_odd)
ANY = GraphQLScalarType("Any")
COLOR = GraphQLEnumType("Color", Color)
SHADE = GraphQLEnumType("Shade", {"LIGHT": 1, "DARK": "d", "NONE": None})
LEAVES = (GraphQLString, GraphQLInt, GraphQLFloat, GraphQLBoolean, GraphQLID, ODD, ANY, COLOR, SHADE)
GOOD: dict[Any, tuple[Any, ...]] = {
    GraphQLString: ("text", "", 3, True),
    GraphQLInt: (0, 7, True, 2**31 - 1, 3.0),
    GraphQLFloat: (0.5, 3, -1.0),
    GraphQLBoolean: (True, False, 1),
    GraphQLID: ("id", 12),
    ODD: (1, 3, "x"),
    ANY: ({"a": [1]}, [None], 1.5, "text"),
    COLOR: (Color.RED, Color.GREEN),
    SHADE: (1, "d", "NONE"),
}
BAD: tuple[Any, ...] = (
    object,
    {"no": "such"},
    "nonsense",
    2**40,
    float("nan"),
    4,
    6,
    (),
    b"bytes",
    [1],
    Color.RED,
    set(),
)
INPUT = GraphQLInputObjectType(
    "In", {"a": GraphQLInputField(GraphQLNonNull(GraphQLInt)), "b": GraphQLInputField(GraphQLString, default_value="d")}
)
ARGUMENTS = {
    "n": GraphQLArgument(GraphQLInt, default_value=3),
    "s": GraphQLArgument(GraphQLString, out_name="text"),
    "l": GraphQLArgument(GraphQLList(GraphQLNonNull(GraphQLInt))),
    "i": GraphQLArgument(INPUT),
    "e": GraphQLArgument(COLOR),
}


class ResolverError(Exception):
    """An error that resolvers raise or return."""


class World:
    """The context of an execution, which produces all values. ``calls`` lists the requested places in order."""

    def __init__(self, seed: int, *, trouble: float, waiting: float) -> None:
        self._seed = seed
        self._trouble = trouble
        self._waiting = waiting
        self.calls: list[str] = []

    def value(self, graphql_type: Any, place: str) -> Any:
        """Return the value of the resolver at this place, or raise its error."""
        self.calls.append(place)
        random = Random(f"{self._seed}:{place}")
        if random.random() < self._waiting:
            return self._later(random.randrange(3), graphql_type, place, random)
        return self._now(graphql_type, place, random)

    async def _later(self, ticks: int, graphql_type: Any, place: str, random: Random) -> Any:
        for _ in range(ticks):
            await asyncio.sleep(0)
        return self._now(graphql_type, place, random)

    def _now(self, graphql_type: Any, place: str, random: Random) -> Any:
        if random.random() < self._trouble:
            return self._unexpected(place, random)
        if not is_non_null_type(graphql_type) and random.random() < 0.1:
            return None
        inner = get_nullable_type(graphql_type)
        if is_list_type(inner):
            return self._list(inner.of_type, place, random)
        if is_leaf_type(inner):
            return random.choice(GOOD[inner])
        return self._object(inner, place, random)

    def _unexpected(self, place: str, random: Random) -> Any:
        match random.randrange(6):
            case 0:
                raise ResolverError(place)
            case 1:
                raise GraphQLError(f"failed {place}", extensions={"code": place})
            case 2:
                return ResolverError(f"returned {place}")
            case 3:
                return None
            case _:
                return random.choice(BAD)

    def _list(self, item_type: Any, place: str, random: Random) -> Any:
        def items() -> Iterable[Any]:
            for index in range(random.randrange(4)):
                yield self.value(item_type, f"{place}[{index}]")

        return random.choice((list, list, tuple, iter))(items())

    def _object(self, graphql_type: Any, place: str, random: Random) -> Any:
        possible = [graphql_type] if isinstance(graphql_type, GraphQLObjectType) else graphql_type.extensions["types"]
        object_type = random.choice(possible)
        return object_type.extensions["class"](self, place)


class Thing:
    """An object with an attribute for each field of its type."""

    def __init__(self, world: World, place: str) -> None:
        self.world = world
        self.place = place


def random_schema(random: Random) -> GraphQLSchema:
    """Return a schema of three object types, an interface and a union, with random field types and resolvers."""
    names = ["A", "B", "C"]
    by_class = random.random() < 0.5
    types: dict[str, Any] = {}
    shared = {"same": _wrapped(random, random.choice(LEAVES))}
    interface = GraphQLInterfaceType(
        "Face",
        lambda: {name: GraphQLField(each) for name, each in shared.items()},
        resolve_type=_type_of(random, by_class),
    )
    for name in names:
        members = random.choice(((), (interface,)))
        types[name] = _object_type(random, name, members, types, shared, by_class=by_class)
    union = GraphQLUnionType("Some", random.sample(list(types.values()), 2), resolve_type=_type_of(random, by_class))
    union.extensions["types"] = list(union.types)
    interface.extensions["types"] = [each for each in types.values() if interface in each.interfaces] or [types["A"]]
    types |= {"Face": interface, "Some": union}
    query = _object_type(random, "Query", (), types, shared, root=True)
    mutation = _object_type(random, "Mutation", (), types, shared, root=True)
    return GraphQLSchema(query, mutation, types=list(types.values()))


def _type_of(random: Random, by_class: bool) -> Any:
    def now(value: Any, _info: Any, _type: Any) -> Any:
        return getattr(value, "type_name", None)

    async def later(value: Any, _info: Any, _type: Any) -> Any:
        return getattr(value, "type_name", None)

    return random.choice((now, None)) if by_class else random.choice((now, later, None))


def _object_type(
    random: Random,
    name: str,
    interfaces: Any,
    types: dict[str, Any],
    shared: dict[str, Any],
    *,
    root: bool = False,
    by_class: bool = False,
) -> GraphQLObjectType:
    fields: dict[str, GraphQLField] = {}
    python_class = type(name, (Thing,), {"type_name": name})
    setattr(python_class, f"_{name}__typename", random.choice((name, None)))

    def add(field_name: str, graphql_type: Any) -> None:
        fields[field_name] = _field(random, field_name, graphql_type)
        setattr(python_class, field_name, _attribute(field_name, graphql_type))

    def thunk() -> dict[str, GraphQLField]:
        if not fields:
            for field_name, each in shared.items() if interfaces else ():
                add(field_name, each)
            for number in range(random.randint(2, 5)):
                of_type = (
                    random.choice(LEAVES) if not root and random.random() < 0.6 else random.choice([*types.values()])
                )
                add(f"{name.lower()}{number}", _wrapped(random, of_type))
            fields[f"{name.lower()}Echo"] = GraphQLField(
                ANY, args=ARGUMENTS, resolve=lambda _source, info, **arguments: [info.path.as_list(), repr(arguments)]
            )
        return fields

    def now(value: Any, _info: Any) -> bool:
        return isinstance(value, python_class)

    async def later(value: Any, _info: Any) -> bool:
        return isinstance(value, python_class)

    graphql_type = GraphQLObjectType(
        name, thunk, interfaces, is_type_of=now if by_class else random.choice((now, later, None))
    )
    graphql_type.extensions["class"] = python_class
    if by_class and random.random() < 0.7:
        graphql_type.extensions[PYTHON_CLASS] = python_class
    return graphql_type


def _wrapped(random: Random, graphql_type: Any) -> Any:
    for wrapper, chance in ((GraphQLNonNull, 0.5), (GraphQLList, 0.3), (GraphQLNonNull, 0.4), (GraphQLList, 0.1)):
        if random.random() < chance and not (wrapper is GraphQLNonNull and is_non_null_type(graphql_type)):
            graphql_type = wrapper(graphql_type)
    return graphql_type


def _attribute(name: str, graphql_type: Any) -> property:
    return property(lambda thing: thing.world.value(graphql_type, f"{thing.place}.{name}"))


def _field(random: Random, name: str, graphql_type: Any) -> GraphQLField:
    def by_info(_source: Any, info: Any) -> Any:
        return info.context.value(graphql_type, ".".join(str(key) for key in info.path.as_list()))

    def by_context(source: Any, info: Any) -> Any:
        return info.context.value(graphql_type, f"{source.place}.{name}")

    def by_attribute(source: Any, _info: Any) -> Any:
        return getattr(source, name)

    match random.randrange(5):
        case 0:
            return GraphQLField(graphql_type, resolve=by_info)
        case 1:
            return GraphQLField(graphql_type, resolve=by_context, extensions={CONTEXT_RESOLVER: by_context})
        case 2:
            return GraphQLField(graphql_type, resolve=by_attribute, extensions={ATTRIBUTE: name})
        case _:
            return GraphQLField(graphql_type)


def named(graphql_type: Any) -> Any:
    return get_named_type(graphql_type)
