"""Lines of the log are for people or for programs, and no value can break one."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bpmn_events.adapters.logs.lines import console_line, json_line, timestamp

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
HOSTILE = [
    "\x9b31m",
    "\x7f",
    "\u202egpj",
    'a"b',
    "new\nline",
    "\x1b[31mred",
    "tab\t",
    "ß",
    "\u2028",
    "x=y z",
    "",
    "\ud800",
]


def test_time_is_in_utc_with_milliseconds() -> None:
    assert timestamp(NOON + 0.0429) == "2026-03-01T12:00:00.042Z"
    assert timestamp(NOON + 1.5) == "2026-03-01T12:00:01.500Z"


def test_json_line_is_an_object() -> None:
    line = json_line(NOON, "info", "bpmn_events.access", "request", {"status": 200, "path": "/a b"})
    assert line.endswith(b"}\n")
    assert json.loads(line) == {
        "time": "2026-03-01T12:00:00.000Z",
        "level": "info",
        "logger": "bpmn_events.access",
        "message": "request",
        "status": 200,
        "path": "/a b",
    }


def test_json_line_without_fields() -> None:
    line = json_line(NOON, "error", "log", "lost,}", {})
    assert json.loads(line) == {
        "time": "2026-03-01T12:00:00.000Z",
        "level": "error",
        "logger": "log",
        "message": "lost,}",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain-1", "plain-1"),
        (12.5, "12.5"),
        (True, "true"),
        (["order:1", "order:2"], "order:1,order:2"),
        ("mutation Pay", '"mutation Pay"'),
        ('say "x"', '"say \\"x\\""'),
        ("", '""'),
        ("a=b", '"a=b"'),
    ],
)
def test_console_line_names_the_fields(value: Any, text: str) -> None:
    line = console_line(NOON, "info", "bpmn_events.audit", "event_triggered", {"field": value})
    assert line == f"2026-03-01T12:00:00.000Z INFO    bpmn_events.audit: event_triggered field={text}\n".encode()


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
@pytest.mark.parametrize("format_line", [console_line, json_line], ids=["console", "json"])
def test_value_of_a_caller_stays_in_its_line(format_line: Any, value: str) -> None:
    line = format_line(NOON, "info", "log", "event", {"field": value})
    assert line.count(b"\n") == 1
    assert line.decode()[:-1].isprintable()
    assert format_line is console_line or json.loads(line)["field"] == value


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_message_stays_in_its_line(value: str) -> None:
    line = console_line(NOON, "error", "log", f"at {value}", {})
    assert line.count(b"\n") == 1
    assert line.decode()[:-1].isprintable()
