"""The generator of docs/bpmn-support.md, from the tables of the parser and the conformance cases.

Run ``python -m tests.conformance.report > docs/bpmn-support.md`` after a change of the parser or the cases.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bpmn_events.adapters.hosts.embedded.parsing.supported_elements import (
    ACTIVITIES,
    CATCH_DEFINITIONS,
    GATEWAYS,
    REFUSED_NODES,
    THROW_DEFINITIONS,
)
from tests.conformance.extension_tables import extension_tables
from tests.conformance.operaton.differences import DIFFERENCES
from tests.conformance.script import Case, cases

PAGE = Path(__file__).parents[2] / "docs" / "bpmn-support.md"
_PROSE = Path(__file__).parent / "support.md"
_MODELS = Path(__file__).parent / "models"
_EVENTS = {
    "Start": CATCH_DEFINITIONS["startEvent"],
    "Catch": CATCH_DEFINITIONS["intermediateCatchEvent"],
    "Boundary": CATCH_DEFINITIONS["boundaryEvent"],
    "Event subprocess start": CATCH_DEFINITIONS["eventSubprocessStart"],
    "Throw": THROW_DEFINITIONS["intermediateThrowEvent"],
    "End": THROW_DEFINITIONS["endEvent"],
}
_NONE_EVENTS = frozenset({"Start", "Throw", "End"})
_DEFINITIONS = (
    "message",
    "signal",
    "timer",
    "conditional",
    "error",
    "escalation",
    "link",
    "terminate",
    "compensate",
    "cancel",
)
_BEHAVIOUR = {
    "task": "completes at once; one with a `drools:taskName` is open until a worker finishes it",
    "userTask": "is open until a user finishes it",
    "manualTask": "is open until a user finishes it",
    "serviceTask": "is open until a worker finishes it",
    "businessRuleTask": "is open until a worker finishes it",
    "scriptTask": "runs its script and completes at once",
    "sendTask": "sends its message and completes at once, or is open until a worker finishes it",
    "receiveTask": "is a waiting event until its message arrives",
    "subProcess": "runs the elements inside it",
    "transaction": "runs the elements inside it, and can be cancelled",
    "callActivity": "runs another process",
}


def page() -> str:
    """Return the page: the text of ``support.md`` with every placeholder ``{{…}}`` filled in."""
    return re.sub(
        r"\{\{(\w+)(?: ([\w ]+))?\}\}", lambda match: _fill(match[1], match[2] or ""), _PROSE.read_text("utf-8")
    )


def _fill(placeholder: str, arguments: str) -> str:
    match placeholder:
        case "events":
            return _table(["", *_EVENTS], _event_rows())
        case "activities":
            return _table(["Element", "Behaviour"], [[f"`{tag}`", _BEHAVIOUR[tag]] for tag in ACTIVITIES])
        case "gateways":
            return ", ".join(f"`{tag}`" for tag in GATEWAYS)
        case "refused":
            rows = [[f"`{tag}`", reason] for tag, reason in REFUSED_NODES.items()]
            return _table(["Element", "Reason"], rows)
        case "cases":
            return _list_cases(arguments.split())
        case "extensions":
            return extension_tables()
        case "differences":
            return "\n".join(f"- {difference.sentence}" for difference in DIFFERENCES)
        case "models":
            return "\n".join(_list_models(folder) for folder in ("operaton", "process-engine"))
    raise ValueError(f"support.md has the unknown placeholder {placeholder!r}")


def _event_rows() -> Iterable[list[str]]:
    yield ["none", *("yes" if event in _NONE_EVENTS else "no" for event in _EVENTS)]
    for kind in _DEFINITIONS:
        yield [kind, *("yes" if kind in allowed else "no" for allowed in _EVENTS.values())]


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _list_cases(topics: list[str]) -> str:
    titles = [case.title for case in cases() if case.topic in topics]
    return "Each of these has a test:\n\n" + "\n".join(f"- {title}" for title in titles)


@dataclass(frozen=True)
class _Outcome:
    name: str
    text: str


def _list_models(folder: str) -> str:
    models = [case for case in cases(_MODELS) if case.topic == folder]
    run = sum(not case.refusals for case in models)
    head = f"\n### {folder}\n\n{run} of {len(models)} run.\n\n"
    rows = [[f"`{outcome.name}`", outcome.text] for outcome in map(_outcome, models)]
    return head + _table(["Model", "Outcome"], rows)


def _outcome(case: Case) -> _Outcome:
    if not case.refusals:
        return _Outcome(case.title, "runs")
    reasons = list(dict.fromkeys(re.sub(r" \(see .*?\)$", "", reason) for _, reason in case.refusals))
    more = f", and {len(reasons) - 1} more reasons" if len(reasons) > 2 else "; " + reasons[1] if reasons[1:] else ""
    return _Outcome(case.title, f"refused: {reasons[0]}{more}".replace("<", "&lt;"))


if __name__ == "__main__":
    sys.stdout.write(page())
