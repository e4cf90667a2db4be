"""``events``: see what waits."""

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from bpmn_events.bootstrap import running
from bpmn_events.cli.caller import CLI
from bpmn_events.cli.tables import event_table
from bpmn_events.config import Settings
from bpmn_events.domain.events import EventType
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.web.representations import waiting_event

T = TypeVar("T")


async def events(settings: Settings, arguments: argparse.Namespace) -> int:
    filter = WaitingEventFilter(
        process_model_keys=_several(arguments.model),
        correlation_ids=_several(arguments.correlation),
        event_types=_several([EventType(each.upper()) for each in arguments.type]),
        lanes=_several(arguments.lane),
        search=arguments.search,
    )
    query = WaitingEventQuery(PageRequest(limit=arguments.limit), filter)
    async with running(settings) as services:
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
    return 0


def _several(values: Iterable[T]) -> tuple[T, ...] | None:
    """Alternatives, or no condition where there are none."""
    return tuple(values) or None
