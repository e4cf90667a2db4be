"""The expression language: the examples of its documentation, its refusals, and properties of any text."""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError, MissingValue
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions import BUILTINS
from bpmn_events.adapters.hosts.embedded.expressions.functions import FUNCTIONS

PAGE = (Path(__file__).parents[3] / "docs" / "expressions.md").read_text("utf-8")
EVALUATION = Evaluation(datetime(2026, 1, 1, 12, tzinfo=UTC))
VARIABLES: dict[str, Any] = {
    "order": {"id": "A7", "amount": 120, "lines": [{"price": 20}, {"price": 100}], "note": None},
    "names": ["Ann", "Bob"],
    "paid": True,
    "due": "2026-12-24T18:00:00Z",
}
EXAMPLE = re.compile(r"^\| (?:`((?:[^`\\]|\\.)+)`|`` (.+?) ``) \| `([^`]+)` \|", re.MULTILINE)
FEEL = PAGE[PAGE.index("## FEEL") : PAGE.index("## Scripts")]


def examples(text: str) -> list[tuple[str, str]]:
    """Return the expressions in the tables of a text, with their values."""
    return [(single or double, expected) for single, double, expected in EXAMPLE.findall(text)]


EXAMPLES = examples(PAGE.replace(FEEL, ""))
FEEL_EXAMPLES = examples(FEEL)


def value(text: str, variables: dict[str, Any] | None = None) -> Any:
    return Expression.parse(text).evaluate(VARIABLES if variables is None else variables, EVALUATION)


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_a_documented_example_has_its_documented_value(text: str, expected: str) -> None:
    result = value(text.replace(r"\|", "|"))
    assert json.dumps(result) == json.dumps(json.loads(expected))


@pytest.mark.parametrize(("text", "expected"), FEEL_EXAMPLES, ids=[text for text, _ in FEEL_EXAMPLES])
def test_a_documented_example_of_feel_has_its_documented_value(text: str, expected: str) -> None:
    variables = {**VARIABLES, "payment-status": "paid"}
    result = Expression.parse_feel(text.replace(r"\|", "|")).evaluate(variables, EVALUATION)
    assert json.dumps(result) == json.dumps(json.loads(expected))


def test_every_function_of_feel_is_documented() -> None:
    text = "\n".join(f" {text}" for text, _ in FEEL_EXAMPLES)
    assert {name for name in BUILTINS if not re.search(rf"(?<=[ (]){re.escape(name)}\(", text)} == set()


def test_every_function_is_documented() -> None:
    documented = {name for text, _ in EXAMPLES for name in re.findall(r"\b(\w+)\(", text)}
    assert documented == {*FUNCTIONS, "defined"}


@pytest.mark.parametrize("text", ["paid", "${paid}", "#{ paid }", "= paid", "=paid", "paid;", " paid "])
def test_wrappers_do_not_change_the_value(text: str) -> None:
    assert value(text) is True


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("${}", "empty"),
        ("a b", "not in the expression language"),
        ("a = b", "write `==`"),
        ("1 < 2 < 3", "cannot be chained"),
        ("foo(1)", "no function `foo`"),
        ("size()", "takes 1 arguments"),
        ("min()", "takes 1 to 8 arguments"),
        ("names.size()", "no methods"),
        ("token.current.mode == 1", "another engine"),
        ("this.history.x", "another engine"),
        ("execution.id", "another engine"),
        ("[1, 2", "at its end"),
        ("{a 1}", "not in the expression language"),
        ("'open", "not in the expression language"),
        (r"'\d'", "no escape"),
        (r"'\ud800'", "surrogate"),
        ("1_000", "not in the expression language"),
        ("0x1F", "not in the expression language"),
        ("9" * 30, "too large"),
        ("9" * 1999, "too large"),
        ("1e999", "not finite"),
        ("__import__('os')", "no function"),
        ("a if b else c", "not in the expression language"),
        ("lambda: 1", "not in the expression language"),
        ("x := 1", "not in the expression language"),
        ("f'{paid}'", "not in the expression language"),
        ("defined(1)", "takes the name"),
        ("(" * 41 + "1" + ")" * 41, "nested too deeply"),
        ("!" * 41 + "paid", "nested too deeply"),
        (" + ".join(["1"] * 250), "too large"),
        ("a" * 2001, "at most 2000 characters"),
    ],
)
def test_refused_when_a_model_is_deployed(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(reason)):
        Expression.parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 / 0", "division by zero"),
        ("1 % 0", "division by zero"),
        ("1 % 0.0", "division by zero"),
        ("1 + '1'", "no arithmetic"),
        ("'a' * 3", "no arithmetic"),
        ("paid + 1", "no arithmetic"),
        ("1 < 'a'", "no order"),
        ("paid and 1", "neither true nor false"),
        ("!1", "neither true nor false"),
        ("-'a'", "no sign"),
        ("+paid", "no sign"),
        ("1 in 'a'", "cannot contain"),
        ("1 in 1", "has no members"),
        ("names['a']", "no such member"),
        ("names[paid]", "no such member"),
        ("9223372036854775807 * 3", "too large"),
        ("1e308 * 10", "not finite"),
        ("number('nan')", "not finite"),
        ("number('1e400')", "not finite"),
        ("number('1_0')", "no number"),
        ("number('" + "9" * 39 + "')", "too large"),
        ("string(names)", "has no text"),
        ("size(1)", "has no size"),
        ("round(1, 99)", "at most 15 digits"),
        ("min(names)", "number is needed"),
        ("max([])", "empty list"),
        ("substring('a', -1)", "counts from 0"),
        ("split('a', '')", "empty one"),
        ("replace('a', '', 'b')", "empty text"),
        ("plus('soon', 'P1D')", "no ISO 8601 date"),
        ("plus(due, 'soon')", "no ISO 8601 duration"),
        ("plus(due, 'P9999999Y')", "no ISO 8601 duration"),
        ("year('0001-01-01T00:00:00+14:00')", "no ISO 8601 date"),
    ],
)
def test_an_expression_without_a_value_raises_the_reason(text: str, reason: str) -> None:
    expression = Expression.parse(text)
    with pytest.raises(ExpressionError, match=re.escape(reason)):
        expression.evaluate(VARIABLES, EVALUATION)


