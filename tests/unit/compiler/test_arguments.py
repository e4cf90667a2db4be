"""Variables and arguments, after graphql-core's ``test_variables``."""

from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    ValueNode,
    value_from_ast_untyped,
)

from tests.unit.compiler.comparing import compile_plan, execute_both
from tests.unit.compiler.worlds import ANY, COLOR


def _complex(value: Any) -> str:
    if value == "refused":
        raise ValueError("refused, it was")
    if value == "undefined":
        return Undefined  # type: ignore[return-value]
    return f"complex {value}"


def _complex_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> str:
    return _complex(value_from_ast_untyped(node, variables))


COMPLEX = GraphQLScalarType("Complex", parse_value=_complex, parse_literal=_complex_literal)
INNER = GraphQLInputObjectType(
    "Inner", {"n": GraphQLInputField(GraphQLNonNull(GraphQLInt)), "tags": GraphQLInputField(GraphQLList(GraphQLString))}
)
OUTER = GraphQLInputObjectType(
    "Outer",
    {
        "required": GraphQLInputField(GraphQLNonNull(GraphQLString), out_name="needed"),
        "color": GraphQLInputField(COLOR),
        "complex": GraphQLInputField(COMPLEX),
        "inner": GraphQLInputField(GraphQLList(GraphQLNonNull(INNER))),
        "depth": GraphQLInputField(GraphQLInt, default_value=5),
        "list": GraphQLInputField(GraphQLList(GraphQLList(GraphQLInt))),
    },
)
TREE: GraphQLInputObjectType = GraphQLInputObjectType(
    "Tree", lambda: {"left": GraphQLInputField(TREE), "n": GraphQLInputField(GraphQLInt)}
)
ONE_OF = GraphQLInputObjectType(
    "OneOf", {"a": GraphQLInputField(GraphQLInt), "b": GraphQLInputField(GraphQLString)}, is_one_of=True
)
CLASSY = GraphQLInputObjectType(
    "Classy", {"a": GraphQLInputField(GraphQLInt)}, out_type=lambda values: ("classy", values)
)
TYPES: dict[str, Any] = {
    "int": GraphQLInt,
    "needed": GraphQLNonNull(GraphQLInt),
    "string": GraphQLString,
    "color": COLOR,
    "any": ANY,
    "complex": COMPLEX,
    "list": GraphQLList(GraphQLNonNull(GraphQLString)),
    "lists": GraphQLNonNull(GraphQLList(GraphQLList(GraphQLInt))),
    "outer": OUTER,
    "tree": TREE,
    "oneOf": ONE_OF,
    "classy": CLASSY,
}


def _echo(_source: Any, _info: Any, **arguments: Any) -> str:
    return repr(arguments)


SCHEMA = GraphQLSchema(
    GraphQLObjectType(
        "Query",
        {
            **{name: GraphQLField(GraphQLString, {"of": GraphQLArgument(each)}, _echo) for name, each in TYPES.items()},
            "default": GraphQLField(
                GraphQLString,
                {
                    "a": GraphQLArgument(GraphQLInt, default_value=3, out_name="first"),
                    "b": GraphQLArgument(GraphQLNonNull(GraphQLInt), default_value=4),
                    "c": GraphQLArgument(GraphQLList(GraphQLInt), default_value=[1, 2]),
                    "d": GraphQLArgument(OUTER),
                },
                _echo,
            ),
        },
    )
)
VALUES: dict[str, tuple[Any, ...]] = {
    "int": (1, None, "1", 1.0, 1.5, True, 2**40, [1], {}),
    "needed": (1, None, "x"),
    "string": ("text", "", None, 1, ["a"]),
    "color": ("RED", "red", None, 1, "BLUE"),
    "any": (None, 1, "a", [1, {"a": None}], {"deep": [[]]}),
    "complex": ("text", None, "refused", "undefined", {"a": 1}),
    "list": (["a"], "a", [], None, [None], ["a", 1], [["a"]]),
    "lists": ([[1], None, [None]], 1, [1, 2], None, [["x"]]),
    "outer": (
        {"required": "r"},
        {"required": "r", "color": "GREEN", "complex": "c", "inner": [{"n": 1}, {"n": 2, "tags": "t"}], "depth": None},
        {"required": "r", "inner": {"n": 1, "tags": [None, "a"]}, "list": [[1], 2, None]},
        {},
        {"required": None},
        {"required": "r", "unknown": 1},
        {"required": "r", "inner": [{"n": "x"}, {"m": 1}]},
        {"required": "r", "complex": "refused", "color": "no"},
        [],
        "text",
        None,
    ),
    "tree": ({"left": {"left": {"n": 1}}}, {"left": {"left": {"n": "x"}}}, {}, None),
    "oneOf": ({"a": 1}, {"b": "b"}, {"a": 1, "b": "b"}, {"a": None}, {}, None),
    "classy": ({"a": 1}, {}, {"a": "x"}),
}
TYPE_NAMES = {name: str(each) for name, each in TYPES.items()}
CASES = [(name, value) for name, values in VALUES.items() for value in values]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_variables(name: str, value: Any) -> None:
    type_name = TYPE_NAMES[name]
    execute_both(SCHEMA, f"query($v: {type_name}) {{ {name}(of: $v) }}", variables={"v": value})
    execute_both(
        SCHEMA, f"query($v: {type_name}) {{ {name}(of: $v) again: {name}(of: $v) }}", variables={"v": value, "w": 1}
    )


