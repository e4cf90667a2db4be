"""FEEL expressions have the values of the standard (DMN 1.5, chapter 10.3)."""

import json
import re
from datetime import UTC, datetime

import pytest

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions import BUILTINS
from tests.conformance.feel.cases import CASES, VARIABLES, Case

EVALUATION = Evaluation(datetime(2026, 1, 1, 12, tzinfo=UTC))
# The values of these are those of the clock.
CLOCK = frozenset({"now", "today"})


@pytest.mark.parametrize("case", CASES, ids=[case.expression for case in CASES])
def test_expression_has_its_value(case: Case) -> None:
    value = Expression.parse_feel(case.expression).evaluate(VARIABLES, EVALUATION)
    assert json.dumps(value) == json.dumps(case.value)


def test_differences_have_a_reason() -> None:
    assert [case.expression for case in CASES if case.value != case.feelin and not case.reason] == []


def test_every_function_is_called() -> None:
    text = "\n".join(case.expression for case in CASES)
    called = {name for name in BUILTINS if re.search(rf"(?<![\w ]){re.escape(name)}\(", text)}
    assert BUILTINS.keys() - called == CLOCK


def test_the_clock_is_that_of_the_step() -> None:
    text = '[now() = @"2026-01-01T12:00:00Z", today() = @"2026-01-01"]'
    assert Expression.parse_feel(text).evaluate({}, EVALUATION) == [True, True]
