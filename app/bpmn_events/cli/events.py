"""``events`` and ``trigger``: see what waits, and trigger one of it."""

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.bootstrap import running
from bpmn_events.cli.caller import CLI
from bpmn_events.cli.processes import payload_argument
from bpmn_events.cli.tables import event_table, printable
from bpmn_events.config import Settings
from bpmn_events.domain.events import EventType, TriggerSource
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.web.rest.representations import waiting_event

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


async def trigger(settings: Settings, arguments: argparse.Namespace) -> int:
    request = TriggerEvent(
        process_model_key=arguments.key,
        correlation_id=arguments.correlation,
        event_id=arguments.event,
        payload=payload_argument(arguments.payload),
        idempotency_key=arguments.idempotency_key,
        dry_run=arguments.dry_run,
        source=TriggerSource.REST,
    )
    async with running(settings) as services:
        outcome = await services.trigger_event(CLI, request)
    _print_outcome(outcome)
    return 0


def _print_outcome(outcome: TriggerOutcome) -> None:
    trigger, instance = outcome.trigger, outcome.process_instance
    if trigger is None:
        print("This would work; nothing was changed.")
    else:
        what = trigger.event_name or trigger.element_id
        print(
            f"{'Was already triggered' if outcome.replayed else 'Triggered'}: {printable(what)} ({trigger.event_id})."
        )
    if outcome.next_waiting_events:
        print(f"{instance.id} waits for:\n" + event_table(outcome.next_waiting_events, datetime.now(UTC)))
    elif instance.state is ProcessInstanceState.RUNNING:
        print(f"{instance.id} still runs and waits for nothing outside.")
    else:
        reason = f": {instance.end_reason}" if instance.end_reason else ""
        print(f"{instance.id} is {instance.state.lower()}{printable(reason)}.")


def _several(values: Iterable[T]) -> tuple[T, ...] | None:
    """Alternatives, or no condition where there are none."""
    return tuple(values) or None
