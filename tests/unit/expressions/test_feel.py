"""FEEL: refusals, names, bounds, and the results that are no JSON values. tests/conformance/feel has the values."""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from time import thread_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn_events.adapters.hosts.embedded.engine_port import StepLimit
from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError, MissingValue
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions import BUILTINS
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT, FIRST
from bpmn_events.adapters.hosts.embedded.parsing.parser import parse_stored
from bpmn_events.adapters.hosts.embedded.runtime.budget import Budget
from bpmn_events.domain.errors import ProcessFailed
from tests.conformance.drawing import draw

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
EVALUATION = Evaluation(NOW)
LIMIT = StepLimit(seconds=0.1, seconds_per_path=0, kept_bytes=1_000_000, is_final=True)


def value(text: str, variables: dict[str, Any] | None = None) -> Any:
    return Expression.parse_feel(text).evaluate(variables or {}, EVALUATION)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("=", "empty"),
        ("a == b", "`==` is no operator of FEEL"),
        ("1 +", "at its end"),
        ("a ? b : c", "at `?"),
        ("size(a)", "no function `size`"),
        ("my size(a)", "no FEEL expression"),
        ("count()", "`count` takes other arguments: count(list)"),
        ("count(items: a)", "takes other arguments"),
        ("substring(string: a, 1)", "either all arguments"),
        ("'a'", "no FEEL expression"),
        ('@"tomorrow"', "no date, time or duration"),
        ("{a: 1, a: 2}", "occurs twice"),
        ("function(x, x) x", "same name"),
        ("function(x) external {}", "not supported"),
        ("defined(1)", "takes the name"),
        ("1 instance of integer", "no type `integer`"),
        ("[1..5", "at its end"),
        ("for x in a", "no FEEL expression"),
        ('"\\ud800"', "surrogate"),
        ("1e9999", "too large"),
        ("(" * 41 + "1" + ")" * 41, "nested too deeply"),
        ("-" * 41 + "1", "nested too deeply"),
        ("1 instance of " + "list<" * 41 + "number" + ">" * 41, "nested too deeply"),
        (" + ".join(["1"] * 250), "too large"),
        ("a" * 2001, "at most 2000 characters"),
    ],
)
def test_refused_when_a_model_is_deployed(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(reason)):
        Expression.parse_feel(text)


def test_a_name_is_read_by_the_variables_of_each_evaluation() -> None:
    expression = Expression.parse_feel("a-b-c")
    results = [
        expression.evaluate(variables, EVALUATION)
        for variables in (
            {"a": 9, "b": 2, "c": 1},
            {"a-b": 9, "c": 1},
            {"a": 9, "b-c": 1},
            {"a-b-c": 5, "a-b": 9, "c": 1},
            {"a": 9, "b": 2, "c": 1},
        )
    ]
    assert results == [6, 8, 8, 5, 6]


def test_more_readings_than_are_kept_are_right() -> None:
    expression = Expression.parse_feel(" + ".join(f"a{number}-b" for number in range(6)))
    plain: dict[str, Any] = {"b": 1, **{f"a{number}": 2 for number in range(6)}}
    for bits in range(64):
        names = {f"a{number}-b": 10 for number in range(6) if bits >> number & 1}
        assert expression.evaluate(plain | names, EVALUATION) == 10 * len(names) + 6 - len(names)


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("first name", {}, None),
        ("for first name in names return first name", {"names": ["Ann"]}, ["Ann"]),
        ("(function(unit price) unit price * 2)(4)", {}, 8),
        ('orders[ship-to = "Bonn"].ship-to', {"orders": [{"ship-to": "Bonn"}]}, ["Bonn"]),
        ("orders[total-discount > 3]", {"orders": [{"total": 9, "discount": 1}]}, [{"total": 9, "discount": 1}]),
        ("order.total-discount", {"order": {"total": 9}, "discount": 1}, 8),
        ("order.total-discount", {"order": {"total": 9, "total-discount": 4}, "discount": 1}, 4),
        ("order . total - discount", {"order": {"total": 9, "total-discount": 4}}, 4),
        ("sort(lines, function(x, y) x.unit price < y.unit price)[1].unit price", {"lines": [{"unit price": 4}]}, 4),
        ("`if`", {"if": 1}, 1),
    ],
)
def test_names_are_the_longest_that_exist(text: str, variables: dict[str, Any], expected: Any) -> None:
    assert value(text, variables) == expected


