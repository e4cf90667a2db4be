"""Command ``events``: list the waiting events, or watch them."""

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from bpmn_events.bootstrap import open_services
from bpmn_events.cli.caller import CLI, UsageError
from bpmn_events.cli.tables import event_table
from bpmn_events.cli.watching.watch import watch
from bpmn_events.config import Settings
from bpmn_events.domain.events import EventType
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import DEFAULT_PAGE, PageRequest
from bpmn_events.web.changes_cursors import decode_changes_cursor
from bpmn_events.web.representations import waiting_event

T = TypeVar("T")


async def events(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print one page of the waiting events, as a table or as JSON, or watch all of them."""
    filter = WaitingEventFilter(
        process_model_keys=_alternatives(arguments.model),
        correlation_ids=_alternatives(arguments.correlation),
        event_types=_alternatives([EventType(name.upper()) for name in arguments.type]),
        lanes=_alternatives(arguments.lane),
        search=arguments.search,
    )
    if arguments.watch:
        await _watch(settings, arguments, filter)
    else:
        await _print_page(settings, arguments, filter)
    return 0


async def _watch(settings: Settings, arguments: argparse.Namespace, filter: WaitingEventFilter) -> None:
    if arguments.limit is not None:
        raise UsageError("--limit: --watch shows all events")
    if arguments.after is not None and not arguments.json:
        raise UsageError("--after: only the lines of --json have cursors")
    after = None if arguments.after is None else decode_changes_cursor(arguments.after)
    await watch(settings, filter, after, json=arguments.json)


async def _print_page(settings: Settings, arguments: argparse.Namespace, filter: WaitingEventFilter) -> None:
    if arguments.after is not None:
        raise UsageError("--after: a list has no cursors; use it with --watch")
    query = WaitingEventQuery(PageRequest(limit=arguments.limit or DEFAULT_PAGE), filter)
    async with open_services(settings) as services:
        page = await services.list_waiting_events(CLI, query)
        total = await services.list_waiting_events.count(CLI, filter) if page.has_next else len(page.items)
    if arguments.json:
        documents = [waiting_event(event) for event in page.items]
        print(msgspec.json.format(msgspec.json.encode(documents), indent=2).decode())
    elif page.items:
        print(event_table(page.items, datetime.now(UTC)))
    else:
        print("Nothing waits.", file=sys.stderr)
    if page.has_next:
        print(f"{len(page.items)} of {total} events; see more with --limit.", file=sys.stderr)


def _alternatives(values: Iterable[T]) -> tuple[T, ...] | None:
    """Return the values of a filter condition, or None if there are no values and no condition."""
    return tuple(values) or None
