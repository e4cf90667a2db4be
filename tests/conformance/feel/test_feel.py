"""FEEL expressions have the values of the standard, as an independent implementation finds them."""

import json
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions import BUILTINS
from tests.support.programs import major_version, not_installed, require_program

FOLDER = Path(__file__).parent
LINES = (FOLDER / "expressions.txt").read_text("utf-8").splitlines()
VARIABLES: dict[str, Any] = json.loads(LINES[3])
EVALUATION = Evaluation(datetime(2026, 1, 1, 12, tzinfo=UTC))
OLDEST_NODE = 20
# The values of these are those of the clock.
CLOCK = frozenset({"now", "today"})


@dataclass
class Case:
    """An expression, its value, and the value of feelin with the reason if it has another."""

    expression: str
    value: Any
    feelin: Any
    reason: str = ""


def read_cases() -> list[Case]:
    cases: list[Case] = []
    for line in LINES[4:]:
        if line.startswith("    feelin "):
            text, _, cases[-1].reason = line.removeprefix("    feelin ").partition(" | ")
            cases[-1].feelin = text if text == "fails" else json.loads(text)
        elif line and not line.startswith("#"):
            expression, _, text = line.rpartition(" => ")
            cases.append(Case(expression, json.loads(text), json.loads(text)))
    return cases


CASES = read_cases()


def comparable(value: Any) -> Any:
    """Return a value with numbers as JavaScript has them, so that 1 and true differ and 1 and 1.0 do not."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, dict):
        return {name: comparable(item) for name, item in value.items()}
    return (type(value), value) if isinstance(value, bool) or not isinstance(value, int) else (float, float(value))


@pytest.fixture(scope="module")
def feelin() -> list[Any]:
    """Return the values of feelin, from one process for all expressions."""
    node = require_program("node")
    if major_version(node) < OLDEST_NODE:
        not_installed(f"Node.js {OLDEST_NODE} or newer")
    if not (FOLDER.parents[2] / "node_modules" / "feelin").is_dir():
        not_installed("feelin (make clients)")
    question = {"variables": VARIABLES, "expressions": [case.expression for case in CASES]}
    answer = subprocess.run(
        [node, FOLDER / "feelin.mjs"], input=json.dumps(question), check=True, capture_output=True, text=True
    )
    values: list[Any] = json.loads(answer.stdout)
    return values


@pytest.mark.parametrize("case", CASES, ids=[case.expression for case in CASES])
def test_expression_has_its_value(case: Case) -> None:
    value = Expression.parse_feel(case.expression).evaluate(VARIABLES, EVALUATION)
    assert json.dumps(value) == json.dumps(case.value)


def test_feelin_finds_the_same_values_except_where_the_standard_differs(feelin: list[Any]) -> None:
    others = {
        case.expression: value
        for case, value in zip(CASES, feelin, strict=True)
        if comparable(value) != comparable(case.feelin)
    }
    assert others == {}


def test_differences_have_a_reason() -> None:
    assert [case.expression for case in CASES if case.value != case.feelin and not case.reason] == []


def test_every_function_is_called() -> None:
    text = "\n".join(case.expression for case in CASES)
    called = {name for name in BUILTINS if re.search(rf"(?<![\w ]){re.escape(name)}\(", text)}
    assert BUILTINS.keys() - called == CLOCK


def test_the_clock_is_that_of_the_step() -> None:
    text = '[now() = @"2026-01-01T12:00:00Z", today() = @"2026-01-01"]'
    assert Expression.parse_feel(text).evaluate({}, EVALUATION) == [True, True]