def test_an_expression_tells_the_variables_that_it_reads() -> None:
    text = "a-b > c.d and count(e[f > g]) > 0 and defined(h) and (some x in i satisfies x = j)"
    expression = Expression.parse_feel(text)
    # An item may have f and g, so these need not be variables.
    assert expression.names == {"a", "b", "c", "e", "i", "j"}
    assert {"a-b", "c.d"} <= expression.longer_names
    assert Expression.parse("a - b > c.d && defined(h) && `e-f` == size(g)").names == {"a", "b", "c", "e-f", "g"}


def flow_condition(text: str, meaning: int, *, language: str = "", uses_zeebe: bool = True) -> Expression:
    """Return the condition of the flow from a gateway, as a file of that meaning has it."""
    drawing = f"start > X -[{text}]> A\nX -[default]> B\nX: exclusiveGateway"
    bpmn_xml = draw(f"uses zeebe\n{drawing}" if uses_zeebe else drawing)
    bpmn_xml = bpmn_xml.replace("<conditionExpression", f'<conditionExpression language="{language}"')
    graph, _ = parse_stored(bpmn_xml, "p", meaning, lambda _schema: None)
    condition = graph.nodes["X"].outgoing[0].condition
    assert condition is not None
    return condition


def test_stored_versions_of_the_first_meaning_keep_the_language_of_the_server() -> None:
    variables = {"names": ["Ann", "Bob"]}
    text = '= names[1] = "Ann"'
    assert flow_condition(text, FIRST).is_true(variables, EVALUATION) is False
    assert flow_condition(text, CURRENT).is_true(variables, EVALUATION) is True
    assert flow_condition(text, CURRENT, uses_zeebe=False).is_true(variables, EVALUATION) is False


def test_the_language_of_an_expression_makes_it_feel_in_a_file_of_zeebe() -> None:
    variables = {"names": ["Ann"]}
    text = 'names[1] = "Ann"'
    assert flow_condition(text, CURRENT, language="FEEL").is_true(variables, EVALUATION)
    assert flow_condition("${names[0] == 'Ann'}", CURRENT, language="FEEL").is_true(variables, EVALUATION)
    assert flow_condition(text, CURRENT, language="FEEL", uses_zeebe=False).is_refused


@pytest.mark.parametrize("text", ["missing", "amount > 1", "null", "1 / 0"])
def test_a_condition_that_is_null_has_no_truth_value(text: str) -> None:
    with pytest.raises(MissingValue, match="is null, where true or false is needed"):
        Expression.parse_feel(text).is_true({}, EVALUATION)


@pytest.mark.parametrize("text", ["function(x) x", "[function(x) x]", "1e400 * 2", "huge"])
def test_a_value_that_cannot_be_stored_fails(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"stored|too large"):
        value(text, {"huge": 10**400})


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..100000000 return i",
        "every x in 1..1000000000 satisfies true",
        "(function(g) g(g))(function(g) g(g))",
        "for i in 1..5000 return partial",
        "for i in 1..5000 return append([], partial[-1])",
        'replace(text, "", "xxxxxxxxxxxxxxxxxxxxx")',
        "for x in list, y in list return x",
        "{a: list, b: [a, a, a, a], c: [b, b, b, b]}",
        "distinct values(for x in list return [x])",
    ],
)
def test_the_work_of_an_expression_is_bounded(text: str) -> None:
    variables = {"text": "a" * 60_000, "list": list(range(5_000))}
    with pytest.raises((ExpressionError, ProcessFailed), match="too"):
        Expression.parse_feel(text).evaluate(variables, Budget(NOW, LIMIT))


NESTED_FILTERS = "list[" * 30 + "x-y" + "]" * 30
SHARED_NAMES = "for a in [list, list] return for b in [a, a] return for c in [b, b] return for d in [c, c] return "
MANY_SHARED_NAMES = SHARED_NAMES + SHARED_NAMES.replace("list", "d") + SHARED_NAMES.replace("list", "d") + "d.x-y"


