"""Tables for a terminal."""

from collections.abc import Sequence
from datetime import datetime
from unicodedata import combining, east_asian_width

from bpmn_events.cli.durations import format_duration
from bpmn_events.domain.events import WaitingEvent

_HEADINGS = ("EVENT ID", "ELEMENT", "EVENT", "MODEL", "CORRELATION", "LANE", "WAITING", "DUE")


def event_table(events: Sequence[WaitingEvent], now: datetime) -> str:
    """One line for each event, below a line of headings."""
    return table([_HEADINGS, *(_row(event, now) for event in events)])


def table(rows: Sequence[Sequence[str]]) -> str:
    """The rows in columns as wide as their widest cell."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(columns_of, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(cell + " " * (width - columns_of(cell)) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def columns_of(text: str) -> int:
    """How many columns of a terminal the text takes (Unicode Standard Annex 11): wide characters take two, and what is
    put on top of the character before takes none.
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def printable(text: str) -> str:
    """The text on one line, without anything a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)


def _row(event: WaitingEvent, now: datetime) -> tuple[str, ...]:
    return (
        event.id,
        event.element_id,
        " ".join(part for part in (event.event_type.lower(), event.event_name) if part),
        event.process_model_key,
        event.correlation_id,
        event.lane or "-",
        format_duration(now - event.waiting_since),
        _due(event.due_at, now),
    )


def _due(due_at: datetime | None, now: datetime) -> str:
    if due_at is None:
        return "-"
    span = format_duration(due_at - now)
    return f"in {span}" if due_at > now else f"{span} ago"
