"""Executes an operation by its plan and by graphql-core, and compares what both answer."""

import asyncio
import json
from collections.abc import Callable
from inspect import isawaitable
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute, parse, specified_rules, validate

from bpmn_events.compiler import Plan, compile_operation

Executed = Callable[[], Any]


def nothing() -> None:
    """The root value of a schema with resolvers."""


def answer(
    schema: GraphQLSchema,
    text: str,
    root: Callable[[], Any] = nothing,
    variables: dict[str, Any] | None = None,
    *,
    context: Callable[[], Any] = nothing,
    operation_name: str | None = None,
    validated: bool = True,
) -> dict[str, Any]:
    """What both answer. ``root`` and ``context`` make those values anew for each execution."""
    document = valid(schema, text) if validated else parse(text)
    plan = compile_operation(schema, document, operation_name)
    assert plan is not None
    expected = encoded(lambda: execute(schema, document, root(), context(), variables, operation_name=operation_name))
    for _ in range(3):  # code for some values is written when the first of them comes
        assert encoded(lambda: plan.execute(root(), context(), variables)) == expected
    decoded: dict[str, Any] = json.loads(expected)
    return decoded


def valid(schema: GraphQLSchema, text: str) -> DocumentNode:
    document = parse(text)
    assert validate(schema, document, specified_rules) == []
    return document


def planned(schema: GraphQLSchema, text: str) -> Plan | None:
    return compile_operation(schema, valid(schema, text))


def encoded(start: Executed) -> str:
    """The response as JSON, with members in the order in which they came."""
    result = asyncio.run(_finished(start))
    errors = None if result.errors is None else [error.formatted for error in result.errors]
    return json.dumps({"data": result.data, "errors": errors}, default=repr)


async def _finished(start: Executed) -> ExecutionResult:
    result = start()
    finished: ExecutionResult = await result if isawaitable(result) else result
    return finished