@pytest.mark.parametrize("text", [NESTED_FILTERS, MANY_SHARED_NAMES])
def test_names_in_nested_filters_and_loops_are_found_in_little_time(text: str) -> None:
    variables = {"list": [{f"a{n}": 1 for n in range(5000)}] * 16}
    begin = thread_time()
    with suppress(ExpressionError, ProcessFailed):
        Expression.parse_feel(text).evaluate(variables, Budget(NOW, LIMIT))
    assert thread_time() - begin < 2


@pytest.mark.parametrize(
    "text",
    [
        'extract(text, "a.*b|a")',
        'matches(text, "(.{0,500}[ab].{0,400}){2}z")',
        'for i in 1..10000 return text + "x"',
        'for i in 1..9000 return {a: text + "x", f: function() 1}.f',
    ],
)
def test_an_operation_on_a_long_text_is_bounded(text: str) -> None:
    with pytest.raises((ExpressionError, ProcessFailed), match=r"too large|too long"):
        Expression.parse_feel(text).evaluate({"text": "a" * 60_000}, Budget(NOW, LIMIT))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"0001-01-01T00:00:00+14:00" < @"0001-01-01T00:00:00Z"', True),
        ('@"9999-12-31T23:00:00-14:00" in [@"0001-01-01T00:00:00Z"..@"9999-12-31T23:00:00Z"]', False),
        ('max(@"9999-12-31T23:00:00-14:00", @"2026-01-01T00:00:00Z")', "9999-12-31T23:00:00-14:00"),
        ('-duration("P999999999DT23H")', None),
        ('date and time("2026-01-01T00:00:00@Europe")', None),
        ('date and time(@"2026-01-01T00:00:00Z", "")', None),
        ("date and time(2026, 1, 1, 1, 1, 1, name)", None),
        ("string(abs(-1.234567890123456789012345678901234))", "1.234567890123456789012345678901234"),
        ('replace("a", "(a)", "$" + digits)', "a" + "1" * 4999),
        ("(!= 3) = [null]", True),
        ("4 in ((for y in [1] return (!= 3)))", True),
        ("true in (= true)", True),
        ("[1] in (= [1])", True),
        ("(for i in 1..400 return if i = 1 then [null..1] else [null..partial[-1]])[-1]", None),
    ],
)
def test_odd_values(text: str, expected: Any) -> None:
    assert value(text, {"name": "x" * 300, "digits": "1" * 5000}) == expected


def test_a_pattern_that_backtracks_elsewhere_takes_linear_time() -> None:
    assert value('matches(text, "(a|aa)+$")', {"text": "a" * 60_000 + "b"}) is False


ATOMS = st.sampled_from(
    [
        *(
            "1",
            "-1.5",
            "0",
            '"a"',
            "null",
            "true",
            "[1, 2]",
            "[]",
            "{a: 1}",
            "list",
            "payment-status",
            "[1..5]",
            "(< 5)",
        ),
        *("function(x) x", '@"2026-12-24"', '@"10:00:00Z"', '@"2026-12-24T10:00:00@Europe/Berlin"', '@"P1D"'),
        *('@"P1Y"', '@"9999-12-31"', "1e6000"),
    ]
)
OPERATORS = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", ">=", "and", "or", "in"])
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, OPERATORS, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("(for i in {} return {})".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a: {}, b c: {}}}".format, inner, inner),
        st.builds("{}.{}".format, inner, st.sampled_from(["a", "year", "start", "days", "time offset"])),
        st.builds("{}({})".format, st.sampled_from(sorted(BUILTINS)), inner),
        st.builds("{}({}, {})".format, st.sampled_from(sorted(BUILTINS)), inner, inner),
        st.builds("{}({}, {}, {})".format, st.sampled_from(sorted(BUILTINS)), inner, inner, inner),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
@settings(max_examples=300, deadline=None)
def test_any_expression_has_a_json_value_or_an_expression_error(text: str) -> None:
    variables = {"list": [{"a": 1, "b c": "x"}, None, [2]], "payment-status": "ok"}
    with suppress(ExpressionError, ProcessFailed):
        json.dumps(Expression.parse_feel(text).evaluate(variables, Budget(NOW, LIMIT)), allow_nan=False)
