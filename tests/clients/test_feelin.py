"""FEEL expressions have the values that an independent implementation in JavaScript finds."""

import json
import subprocess
from typing import Any

from tests.conformance.feel.cases import CASES, FOLDER, VARIABLES
from tests.support.programs import major_version, not_installed, require_program

OLDEST_NODE = 20


def comparable(value: Any) -> Any:
    """Return a value with numbers as JavaScript has them, so that 1 and true differ and 1 and 1.0 do not."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, dict):
        return {name: comparable(item) for name, item in value.items()}
    return (type(value), value) if isinstance(value, bool) or not isinstance(value, int) else (float, float(value))


def of_feelin() -> list[Any]:
    """Return the values of feelin, from one process for all expressions."""
    node = require_program("node")
    if major_version(node) < OLDEST_NODE:
        not_installed(f"Node.js {OLDEST_NODE} or newer")
    question = {"variables": VARIABLES, "expressions": [case.expression for case in CASES]}
    answer = subprocess.run(
        [node, FOLDER / "feelin.mjs"], input=json.dumps(question), check=True, capture_output=True, text=True
    )
    values: list[Any] = json.loads(answer.stdout)
    return values


def test_feelin_finds_the_same_values_except_where_the_standard_differs(node_packages: None) -> None:
    others = {
        case.expression: value
        for case, value in zip(CASES, of_feelin(), strict=True)
        if comparable(value) != comparable(case.feelin)
    }
    assert others == {}