@pytest.mark.parametrize("text", ["nothing", "order.nothing", "names[2]", "order.note.text", "nothing.at.all"])
def test_a_missing_value_is_an_error_of_its_own(text: str) -> None:
    with pytest.raises(MissingValue):
        value(text)
    assert value(f"defined({text})") is False


@pytest.mark.parametrize(
    "text", ["number(secret)", "plus(secret, 'P1D')", "plus(due, secret)", "secret - 1", "-secret"]
)
def test_a_reason_contains_no_value(text: str) -> None:
    """Callers who may not read variables get the reason, and logs contain it."""
    with pytest.raises(ExpressionError) as failure:
        value(text, VARIABLES | {"secret": "hunter2"})
    assert "hunter2" not in str(failure.value)


def test_results_are_bounded() -> None:
    text = {"s": "x" * 60_000}
    for expression in ("s + s", "replace(s, 'x', 'xx')", "join([s, s], '')"):
        with pytest.raises(ExpressionError, match="too large"):
            value(expression, text)
    with pytest.raises(ExpressionError, match="too large"):
        value("[s, s, s, s, s, s, s, s, s, s, s, s]", text)
    nested: Any = 1
    for _ in range(64):
        nested = [nested]
    with pytest.raises(ExpressionError, match="nested too deeply"):
        value("[nested]", {"nested": nested})


def test_a_condition_is_true_or_false() -> None:
    assert Expression.parse("paid").is_true(VARIABLES, EVALUATION)
    with pytest.raises(ExpressionError, match="a number, where true or false is needed"):
        Expression.parse("size(names)").is_true(VARIABLES, EVALUATION)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["P1D", "2026-01-01", "PT0.1S", "-P9Y", "9" * 40, "1e300"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
ATOMS = st.sampled_from(["a", "b", "c", "a.b", "a[0]", "1", "2.5", "'x'", "true", "null", "[]", "{}", "now()"])
OPERATORS = st.sampled_from(
    ["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "in", "not in", "and", "or", "&&", "||", "mod", "eq"]
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def call(name: str, arguments: list[str]) -> str:
        function = FUNCTIONS[name]
        return f"{name}({', '.join(arguments[: max(function.min_args, min(len(arguments), function.max_args))])})"

    return st.one_of(
        st.builds(lambda left, op, right: f"({left}) {op} ({right})", inner, OPERATORS, inner),
        st.builds(call, st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, min_size=3, max_size=4)),
        st.builds(lambda sign, operand: f"{sign}({operand})", st.sampled_from(["-", "!", "not ", "empty "]), inner),
        st.builds(lambda a, b, c: f"({a}) ? ({b}) : ({c})", inner, inner, inner),
        st.builds(lambda items: f"[{', '.join(items)}]", st.lists(inner, max_size=3)),
        st.builds(lambda item: f"{{a: {item}}}", inner),
    )


@given(st.recursive(ATOMS, _grow, max_leaves=12), st.fixed_dictionaries({"a": JSON, "b": JSON}))
@settings(max_examples=400, deadline=None)
def test_every_valid_expression_returns_a_json_value_or_raises(text: str, variables: dict[str, Any]) -> None:
    try:
        result = Expression.parse(text).evaluate(variables, EVALUATION)
    except ExpressionError:
        return
    assert json.loads(json.dumps(result, allow_nan=False)) == result


@given(st.text(max_size=60) | st.text("abc01.+-*/%()[]{},:?!=<>&|'\"$# \\n;", max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with suppress(ExpressionError):
        Expression.parse(text).evaluate(VARIABLES, EVALUATION)
