"""The arguments of resolvers, the order of their calls, and their errors, after graphql-core's ``test_executor``."""

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLString,
    build_schema,
    execute,
    parse,
)

from bpmn_events.compiler import ATTRIBUTE, CONTEXT_RESOLVER, PYTHON_CLASS, SOURCE, compile_operation
from tests.unit.compiler.comparing import compile_plan, encode_response, execute_both, parse_valid


def _schema(**fields: Any) -> GraphQLSchema:
    return GraphQLSchema(GraphQLObjectType("Query", fields), GraphQLObjectType("Mutation", fields))


def test_the_info_is_that_of_graphql_core() -> None:
    seen: list[GraphQLResolveInfo[Any]] = []

    def look(_source: Any, info: GraphQLResolveInfo[Any]) -> list[dict[str, Any]]:
        seen.append(info)
        return [{}]

    item = GraphQLObjectType("Item", lambda: {"look": GraphQLField(GraphQLList(item), resolve=look)})
    schema = _schema(look=GraphQLField(GraphQLList(item), resolve=look))
    text = """
        query Q($n: Boolean!) { a: look { ...F } look { b: look @include(if: $n) { __typename } } }
        fragment F on Item { look { __typename } }
    """
    document = parse_valid(schema, text)
    plan = compile_operation(schema, document)
    assert plan is not None
    root, context = object(), object()
    execute(schema, document, root, context, {"n": True})
    plan.execute(root, context, {"n": True})
    theirs, ours = seen[:4], seen[4:]
    assert len(ours) == 4
    for expected, info in zip(theirs, ours, strict=True):
        assert isinstance(info, GraphQLResolveInfo)
        assert (info.path, info.path.as_list(), info.path.prev) == (
            expected.path, expected.path.as_list(), expected.path.prev
        )  # fmt: skip
        for name in set(GraphQLResolveInfo._fields) - {"async_helpers", "is_awaitable", "variable_values"}:
            assert getattr(info, name) == getattr(expected, name), name
        assert info.variable_values.coerced == expected.variable_values.coerced == {"n": True}
        assert str(info.variable_values.sources) == str(expected.variable_values.sources)
        assert info.is_awaitable(asyncio.sleep) is False
        assert callable(info.async_helpers.gather)
        assert callable(info.async_helpers.track)


def test_the_default_resolver_reads_members_and_calls_methods() -> None:
    class Source:
        attribute = "attribute"

        def method(self, info: GraphQLResolveInfo[Any], n: int = 1) -> str:
            return f"{info.field_name} {n}"

        @property
        def broken(self) -> str:
            raise ValueError("broken property")

        @property
        def missing(self) -> str:
            raise AttributeError("missing")

    fields: dict[str, Any] = {
        name: GraphQLField(GraphQLString) for name in ("attribute", "broken", "missing", "other", "keys")
    }
    fields["method"] = GraphQLField(GraphQLString, {"n": GraphQLArgument(GraphQLInt)})
    text = "{ attribute method again: method(n: 2) broken missing other keys }"
    execute_both(_schema(**fields), text, Source)
    execute_both(_schema(**fields), text, lambda: {"attribute": 1, "method": lambda info, n=0: f"{info.path.key} {n}"})
    execute_both(_schema(**fields), text, lambda: None)


def test_errors_keep_their_message_and_extensions() -> None:
    class Worded(Exception):
        message = "in its own words"
        extensions: ClassVar = {"code": "OWN"}

    def raising(error: Exception) -> GraphQLField:
        def resolve(*_: Any) -> None:
            raise error

        return GraphQLField(GraphQLString, resolve=resolve)

    located = GraphQLError("located", path=["elsewhere"], extensions={"a": 1})
    schema = _schema(
        plain=raising(ValueError("plain")),
        empty=raising(ValueError()),
        worded=raising(Worded()),
        coded=raising(GraphQLError("coded", extensions={"code": "X", "list": [1]})),
        located=raising(located),
        chained=raising(GraphQLError("chained", original_error=ValueError("cause"))),
        returned=GraphQLField(GraphQLString, resolve=lambda *_: ValueError("returned")),
    )
    body = execute_both(schema, "{ plain empty worded coded located chained returned again: plain }")
    assert len(body["errors"]) == 8
    assert body["errors"][0] == {"message": "plain", "locations": [{"line": 1, "column": 3}], "path": ["plain"]}


def test_the_original_error_of_an_error_is_the_raised_one() -> None:
    error = ValueError("cause")

    def resolve(*_: Any) -> None:
        raise error

    plan = compile_plan(_schema(a=GraphQLField(GraphQLString, resolve=resolve)), "{ a }")
    assert plan is not None
    result: Any = plan.execute()
    assert result.errors[0].original_error is error


class Counter:
    """The root of mutations, which changes a number and returns it, immediately or when awaited."""

    def __init__(self) -> None:
        self.number = 1
        self.log: list[str] = []

    def change(self, _info: Any, to: int) -> "Counter":
        self.log.append(f"change to {to}")
        self.number = to
        return self

    async def changeLater(self, _info: Any, to: int) -> dict[str, int]:
        self.log.append(f"begin {to}")
        await asyncio.sleep(0)
        self.log.append(f"end {to}")
        self.number = to
        return {"number": self.number}

    def fail(self, _info: Any, to: int) -> None:
        self.log.append(f"fail {to}")
        raise ValueError(f"cannot change to {to}")

    async def failLater(self, _info: Any, to: int) -> None:
        await asyncio.sleep(0)
        self.fail(None, to)


