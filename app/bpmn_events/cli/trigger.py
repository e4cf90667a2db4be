"""Command ``trigger``: trigger one waiting event."""

import argparse
from datetime import UTC, datetime

from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.bootstrap import open_services
from bpmn_events.cli.caller import CLI
from bpmn_events.cli.payloads import payload_argument
from bpmn_events.cli.tables import event_table, printable
from bpmn_events.config import Settings
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.processes import ProcessInstanceState


async def trigger(settings: Settings, arguments: argparse.Namespace) -> int:
    """Trigger one waiting event and print the outcome."""
    command = TriggerEvent(
        process_model_key=arguments.key,
        correlation_id=arguments.correlation,
        event_id=arguments.event,
        payload=payload_argument(arguments.payload),
        idempotency_key=arguments.idempotency_key,
        dry_run=arguments.dry_run,
        source=TriggerSource.REST,
    )
    async with open_services(settings) as services:
        outcome = await services.trigger_event(CLI, command)
    _print_outcome(outcome)
    return 0


def _print_outcome(outcome: TriggerOutcome) -> None:
    trigger, instance = outcome.trigger, outcome.process_instance
    if trigger is None:
        print("This would work; nothing was changed.")
    else:
        name = trigger.event_name or trigger.element_id
        print(
            f"{'Was already triggered' if outcome.replayed else 'Triggered'}: {printable(name)} ({trigger.event_id})."
        )
    if outcome.next_waiting_events:
        print(f"{instance.id} waits for:\n" + event_table(outcome.next_waiting_events, datetime.now(UTC)))
    elif instance.state is ProcessInstanceState.RUNNING:
        print(f"{instance.id} still runs and waits for nothing outside.")
    else:
        reason = f": {instance.end_reason}" if instance.end_reason else ""
        print(f"{instance.id} is {instance.state.lower()}{printable(reason)}.")
