"""Timers: ISO 8601 dates, durations and cycles."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT, FIRST
from bpmn_events.adapters.hosts.embedded.model.timers.dates import parse_date
from bpmn_events.adapters.hosts.embedded.model.timers.durations import Duration
from bpmn_events.adapters.hosts.embedded.model.timers.errors import TimerError
from bpmn_events.adapters.hosts.embedded.model.timers.schedules import Schedule
from bpmn_events.adapters.hosts.embedded.model.timers.timer import Timer, TimerKind

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def due(
    kind: TimerKind, text: str, variables: dict[str, Any] | None = None, *, meaning: int = CURRENT, most: int = 5
) -> list[str]:
    """Return the first due times of the timer, each of which fires it in time."""
    schedule: Schedule | None = Timer.parse(kind, text, meaning).schedule(variables or {}, Evaluation(NOW))
    times: list[str] = []
    while schedule is not None and len(times) < most:
        times.append(show(schedule))
        schedule = schedule.next(schedule.due)
    return times


def show(schedule: Schedule | None) -> str:
    """Return the due time of the schedule, with the parts of a second if it has any."""
    return "-" if schedule is None else schedule.due.isoformat().replace("+00:00", "Z")


def cycle(text: str, now: str = "2026-01-31T12:00:00Z") -> Schedule:
    """Return the schedule of a cycle that begins to wait at that time."""
    return Timer.parse(TimerKind.CYCLE, text).schedule({}, Evaluation(datetime.fromisoformat(now)))


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


@pytest.mark.parametrize("text", ["R/P1D/2026-02-03T00:00:00Z", "R20000/PT5M/2026-01-01"])
def test_the_first_meaning_refuses_an_end_without_a_small_number_of_repetitions(text: str) -> None:
    with pytest.raises(TimerError, match="1 to 10000 repetitions"):
        Timer.parse(TimerKind.CYCLE, text, FIRST)


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
        (TimerKind.CYCLE, "R2/2026-01-01T00:00:00Z/-P1D"),
    ],
)
def test_an_invalid_time_is_refused(kind: TimerKind, text: str) -> None:
    with pytest.raises(TimerError):
        Timer.parse(kind, text)


class _Meter(Evaluation):
    work = 0

    def tick(self, units: int) -> None:
        self.work += units


def test_counting_back_is_work_in_the_first_meaning() -> None:
    meter = _Meter(NOW)
    Timer.parse(TimerKind.CYCLE, "R9000/P1D/2030-01-01T00:00:00Z", FIRST).schedule({}, meter)
    assert meter.work > 500


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-24T18:30:00Z",
        "20261224T183000Z",
        "2026-358T18:30Z",
        "2026358T1830Z",
        "2026-W52-4T18:30Z",
        "2026W524T1830Z",
        "2026-12-24T18.5Z",
        "2026-12-24T18:30:00,000Z",
        "2026-12-24T18:30",
        "2026-12-24 18:30",
        "2026-12-24T19:30:00+01",
        "2026-12-24T19:30:00+0100",
        "2026-12-24T19:30:00+01:00:00",
        "2026-12-24T13:00:00-05:30",
        "2026-12-24T19:30[Europe/Berlin]",
        "2026-12-24T19:30+01:00[!Europe/Berlin]",
        "2026-12-24T18:30Z[America/New_York]",
        "2026-12-24T19:30[+01:00]",
    ],
)
def test_the_forms_of_a_date(text: str) -> None:
    assert due(TimerKind.DATE, text) == ["2026-12-24T18:30:00Z"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", "2026-01-01T00:00:00Z"),
        ("2026-05", "2026-05-01T00:00:00Z"),
        ("2026-W02", "2026-01-05T00:00:00Z"),
        ("2024-366", "2024-12-31T00:00:00Z"),
        ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"),
        ("2026-12-24T18:00:00,123456789Z", "2026-12-24T18:00:00.123456Z"),
        ("0001-01-01T00:00:00-14:00", "0001-01-01T14:00:00Z"),
        ("9999-12-31T23:59:59+12:00", "9999-12-31T11:59:59Z"),
        ("2026-03-29T02:30[Europe/Berlin]", "2026-03-29T01:30:00Z"),
        ("2026-10-25T02:30[Europe/Berlin]", "2026-10-25T00:30:00Z"),
        ("2026-10-25T02:30+01:00[Europe/Berlin]", "2026-10-25T01:30:00Z"),
    ],
)
def test_the_instant_of_a_date(text: str, expected: str) -> None:
    assert due(TimerKind.DATE, text) == [expected]


@pytest.mark.parametrize("meaning", [FIRST, CURRENT])
@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_date_that_leaves_the_calendar_in_utc_is_refused(text: str, meaning: int) -> None:
    with pytest.raises(TimerError):
        due(TimerKind.DATE, "${date}", {"date": text}, meaning=meaning)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (TimerKind.DATE, "0001-01-01T00:00:00+14:00", "beyond the calendar"),
        (TimerKind.DATE, "9999-12-31T23:59:59-12:00", "beyond the calendar"),
        (TimerKind.DATE, "9999-12-31T24:00:00Z", "beyond the calendar"),
        (TimerKind.DATE, "0000-01-01", "beyond the calendar"),
        (TimerKind.DATE, "+12026-01-01T00:00:00Z", "year of four digits"),
        (TimerKind.DATE, "+002026-01-01", "year of four digits"),
        (TimerKind.DATE, "202", "year of four digits"),
        (TimerKind.DATE, "9999-12-31T23:30:00Z[Europe/Berlin]", "beyond the calendar"),
        (TimerKind.DATE, "2026-06-30T23:59:60Z", "leap second"),
        (TimerKind.DATE, "2026-02-29", "no ISO 8601 date"),
        (TimerKind.DATE, "2026-366", "no ISO 8601 date"),
        (TimerKind.DATE, "2025-W53-1", "no ISO 8601 date"),
        (TimerKind.DATE, "2026-12-24T25:00Z", "no ISO 8601 date"),
        (TimerKind.DATE, "2026-12-24T18:00:00+24:00", "no offset from UTC"),
        (TimerKind.DATE, "2026-03-28T09:00:00[Europe/Atlantis]", "`Europe/Atlantis` is no time zone"),
        (TimerKind.DATE, "2026-03-28T09:00:00[Europe]", "`Europe` is no time zone"),
        (TimerKind.DATE, "2026-03-28T09:00:00[../etc/passwd]", "is no time zone"),
        (TimerKind.DATE, "2026-03-28T09:00:00[localtime]", "`localtime` is no time zone"),
        (TimerKind.DATE, "2026-03-28T09:00:00+02:00[Europe/Berlin]", "an offset that Europe/Berlin does not have"),
        (TimerKind.DATE, "2026-03-29T02:30:00+01:00[Europe/Berlin]", "an offset that Europe/Berlin does not have"),
        (TimerKind.DATE, "2026-03-28T09:00:00[Europe/Berlin][u-ca=hebrew]", "other tags"),
        (TimerKind.DURATION, "-PT5M", "negative duration"),
        (TimerKind.DURATION, "P1DT-2H", "sign within the duration"),
        (TimerKind.DURATION, "P0.7M", "part of a month"),
        (TimerKind.DURATION, "PT1.5H30M", "fraction in another number"),
        (TimerKind.DURATION, "P1DT", "no ISO 8601 duration"),
        (TimerKind.DURATION, "PT1D", "no ISO 8601 duration"),
        (TimerKind.DURATION, "P0001-13-01T00:00:00", "too large for the format"),
        (TimerKind.DURATION, "P9999Y", "beyond the calendar"),
        (TimerKind.CYCLE, "R/2026-01-02T00:00:00Z/2026-01-01T00:00:00Z", "not after its start"),
        (TimerKind.CYCLE, "R3/2026-01-01T09:00:00Z/11:00:00Z", "not written in full"),
        (TimerKind.CYCLE, "R99999999999999999999/P1D/2026-01-01", "beyond the calendar"),
        (TimerKind.CYCLE, "R3/PT5M/", "no ISO 8601 repeating interval"),
    ],
)
def test_the_reason_why_a_time_is_refused(kind: TimerKind, text: str, reason: str) -> None:
    with pytest.raises(TimerError, match=reason):
        Timer.parse(kind, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P2W", "2026-02-14T12:00:00Z"),
        ("P1Y2W", "2027-02-14T12:00:00Z"),
        ("P1Y1M1DT1H1M1.5S", "2027-03-01T13:01:01.500000Z"),
        ("P0,5Y", "2026-07-31T12:00:00Z"),
        ("P1.5D", "2026-02-02T00:00:00Z"),
        ("P0.5W", "2026-02-04T00:00:00Z"),
        ("PT1,25H", "2026-01-31T13:15:00Z"),
        ("PT36H", "2026-02-02T00:00:00Z"),
        ("+PT1M", "2026-01-31T12:01:00Z"),
        ("P0003-06-04T12:30:05", "2029-08-05T00:30:05Z"),
        ("P00030604T123005", "2029-08-05T00:30:05Z"),
        ("P0000-010T00:00:00", "2026-02-10T12:00:00Z"),
    ],
)
def test_the_forms_of_a_duration(text: str, expected: str) -> None:
    assert due(TimerKind.DURATION, text) == [expected]


def test_a_text_is_read_once() -> None:
    assert Duration.parse("P1DT7H") is Duration.parse("P1DT7H")
    assert parse_date("2027-01-31T09:00:00Z") is parse_date("2027-01-31T09:00:00Z")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R/2027-01-31T09:00:00Z/P1M", ["01-31T09", "02-28T09", "03-31T09", "04-30T09", "05-31T09"]),
        ("R3/P1M/2027-05-31T09:00:00Z", ["03-31T09", "04-30T09", "05-31T09"]),
        ("R3/2027-01-01T00:00:00Z/2027-01-03T12:00:00Z", ["01-01T00", "01-03T12", "01-06T00"]),
        ("R2/2027-01-01T00:00:00+02:00/2027-01-02T00:00:00", ["12-31T22", "01-01T22"]),
        ("R-1/2027-01-01T00:00:00Z/P1D", ["01-01T00", "01-02T00", "01-03T00", "01-04T00", "01-05T00"]),
        # The month of a time is that of its own offset.
        ("R3/2027-01-31T00:30:00+01:00/P1M", ["01-30T23", "02-27T23", "03-30T23"]),
        # Daylight saving time begins on 28 March and ends on 31 October.
        ("R3/2027-03-27T09:00:00[Europe/Berlin]/P1D", ["03-27T08", "03-28T07", "03-29T07"]),
        ("R3/2027-03-27T09:00:00[Europe/Berlin]/PT24H", ["03-27T08", "03-28T08", "03-29T08"]),
        ("R3/2027-03-27T02:30:00[Europe/Berlin]/P1D", ["03-27T01", "03-28T01", "03-29T00"]),
        ("R3/2027-10-30T02:30:00+02:00[Europe/Berlin]/P1D", ["10-30T00", "10-31T00", "11-01T01"]),
        ("R3/2027-10-31T02:30:00+01:00[Europe/Berlin]/PT1H", ["10-31T01", "10-31T02", "10-31T03"]),
        ("R3/P1D/2027-03-29T09:00:00[Europe/Berlin]", ["03-27T08", "03-28T07", "03-29T07"]),
        ("R3/2027-03-27T09:00[Europe/Berlin]/2027-03-28T09:00", ["03-27T08", "03-28T07", "03-29T07"]),
    ],
)
def test_the_grid_of_a_cycle(text: str, expected: list[str]) -> None:
    assert [time[5:13] for time in due(TimerKind.CYCLE, text)] == expected


def test_an_endless_cycle_up_to_an_end_begins_with_the_next_time() -> None:
    assert due(TimerKind.CYCLE, "R/PT36H/2026-02-03T00:00:00Z") == [
        "2026-02-01T12:00:00Z",
        "2026-02-03T00:00:00Z",
    ]
    assert due(TimerKind.CYCLE, "R/PT36H/2020-02-03T00:00:00Z") == ["2020-02-03T00:00:00Z"]


def test_missed_times_are_made_up_for_once_and_use_up_the_repetitions() -> None:
    schedule = cycle("R5/2026-01-31T13:00:00Z/PT1H")
    late = schedule.next(datetime(2026, 1, 31, 15, 20, tzinfo=UTC))
    assert show(late) == "2026-01-31T16:00:00Z"
    assert late is not None
    assert late.remaining == 1
    assert schedule.next(datetime(2026, 1, 31, 17, tzinfo=UTC)) is None


def test_a_time_that_is_due_now_has_passed() -> None:
    assert show(cycle("R/2026-01-31T13:00:00Z/PT1H").next(datetime(2026, 1, 31, 14, tzinfo=UTC))).startswith(
        "2026-01-31T15"
    )


def test_a_timer_that_is_triggered_early_uses_up_its_time() -> None:
    first = cycle("R/2026-06-01T00:00:00Z/P1D")
    second = first.next(NOW)
    assert second is not None
    assert [show(second), show(second.next(NOW))] == ["2026-06-02T00:00:00Z", "2026-06-03T00:00:00Z"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R/0001-01-01T00:00:00Z/PT0.000001S", "9990-01-01T00:00:00.000001Z"),
        ("R/0001-01-31T00:00:00Z/P1M", "9990-01-31T00:00:00Z"),
        ("R/2026-03-28T09:00[Europe/Berlin]/P1D", "9990-01-01T08:00:00Z"),
        ("R/0001-01-01T00:00:00Z/P9989YT1S", "9990-01-01T00:00:01Z"),
    ],
)
def test_the_time_after_a_long_outage(text: str, expected: str) -> None:
    assert show(cycle(text).next(datetime(9990, 1, 1, tzinfo=UTC))) == expected


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(["P1M", "P1D", "P1W", "PT7H", "P1MT5H", "P3DT1S"]),
    st.sampled_from(["Z", "+05:30", "[Europe/Berlin]", "[America/St_Johns]", "[Australia/Lord_Howe]"]),
    st.datetimes(datetime(1990, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC)),
)
def test_the_next_time_is_the_first_one_after_now(start: datetime, period: str, zone: str, now: datetime) -> None:
    schedule: Schedule | None = cycle(f"R/{start.isoformat()}{zone}/{period}")
    assert schedule is not None
    jump = schedule.next(now)
    assert jump is not None
    assert jump.due > now
    before = replace(schedule, number=jump.number - 2).next(datetime(1900, 1, 1, tzinfo=UTC))
    assert jump.number == 1 or (before is not None and before.due <= now)


def test_the_first_meaning_computes_each_time_from_the_one_before() -> None:
    text = "R/2027-01-31T09:00:00Z/P1M"
    assert [time[5:10] for time in due(TimerKind.CYCLE, text, meaning=FIRST, most=3)] == ["01-31", "02-28", "03-28"]
    schedule = Timer.parse(TimerKind.CYCLE, "R/2026-01-01T00:00:00Z/P1D", FIRST).schedule({}, Evaluation(NOW))
    assert show(schedule.next(NOW)) == "2026-01-02T00:00:00Z"


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


@given(st.sampled_from(TimerKind), st.text("PRTYMWDHSZ0123456789-:/.,+ []", max_size=30))
def test_any_text_is_parsed_or_refused(kind: TimerKind, text: str) -> None:
    with suppress(TimerError):
        due(kind, text)
