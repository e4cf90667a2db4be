"""Execution of an operation by its plan and by graphql-core, with a comparison of the responses."""

import asyncio
import json
from collections.abc import Callable
from inspect import isawaitable
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute, parse, specified_rules, validate

from bpmn_events.compiler import Plan, compile_operation

StartExecution = Callable[[], Any]


def nothing() -> None:
    """Return None, the root value of a schema with resolvers."""


def execute_both(
    schema: GraphQLSchema,
    text: str,
    root: Callable[[], Any] = nothing,
    variables: dict[str, Any] | None = None,
    *,
    context: Callable[[], Any] = nothing,
    operation_name: str | None = None,
    validated: bool = True,
) -> dict[str, Any]:
    """Return the response of the plan and of graphql-core, which must be the same.

    ``root`` and ``context`` create the root value and the context of each execution.
    """
    document = parse_valid(schema, text) if validated else parse(text)
    plan = compile_operation(schema, document, operation_name)
    assert plan is not None
    expected = encode_response(
        lambda: execute(schema, document, root(), context(), variables, operation_name=operation_name)
    )
    for _ in range(3):  # the code for some values is compiled when the first of them occurs
        assert encode_response(lambda: plan.execute(root(), context(), variables)) == expected
    decoded: dict[str, Any] = json.loads(expected)
    return decoded


def parse_valid(schema: GraphQLSchema, text: str) -> DocumentNode:
    document = parse(text)
    assert validate(schema, document, specified_rules) == []
    return document


def compile_plan(schema: GraphQLSchema, text: str) -> Plan | None:
    return compile_operation(schema, parse_valid(schema, text))


def encode_response(start: StartExecution) -> str:
    """Return the response as JSON, with its members in their original order."""
    result = asyncio.run(_await_result(start))
    errors = None if result.errors is None else [error.formatted for error in result.errors]
    return json.dumps({"data": result.data, "errors": errors}, default=repr)


async def _await_result(start: StartExecution) -> ExecutionResult:
    result = start()
    awaited: ExecutionResult = await result if isawaitable(result) else result
    return awaited
