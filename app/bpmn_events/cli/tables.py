"""Tables for a terminal."""

from collections.abc import Sequence
from datetime import datetime
from unicodedata import combining, east_asian_width

from bpmn_events.cli.durations import format_duration
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.retries import PendingRetry

_HEADINGS = ("EVENT ID", "ELEMENT", "EVENT", "MODEL", "CORRELATION", "LANE", "WAITING", "DUE")
_RETRY_HEADINGS = ("RETRY OF", "ELEMENT", "MODEL", "CORRELATION", "ATTEMPTS", "FAILED", "NEXT", "REASON")


def event_table(events: Sequence[WaitingEvent], now: datetime) -> str:
    """Return a table with one line for each event below a line of headings."""
    return table([_HEADINGS, *(_row(event, now) for event in events)])


def retry_table(retries: Sequence[PendingRetry], now: datetime) -> str:
    """Return a table with one line for each pending retry below a line of headings."""
    return table([_RETRY_HEADINGS, *(_retry_row(item, now) for item in retries)])


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as lines, with columns as wide as their widest cell."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(terminal_width, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(cell + " " * (width - terminal_width(cell)) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def terminal_width(text: str) -> int:
    """Return the number of terminal columns that the text takes (Unicode Standard Annex 11).

    Wide characters take two columns, and combining characters take none.
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1 for character in text)


def clip(text: str, columns: int) -> str:
    """Return as much of the beginning of the text as fits into this number of terminal columns."""
    while terminal_width(text) > columns:
        text = text[: len(text) - max((terminal_width(text) - columns) // 2, 1)]
    return text


def printable(text: str) -> str:
    """Return the text on one line, without characters that control the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def event_cells(event: WaitingEvent) -> tuple[str, ...]:
    """Return the cells of a waiting event that do not change with the time."""
    return (
        event.id,
        event.element_id,
        " ".join(part for part in (event.event_type.lower(), event.event_name) if part),
        event.process_model_key,
        event.correlation_id,
        event.lane or "-",
    )


def _row(event: WaitingEvent, now: datetime) -> tuple[str, ...]:
    return *event_cells(event), format_duration(now - event.waiting_since), _due(event.due_at, now)


def _retry_row(item: PendingRetry, now: datetime) -> tuple[str, ...]:
    return (
        " ".join(part for part in (item.kind.lower(), item.name) if part),
        item.element_id or "-",
        item.process_model_key or "-",
        item.correlation_id or "-",
        str(item.retry.attempts),
        _due(item.retry.failed_at, now),
        _due(item.retry.retry_at, now),
        item.retry.reason,
    )


def _due(due_at: datetime | None, now: datetime) -> str:
    if due_at is None:
        return "-"
    span = format_duration(due_at - now)
    return f"in {span}" if due_at > now else f"{span} ago"