@pytest.mark.parametrize("name", [name for name in TYPES if not TYPE_NAMES[name].endswith("!")])
def test_a_variable_without_a_value(name: str) -> None:
    body = execute_both(SCHEMA, f"query($v: {TYPE_NAMES[name]}) {{ {name}(of: $v) }}")
    assert body["data"] == {name: "{}"}


@pytest.mark.parametrize(
    "text",
    [
        "{ int(of: 1) string(of: null) color(of: RED) any(of: {a: [1, 2.5, TRUE]}) }",
        '{ list(of: "a") more: list(of: ["a", "b"]) lists(of: [[1], null, 2]) complex(of: "text") }',
        '{ outer(of: {required: "r", inner: [{n: 1, tags: "t"}], color: GREEN}) classy(of: {a: 1}) oneOf(of: {a: 1}) }',
        "{ default }",
        "{ default(a: null, b: 1, c: null) }",
        '{ default(d: {required: "r", depth: null}) }',
        "query($a: Int) { default(a: $a, b: 1) }",
        "query($b: Int) { default(b: $b) }",
        "query($b: Int = 8) { default(b: $b) }",
        "query($n: Int = 7, $c: [Int] = [1, null]) { default(a: $n, c: $c) int(of: $n) }",
        "query($n: Int!) { any(of: {a: $n, b: [$n]}) lists(of: [[$n, 1]]) }",
        'query($o: Outer = {required: "d"}) { outer(of: $o) }',
        "query($s: String!) { outer(of: {required: $s, list: [[1]]}) }",
        'query($t: [String]) { outer(of: {required: "r", inner: [{n: 1, tags: $t}]}) }',
        "query($n: Int) { tree(of: {n: $n, left: {n: $n}}) }",
    ],
)
@pytest.mark.parametrize(
    "variables", [{}, {"a": 1, "b": 2, "n": 3, "s": "s", "t": ["t"]}, {"a": None, "b": None, "t": None}, {"n": "x"}]
)
def test_arguments(text: str, variables: dict[str, Any]) -> None:
    execute_both(SCHEMA, text, variables=variables)


@pytest.mark.parametrize("value", ['"refused"', '"undefined"', "null", "{a: 1}"])
def test_an_invalid_literal_that_is_not_validated(value: str) -> None:
    """A scalar may depend on a database, so that a literal can become invalid after validation."""
    execute_both(SCHEMA, f"{{ before: int complex(of: {value}) after: int(of: 1) }}", validated=False)
    execute_both(SCHEMA, f"{{ outer(of: {{required: {value}}}) needed needs: needed(of: {value}) }}", validated=False)


def test_more_than_fifty_errors_are_not_listed() -> None:
    body = execute_both(SCHEMA, "query($v: [String!]) { list(of: $v) }", variables={"v": [1] * 60})
    assert len(body["errors"]) == 51


def test_input_that_is_nested_too_deeply_is_an_error() -> None:
    deep: dict[str, Any] = {}
    for _ in range(300):
        deep = {"left": deep}
    (error,) = execute_both(SCHEMA, "query($v: Tree) { tree(of: $v) }", variables={"v": deep})["errors"]
    assert error["message"] == "Variable values are nested too deeply."


def test_no_resolver_can_change_the_arguments_of_the_next_execution() -> None:
    def grow(_source: Any, _info: Any, of: list[Any]) -> int:
        of.append(0)
        return len(of)

    schema = GraphQLSchema(
        GraphQLObjectType("Query", {"grow": GraphQLField(GraphQLInt, {"of": GraphQLArgument(ANY)}, grow)})
    )
    plan = compile_plan(schema, "{ grow(of: [1]) }")
    assert plan is not None
    results: list[Any] = [plan.execute() for _ in range(3)]
    assert [result.data["grow"] for result in results] == [2, 2, 2]
