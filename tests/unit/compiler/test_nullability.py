"""Null propagation (GraphQL specification, section 6.4.4).

The cases follow graphql-core's ``test_nonnull`` and ``test_lists``.
"""

from collections.abc import AsyncIterator
from itertools import product
from typing import Any

import pytest
from graphql import GraphQLError, build_schema

from tests.unit.compiler.comparing import execute_both

NESTED = build_schema("""
    type Data {
      sync: String  syncNonNull: String!  later: String  laterNonNull: String!
      nest: Data  nestNonNull: Data!  laterNest: Data  laterNestNonNull: Data!
    }
    type Query { data: Data  dataNonNull: Data!  top: Data! }
""")
LEAVES = ("sync", "syncNonNull", "later", "laterNonNull")
NESTS = ("nest", "nestNonNull", "laterNest", "laterNestNonNull")


class Data:
    """A source whose leaves return null or raise, immediately or when awaited, and whose nests are such sources."""

    def __init__(self, failure: str) -> None:
        self._failure = failure

    def _fail(self, name: str) -> None:
        if self._failure == "raise":
            raise GraphQLError(f"{name} failed", extensions={"name": name})

    def sync(self, _info: Any) -> None:
        self._fail("sync")

    def syncNonNull(self, _info: Any) -> None:
        self._fail("syncNonNull")

    async def later(self, _info: Any) -> None:
        self._fail("later")

    async def laterNonNull(self, _info: Any) -> None:
        self._fail("laterNonNull")

    def nest(self, _info: Any) -> "Data":
        return Data(self._failure)

    async def laterNest(self, _info: Any) -> "Data":
        return Data(self._failure)

    nestNonNull = nest
    laterNestNonNull = laterNest
    data = dataNonNull = top = nest


@pytest.mark.parametrize("failure", ["null", "raise"])
@pytest.mark.parametrize(("outer", "inner", "leaf"), list(product(NESTS, NESTS, LEAVES)))
def test_null_propagates_to_the_next_nullable_field(outer: str, inner: str, leaf: str, failure: str) -> None:
    text = f"{{ data {{ before: sync {outer} {{ {inner} {{ {leaf} }} }} after: later }} }}"
    body = execute_both(NESTED, text, lambda: Data(failure))
    assert failure == "null" or body["errors"]


@pytest.mark.parametrize("failure", ["null", "raise"])
@pytest.mark.parametrize("field", ["data", "dataNonNull", "top"])
def test_null_may_propagate_to_the_root(field: str, failure: str) -> None:
    text = f"""
        {{ {field} {{ ...All nest {{ ...All }} laterNestNonNull {{ sync later }} }} }}
        fragment All on Data {{ sync syncNonNull laterNonNull later }}
    """
    assert execute_both(NESTED, text, lambda: Data(failure))["errors"]


def test_one_error_of_several_siblings_replaces_their_parent() -> None:
    text = "{ data { a: laterNonNull b: laterNonNull c: syncNonNull } top { sync } }"
    errors = execute_both(NESTED, text, lambda: Data("raise"))["errors"]
    assert [error["path"] for error in errors] == [["data", "c"], ["top", "sync"]]


TYPES = ("[Int]", "[Int]!", "[Int!]", "[Int!]!", "[[Int!]]", "[[Int]!]!")


async def _later(value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    return value


class Numbers:
    """An iterable that is neither a list nor a tuple."""

    def __iter__(self) -> Any:
        return iter((1, 2))


async def _generated() -> AsyncIterator[int]:
    yield 1
    yield 2


async def _broken() -> AsyncIterator[int]:
    yield 1
    raise ValueError("no more")


LISTS: dict[str, Any] = {
    "plain": lambda: [1, 2],
    "tuple": lambda: (1, 2),
    "nested": lambda: [[1], (2, None), None],
    "null item": lambda: [1, None, 2],
    "null": lambda: None,
    "awaited": lambda: _later([1, 2]),
    "awaited null": lambda: _later(None),
    "failing later": lambda: _later(ValueError("bad")),
    "items awaited": lambda: [_later(1), 2, _later(3)],
    "item awaited": lambda: [1, _later(2)],
    "item awaited null": lambda: [_later(1), _later(None), _later(2)],
    "item failing": lambda: [1, ValueError("bad"), 2],
    "item failing later": lambda: [1, _later(ValueError("bad")), _later(3)],
    "both failing": lambda: [_later(ValueError("later")), ValueError("now"), _later(3)],
    "generator": lambda: (number for number in (1, 2)),
    "iterable": Numbers,
    "set": lambda: {7},
    "async generator": _generated,
    "broken generator": _broken,
    "string": lambda: "text",
    "number": lambda: 1,
    "dict": lambda: {"a": 1},
    "wrong item": lambda: [1, "two"],
    "exception": lambda: ValueError("returned"),
}


# graphql-core and plans cancel coroutines that have not started, and never await them.
@pytest.mark.usefixtures("collect_garbage")
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("graphql_type", TYPES)
@pytest.mark.parametrize("case", LISTS)
def test_lists(graphql_type: str, case: str) -> None:
    schema = build_schema(f"type Query {{ list: {graphql_type}  other: Int }}")
    execute_both(schema, "{ list other }", lambda: {"list": LISTS[case](), "other": 3})


OBJECTS: dict[str, Any] = {
    "plain": lambda: [{"id": 1}, {"id": 2}],
    "null": lambda: [{"id": 1}, None],
    "awaited": lambda: [_later({"id": 1}), {"id": _later(2)}, {"id": _later(None)}],
    "failing": lambda: [{"id": ValueError("one")}, {"id": _later(ValueError("two"))}, ValueError("three")],
    "no dict": lambda: ["text", 3, object()],
}


@pytest.mark.usefixtures("collect_garbage")
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("id_type", ["Int", "Int!"])
@pytest.mark.parametrize("graphql_type", ["[Item]", "[Item!]", "[Item!]!"])
@pytest.mark.parametrize("case", OBJECTS)
def test_lists_of_objects(graphql_type: str, id_type: str, case: str) -> None:
    schema = build_schema(f"type Query {{ list: {graphql_type} }} type Item {{ id: {id_type} }}")
    execute_both(schema, "{ list { id again: id } }", lambda: {"list": OBJECTS[case]()})
