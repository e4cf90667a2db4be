"""Scalars and enums with values of all classes."""

from datetime import datetime
from decimal import Decimal
from enum import Flag, StrEnum
from fractions import Fraction
from typing import Any

import pytest
from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
)

from tests.unit.compiler.comparing import execute_both


class Level(StrEnum):
    LOW = "LOW"
    HIGH = "h"


class Other(StrEnum):
    """An enum with members that equal those of another enum."""

    LOW = "LOW"


class Bits(Flag):
    ONE = 1
    TWO = 2


class Text(str):
    """A subclass of str."""


class Shouting:
    def __str__(self) -> str:
        return "SHOUTED"


class Waiting:
    """An awaitable that is no coroutine."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __await__(self) -> Any:
        yield from ()
        return self._value


def _half(value: Any) -> Any:
    if value == 3:
        raise ValueError("odd")
    return {0: None, 4: Undefined, 6: Waiting(3), 8: [4]}.get(value, "half")


LEAVES: dict[str, Any] = {
    "string": GraphQLString,
    "id": GraphQLID,
    "int": GraphQLInt,
    "float": GraphQLFloat,
    "boolean": GraphQLBoolean,
    "half": GraphQLScalarType("Half", serialize=_half),
    "raw": GraphQLScalarType("Raw"),
    "level": GraphQLEnumType("Level", Level),
    "levelName": GraphQLEnumType("LevelName", Level, names_as_values=True),
    "levelMember": GraphQLEnumType("LevelMember", Level, names_as_values=False),
    "bits": GraphQLEnumType("Bits", Bits),
    "mixed": GraphQLEnumType("Mixed", {"YES": True, "ONE": 1, "TWO": 2, "S": "s", "L": [1], "N": None, "F": 1.5}),
}
VALUES: tuple[Any, ...] = (
    *("text", "", "LOW", "h", "YES", "N", "1", Text("sub"), b"x"),
    *(0, 1, 2, 3, 4, 6, 8, -1, 2**31, -(2**31) - 1, 2**80, True, False),
    *(1.0, 1.5, float("nan"), float("inf"), Decimal("1.5"), Decimal("2"), Fraction(1, 2), datetime(2026, 1, 2)),
    *(None, Undefined, [], [1], {}, (), object, type(None), Shouting(), ValueError("returned")),
    *(Level.LOW, Level.HIGH, Other.LOW, Bits.ONE, Bits.ONE | Bits.TWO),
    *(Waiting(1), Waiting("LOW"), Waiting(None), Waiting(Waiting(1))),
)


@pytest.mark.parametrize("leaf", LEAVES)
def test_values_of_all_classes(leaf: str) -> None:
    inner = GraphQLObjectType(
        "Inner", {"maybe": GraphQLField(LEAVES[leaf]), "surely": GraphQLField(GraphQLNonNull(LEAVES[leaf]))}
    )
    fields = {f"v{index}": GraphQLField(GraphQLNonNull(inner)) for index in range(len(VALUES))}
    schema = GraphQLSchema(
        GraphQLObjectType("Query", {"all": GraphQLField(GraphQLObjectType("All", fields)), **fields})
    )
    root: dict[str, Any] = {f"v{index}": {"maybe": value, "surely": value} for index, value in enumerate(VALUES)}
    execute_both(schema, f"{{ all {{ {' '.join(f'{name} {{ maybe }}' for name in fields)} }} }}", lambda: {"all": root})
    for name in fields:
        execute_both(schema, f"{{ {name} {{ surely maybe }} all {{ __typename }} }}", lambda: {"all": root, **root})
