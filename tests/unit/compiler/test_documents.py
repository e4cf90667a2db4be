"""Selections, fragments, directives, and operations that are not compiled.

The cases follow graphql-core's ``test_directives`` and ``test_executor``.
"""

from itertools import product
from typing import Any

import pytest
from graphql import GraphQLDeferDirective, GraphQLSchema, build_schema, parse

from bpmn_events.compiler import compile_operation
from tests.unit.compiler.comparing import compile_plan, execute_both, parse_valid

SCHEMA = build_schema("""
    directive @mark on FIELD | QUERY | FRAGMENT_SPREAD | INLINE_FRAGMENT | FRAGMENT_DEFINITION | VARIABLE_DEFINITION
    interface Named { name: String }
    type Person implements Named { name: String  age: Int  friend: Person  best: Named }
    type Query { a: String  b: String  me: Person  named: Named }
    type Subscription { a: String }
""")


class Person:
    _Person__typename = "Person"

    def __init__(self, depth: int = 4) -> None:
        self.name = f"name {depth}"
        self.age = depth
        self.friend = Person(depth - 1) if depth else None
        self.best = self.friend


def _root() -> dict[str, Any]:
    return {"a": "A", "b": "B", "me": Person(), "named": Person(2)}


@pytest.mark.parametrize(
    "text",
    [
        "{ b a }",
        "{ x: a y: a a }",
        "{ me { name } b me { age name } }",
        "{ me { friend { name } } ... { me { friend { age } } } ...F } fragment F on Query { me { friend { age } } a }",
        "{ ... on Query { a ... on Query { b } } }",
        "{ named { ... on Person { age } name ... on Named { name n: name } __typename } }",
        "{ me { ...F friend { ...F friend { ...F } } } } fragment F on Named { name ... on Person { best { name } } }",
        "{ ...F ...F } fragment F on Query { a }",
        "{ me { __typename kind: __typename } __typename }",
        "query One { a } ",
        "subscription { a }",
    ],
)
def test_selections(text: str) -> None:
    assert execute_both(SCHEMA, text, _root)["errors"] is None


LITERAL = [f"@{name}(if: {value})" for name, value in product(("include", "skip"), ("true", "false"))]
CONDITIONS = [
    *LITERAL,
    "@include(if: $yes)",
    "@skip(if: $yes)",
    "@include(if: $no)",
    "@skip(if: $no)",
    "@include(if: $yes) @skip(if: $no)",
    "@skip(if: $yes) @include(if: $yes)",
]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(
    "pattern",
    [
        "{ a COND b }",
        "{ a COND }",
        "{ ... COND { a } b }",
        "{ ... on Query COND { a } b }",
        "{ ...F COND b } fragment F on Query { a }",
        "{ me { name COND friend { name age COND } } }",
        "{ named { ... on Person COND { age } } }",
    ],
)
def test_include_and_skip(condition: str, pattern: str) -> None:
    used = [f"${name}: Boolean!" for name in ("yes", "no") if f"${name}" in condition]
    definitions = f"({', '.join(used)})" if used else ""
    text = f"query {definitions} {pattern.replace('COND', condition)}"
    execute_both(SCHEMA, text, _root, {"yes": True, "no": False})


def test_one_plan_executes_all_values_of_its_conditions() -> None:
    text = "query($yes: Boolean!, $no: Boolean = true) { a @include(if: $yes) me { name @skip(if: $no) age } }"
    for yes, no in product((True, False), repeat=2):
        execute_both(SCHEMA, text, _root, {"yes": yes, "no": no})
    assert execute_both(SCHEMA, text, _root, {"yes": True})["data"]["me"] == {"age": 4}


def test_conditions_without_a_value_are_left_to_graphql_core() -> None:
    plan = compile_plan(SCHEMA, "query($yes: Boolean = true) { a @include(if: $yes) }")
    assert plan is not None
    assert plan.execute(_root(), None, {"yes": None}) is None
    assert plan.execute(_root(), None, {}) is not None


def test_the_number_of_versions_is_limited() -> None:
    names = "abcde"
    fields = " ".join(f"{name}: a @include(if: ${name})" for name in names)
    plan = compile_plan(SCHEMA, f"query({', '.join(f'${name}: Boolean!' for name in names)}) {{ __typename {fields} }}")
    assert plan is not None
    values = [dict(zip(names, each, strict=True)) for each in product((True, False), repeat=5)]
    executed = [plan.execute(_root(), None, variables) is not None for variables in values]
    assert executed == [True] * 16 + [False] * 16


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { queryType { name } } }",
        '{ a ... { __type(name: "Query") { name } } }',
        "{ a @mark }",
        "query @mark { a }",
        "query($n: Int @mark) { a @include(if: true) me { age @skip(if: false) } b @include(if: true) }",
        "{ ... @mark { a } }",
        "{ ...F @mark } fragment F on Query { a }",
        "{ ...F } fragment F on Query @mark { a }",
    ],
)
def test_unsupported_operations_are_not_compiled(text: str) -> None:
    assert compile_operation(SCHEMA, parse(text)) is None


def test_a_schema_with_incremental_delivery_is_not_compiled() -> None:
    schema = GraphQLSchema(SCHEMA.query_type, directives=[*SCHEMA.directives, GraphQLDeferDirective])
    assert compile_operation(schema, parse("{ a }")) is None


def test_an_operation_is_selected_by_name() -> None:
    text = "query One { a } query Two { b }"
    assert execute_both(SCHEMA, text, _root, operation_name="Two")["data"] == {"b": "B"}
    assert compile_operation(SCHEMA, parse_valid(SCHEMA, text)) is None
    assert compile_operation(SCHEMA, parse_valid(SCHEMA, text), "Three") is None
