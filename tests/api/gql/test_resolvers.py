"""The short way to a value gives the answer that graphql-core gives."""

from dataclasses import dataclass, field
from enum import Enum
from inspect import isawaitable
from typing import Any, Optional

import pytest
import strawberry
from graphql import ExecutionResult, execute, parse
from strawberry import Parent

from app.web.gql.resolvers import Direct, DirectExecutor, unwrap


@strawberry.enum
class Colour(Enum):
    RED = "red"


@dataclass
class Thing:
    """What the fields are read from: some of it does not fit its type."""

    text: Any = "a"
    number: Any = 1
    colour: Any = Colour.RED
    maybe: Any = None
    other: Any = None
    others: list[Any] = field(default_factory=list)

    @property
    def broken(self) -> str:
        raise RuntimeError("broken")


def _shout(parent: Parent[Thing]) -> str:
    return str(parent.text).upper()


def _greeting(parent: Parent[Thing], info: strawberry.Info) -> str:
    return f"{info.context} {parent.text}"


async def _late(parent: Parent[Thing]) -> str:
    return str(parent.text)


async def _late_thing(parent: Parent[Thing]) -> Thing:
    return Thing("late")


@strawberry.type(name="Thing")
class ThingType:
    text: str
    number: int
    colour: Colour
    maybe: str | None
    broken: str
    other: Optional["ThingType"]
    others: list["ThingType"]
    shout: str = strawberry.field(resolver=_shout)
    greeting: str = strawberry.field(resolver=_greeting)
    late: str = strawberry.field(resolver=_late)
    late_thing: Optional["ThingType"] = strawberry.field(resolver=_late_thing)  # type: ignore[assignment]

    @strawberry.field
    def with_argument(self, by: int = 2) -> int:
        return by * 2


@strawberry.type
class Query:
    thing: ThingType | None
    required: ThingType


SCHEMA = strawberry.Schema(Query)._schema
unwrap(SCHEMA)

EVERYTHING = "text number colour maybe shout greeting __typename"
DOCUMENTS = [
    f"{{ thing {{ {EVERYTHING} }} }}",
    "{ thing { b: text a: number text } }",
    "{ thing { text @skip(if: true) number @include(if: true) } }",
    "{ thing { ...F other { ...F } } } fragment F on Thing { colour ... on Thing { text } }",
    f"{{ thing {{ other {{ {EVERYTHING} other {{ {EVERYTHING} }} }} others {{ {EVERYTHING} }} }} }}",
    "{ thing { text late number lateThing { text late other { text } } withArgument(by: 3) } }",
    "{ thing { number broken text } }",
    "{ thing { other { broken } text } }",
    "{ required { other { text number } late } thing { text } }",
    "{ required { text } }",
]
VALUES = {
    "good": Thing(other=Thing("b", other=Thing("c")), others=[Thing("x"), Thing("y")]),
    "null where none may be": Thing(text=None, other=Thing(number=None)),
    "no number": Thing(number="many", other=Thing(number=2**40)),
    "no such colour": Thing(colour="blue", other=Thing(colour=None)),
    "a number for text": Thing(text=3, maybe=[], others=[Thing(text=None), Thing()]),
    "an exception": Thing(text=ValueError("as a value"), other=ValueError("as an object")),
}


async def _result(document: str, value: Thing, **options: Any) -> ExecutionResult:
    root = {"thing": value, "required": value}

    class Root:
        thing, required = root["thing"], root["required"]

    result = execute(SCHEMA, parse(document), root_value=Root(), context_value="Hello", **options)
    found = await result if isawaitable(result) else result
    assert isinstance(found, ExecutionResult)
    return found


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("document", DOCUMENTS)
async def test_the_answer_is_that_of_graphql_core(document: str, value: Thing) -> None:
    expected = await _result(document, value)
    found = await _result(document, value, executor_class=DirectExecutor)
    assert found.data == expected.data
    assert _keys(found.data) == _keys(expected.data)
    assert _errors(found) == _errors(expected)


def test_only_fields_without_arguments_are_called_directly() -> None:
    thing = SCHEMA.type_map["Thing"]
    direct = {name for name, each in thing.fields.items() if type(each.resolve) is Direct}  # type: ignore[attr-defined]
    assert set(thing.fields) - direct == {"withArgument"}  # type: ignore[attr-defined]


def _keys(data: Any) -> Any:
    """The names in the order in which they stand in the answer."""
    if isinstance(data, dict):
        return [(name, _keys(value)) for name, value in data.items()]
    return [_keys(value) for value in data] if isinstance(data, list) else None


def _errors(result: ExecutionResult) -> list[Any]:
    return sorted((str(error.path), error.message) for error in result.errors or [])