NUMBERS = build_schema("""
    type Number { number: Int }
    type Query { number: Int }
    type Mutation {
      change(to: Int!): Number  changeLater(to: Int!): Number  fail(to: Int!): Number
      failLater(to: Int!): Number  mustChange(to: Int!): Number!
    }
""")


@pytest.mark.parametrize(
    "text",
    [
        "mutation { a: change(to: 1) { number } b: change(to: 2) { number } }",
        "mutation { a: changeLater(to: 1) { number } b: change(to: 2) { number } c: changeLater(to: 3) { number } }",
        "mutation { a: change(to: 1) { number } b: failLater(to: 2) { number } c: changeLater(to: 3) { number } }",
        "mutation { a: fail(to: 1) { number } b: change(to: 2) { number } c: failLater(to: 4) { number } }",
        "mutation { a: changeLater(to: 1) { number } b: mustChange(to: 2) { number } c: change(to: 3) { number } }",
        "mutation { b: mustChange(to: 2) { number } c: change(to: 3) { number } }",
        "mutation { __typename a: changeLater(to: 1) { number } }",
    ],
)
def test_mutations_run_one_after_the_other(text: str) -> None:
    document = parse_valid(NUMBERS, text)
    plan = compile_plan(NUMBERS, text)
    assert plan is not None

    def run(start: Callable[[Counter], Any]) -> tuple[str, list[str]]:
        counter = Counter()
        return encode_response(lambda: start(counter)), counter.log

    expected = run(lambda counter: execute(NUMBERS, document, counter))
    assert run(plan.execute) == expected
    assert run(plan.execute) == expected


def test_siblings_run_at_the_same_time() -> None:
    async def meet(_source: Any, info: Any, n: int) -> int:
        info.context.append(n)
        await asyncio.sleep(0)
        return len(info.context)

    field = GraphQLField(GraphQLNonNull(GraphQLInt), {"n": GraphQLArgument(GraphQLInt)}, meet)
    body = execute_both(_schema(meet=field), "{ a: meet(n: 1) b: meet(n: 2) c: meet(n: 3) }", context=list)
    assert body["data"] == {"a": 3, "b": 3, "c": 3}


@pytest.mark.parametrize("text", ["{ late fails }", "{ lates }"])
def test_siblings_of_a_failure_are_finished(text: str) -> None:
    async def late(_source: Any, info: Any) -> None:
        info.context.append("finished")

    def fails(*_: Any) -> None:
        raise ValueError("at once")

    def lates(source: Any, info: Any) -> list[Any]:
        return [late(source, info), ValueError("at once"), late(source, info)]

    schema = _schema(
        late=GraphQLField(GraphQLString, resolve=late),
        fails=GraphQLField(GraphQLNonNull(GraphQLString), resolve=fails),
        lates=GraphQLField(GraphQLList(GraphQLNonNull(GraphQLString)), resolve=lates),
    )
    plan = compile_plan(schema, text)
    assert plan is not None
    finished: list[str] = []

    async def run() -> None:
        plan.execute(None, finished)
        for _ in range(3):
            await asyncio.sleep(0)

    asyncio.run(run())
    assert finished == ["finished"] * (1 if "fails" in text else 2)


def test_a_plan_may_be_executed_many_times_at_once() -> None:
    async def echo(_source: Any, _info: Any, n: int) -> int:
        await asyncio.sleep(0)
        return n

    schema = _schema(echo=GraphQLField(GraphQLInt, {"n": GraphQLArgument(GraphQLInt)}, echo))
    plan = compile_plan(schema, "query($n: Int) { echo(n: $n) }")
    assert plan is not None

    async def run() -> list[Any]:
        started: list[Any] = [plan.execute(variable_values={"n": n}) for n in range(20)]
        return await asyncio.gather(*started)

    assert [result.data["echo"] for result in asyncio.run(run())] == list(range(20))


def test_a_hint_saves_the_call_of_the_resolver() -> None:
    class Item:
        name = "read"

    def never(*_: Any) -> Any:
        raise AssertionError("was called")

    item = GraphQLObjectType(
        "Item",
        {"name": GraphQLField(GraphQLString, resolve=never, extensions={ATTRIBUTE: "name"})},
        is_type_of=never,
        extensions={PYTHON_CLASS: Item},
    )
    by_context = GraphQLField(item, resolve=never, extensions={CONTEXT_RESOLVER: lambda _source, it: it.context})
    itself = GraphQLField(item, {"n": GraphQLArgument(GraphQLInt)}, resolve=never, extensions={SOURCE: True})
    plan = compile_plan(
        _schema(item=by_context, itself=itself), "query($n: Int) { item { name } itself(n: $n) { name } }"
    )
    assert plan is not None
    item_value = Item()
    result: Any = plan.execute_with(item_value, item_value, plan.coerce({"n": 5}))
    assert (result.data, result.errors) == ({"item": {"name": "read"}, "itself": {"name": "read"}}, None)


def test_names_of_a_document_cannot_become_code() -> None:
    fields = {
        "class": GraphQLField(GraphQLString),
        "None": GraphQLField(GraphQLString),
        "error": GraphQLField(GraphQLString),
    }
    text = "{ class None error results: class pending: None executor: class value: error source: class path: class }"
    body = execute_both(_schema(**fields), text, lambda: {"class": "a", "None": "b", "error": "c"})
    assert body["data"]["results"] == "a"
    assert compile_operation(_schema(**fields), parse("{ class }")) is not None
