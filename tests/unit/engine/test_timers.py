"""Timers: ISO 8601 dates, durations and cycles."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.model.timers import Schedule, Timer, TimerError, TimerKind

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def due(kind: TimerKind, text: str, variables: dict[str, Any] | None = None) -> list[str]:
    """Return the first five due times of the timer."""
    schedule: Schedule | None = Timer.parse(kind, text).schedule(variables or {}, Evaluation(NOW))
    times: list[str] = []
    while schedule is not None and len(times) < 5:
        times.append(f"{schedule.due:%Y-%m-%dT%H:%M:%SZ}")
        schedule = schedule.next()
    return times


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (TimerKind.DATE, "2026-12-24T18:00:00Z", ["2026-12-24T18:00:00Z"]),
        (TimerKind.DATE, "2026-12-24T18:00:00+02:00", ["2026-12-24T16:00:00Z"]),
        (TimerKind.DATE, "2026-12-24", ["2026-12-24T00:00:00Z"]),
        (TimerKind.DURATION, "PT15M", ["2026-01-31T12:15:00Z"]),
        (TimerKind.DURATION, "P1M", ["2026-02-28T12:00:00Z"]),
        (TimerKind.DURATION, "P0Y0M0DT0H0M2S", ["2026-01-31T12:00:02Z"]),
        (TimerKind.DURATION, "PT0S", ["2026-01-31T12:00:00Z"]),
        (TimerKind.CYCLE, "R2/PT1H", ["2026-01-31T13:00:00Z", "2026-01-31T14:00:00Z"]),
        (TimerKind.CYCLE, "R/2026-02-01T00:00:00Z/P1D", [f"2026-02-0{day}T00:00:00Z" for day in range(1, 6)]),
        (TimerKind.CYCLE, "R2/P1D/2026-02-03T00:00:00Z", ["2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z"]),
    ],
)
def test_due_times(kind: TimerKind, text: str, expected: list[str]) -> None:
    assert due(kind, text) == expected


def test_an_end_without_a_number_of_repetitions_is_refused() -> None:
    with pytest.raises(TimerError, match="1 to 10000 repetitions"):
        Timer.parse(TimerKind.CYCLE, "R/P1D/2026-02-03T00:00:00Z")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TimerKind.DATE, "tomorrow"),
        (TimerKind.DATE, ""),
        (TimerKind.DATE, "2026-13-01"),
        (TimerKind.DURATION, "5"),
        (TimerKind.DURATION, "P"),
        (TimerKind.DURATION, "P99999999Y"),
        (TimerKind.DURATION, "-PT5M"),
        (TimerKind.CYCLE, "PT5M"),
        (TimerKind.CYCLE, "R0/PT5M"),
        (TimerKind.CYCLE, "R3"),
        (TimerKind.CYCLE, "0 0/5 * * * ?"),
        (TimerKind.CYCLE, "R/PT0S"),
        (TimerKind.CYCLE, "R3/P-1D"),
        (TimerKind.CYCLE, "R3/PT5M/P1D"),
        (TimerKind.CYCLE, "R20000/PT5M/2026-01-01"),
        (TimerKind.CYCLE, "R2/2026-01-01T00:00:00Z/-P1D"),
    ],
)
def test_an_invalid_time_is_refused(kind: TimerKind, text: str) -> None:
    with pytest.raises(TimerError):
        Timer.parse(kind, text)


def test_a_cycle_ends_with_the_calendar() -> None:
    assert due(TimerKind.CYCLE, "R/P5000Y") == ["7026-01-31T12:00:00Z"]


def test_an_expression_yields_the_text() -> None:
    assert due(TimerKind.DURATION, "${wait}", {"wait": "PT5S"}) == ["2026-01-31T12:00:05Z"]
    assert due(TimerKind.DATE, "= plus(now(), 'P1D')") == ["2026-02-01T12:00:00Z"]


@pytest.mark.parametrize("wait", [5, None, "soon", ["PT5S"]])
def test_an_expression_without_a_valid_time_is_an_error(wait: Any) -> None:
    with pytest.raises(TimerError):
        due(TimerKind.DURATION, "${wait}", {"wait": wait})


@pytest.mark.parametrize("kind", TimerKind)
def test_an_error_names_the_expression_and_not_its_value(kind: TimerKind) -> None:
    """Callers who may not read variables get the message, and logs contain it."""
    with pytest.raises(TimerError, match=r"`\$\{wait\}` yields no ISO 8601 text of a time"):
        due(kind, "${wait}", {"wait": "hunter2"})


@given(st.sampled_from(TimerKind), st.text("PRTYMWDHSZ0123456789-:/.+ ", max_size=30))
def test_any_text_is_parsed_or_refused(kind: TimerKind, text: str) -> None:
    with suppress(TimerError):
        due(kind, text)
