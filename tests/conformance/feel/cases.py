"""FEEL expressions with their values, and with those of feelin where these differ (``expressions.txt``)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LINES = (FOLDER / "expressions.txt").read_text("utf-8").splitlines()
VARIABLES: dict[str, Any] = json.loads(LINES[3])


@dataclass
class Case:
    """An expression, its value, and the value of feelin with the reason if it has another."""

    expression: str
    value: Any
    feelin: Any
    reason: str = ""


def _read_cases() -> list[Case]:
    cases: list[Case] = []
    for line in LINES[4:]:
        if line.startswith("    feelin "):
            text, _, cases[-1].reason = line.removeprefix("    feelin ").partition(" | ")
            cases[-1].feelin = text if text == "fails" else json.loads(text)
        elif line and not line.startswith("#"):
            expression, _, text = line.rpartition(" => ")
            cases.append(Case(expression, json.loads(text), json.loads(text)))
    return cases


CASES = _read_cases()
