"""Writes docs/bpmn-support.md: what the engine supports, from its own tables and from the cases that show it.

Run ``python -m tests.conformance.report > docs/bpmn-support.md`` after a change of either.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bpmn_events.adapters.hosts.embedded.parsing.supported_elements import (
    CATCH_DEFINITIONS,
    GATEWAYS,
    REFUSED_DEFINITIONS,
    REFUSED_NODES,
    ACTIVITIES,
    THROW_DEFINITIONS,
)
from tests.conformance.script import Case, cases

PAGE = Path(__file__).parents[2] / "docs" / "bpmn-support.md"
_PROSE = Path(__file__).parent / "support.md"
_MODELS = Path(__file__).parent / "models"
_PLACES = {
    "Start": CATCH_DEFINITIONS["startEvent"],
    "Catch": CATCH_DEFINITIONS["intermediateCatchEvent"],
    "Boundary": CATCH_DEFINITIONS["boundaryEvent"],
    "Event subprocess start": CATCH_DEFINITIONS["eventSubprocessStart"],
    "Throw": THROW_DEFINITIONS["intermediateThrowEvent"],
    "End": THROW_DEFINITIONS["endEvent"],
}
_PLAIN = frozenset({"Start", "Throw", "End"})
_DEFINITIONS = ("message", "signal", "timer", "conditional", "error", "escalation", "link", "terminate")
_WAITS = {
    "task": "is done at once",
    "userTask": "open until somebody finishes it",
    "manualTask": "open until somebody finishes it",
    "serviceTask": "open until a program finishes it",
    "businessRuleTask": "open until a program finishes it",
    "scriptTask": "is done at once",
    "sendTask": "sends its message at once, or is open until a program finishes it",
    "receiveTask": "waits for its message: a waiting event",
    "subProcess": "runs what is in it",
    "callActivity": "runs another process",
}


def page() -> str:
    """The whole page: the prose of ``support.md``, with every ``{{…}}`` filled in."""
    return re.sub(
        r"\{\{(\w+)(?: ([\w ]+))?\}\}", lambda found: _filled(found[1], found[2] or ""), _PROSE.read_text("utf-8")
    )


def _filled(what: str, arguments: str) -> str:
    match what:
        case "events":
            return _table(["", *_PLACES], _event_rows())
        case "activities":
            return _table(["Element", "What it does"], [[f"`{tag}`", _WAITS[tag]] for tag in ACTIVITIES])
        case "gateways":
            return ", ".join(f"`{tag}`" for tag in GATEWAYS)
        case "refused":
            rows = [[f"`{tag}`", reason] for tag, reason in REFUSED_NODES.items()]
            rows += [[f"`{kind}EventDefinition`", REFUSED_DEFINITIONS[kind]] for kind in ("compensate", "cancel")]
            return _table(["Element", "Why"], rows)
        case "shown":
            return _shown(arguments.split())
        case "models":
            return "\n".join(_models(folder) for folder in ("operaton", "process-engine"))
    raise ValueError(f"support.md asks for {what!r}")


def _event_rows() -> Iterable[list[str]]:
    yield ["none", *("yes" if place in _PLAIN else "no" for place in _PLACES)]
    for kind in _DEFINITIONS:
        yield [kind, *("yes" if kind in allowed else "no" for allowed in _PLACES.values())]


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _shown(topics: list[str]) -> str:
    """What the cases of these topics show, and what they show to be refused."""
    found = [case for case in cases() if case.topic in topics]
    return "Shown by a test each:\n\n" + "\n".join(f"- {case.title}" for case in found)


@dataclass(frozen=True)
class _Outcome:
    name: str
    text: str


def _models(folder: str) -> str:
    found = [case for case in cases(_MODELS) if case.topic == folder]
    run = sum(not case.refusals for case in found)
    head = f"\n### {folder}\n\n{run} of {len(found)} run.\n\n"
    rows = [[f"`{outcome.name}`", outcome.text] for outcome in map(_outcome, found)]
    return head + _table(["Model", ""], rows)


def _outcome(case: Case) -> _Outcome:
    if not case.refusals:
        return _Outcome(case.title, "runs")
    reasons = list(dict.fromkeys(re.sub(r" \(see .*?\)$", "", reason) for _, reason in case.refusals))
    more = f", and {len(reasons) - 1} more reasons" if len(reasons) > 2 else "; " + reasons[1] if reasons[1:] else ""
    return _Outcome(case.title, f"refused: {reasons[0]}{more}".replace("<", "&lt;"))


if __name__ == "__main__":
    sys.stdout.write(page())
