"""Command ``trigger``: trigger one waiting event, or those in the lines of a file."""

import argparse
from datetime import UTC, datetime

from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.bootstrap import open_services
from bpmn_events.cli.bulk.command import trigger_file
from bpmn_events.cli.caller import CLI, UsageError
from bpmn_events.cli.payloads import payload_argument
from bpmn_events.cli.tables import event_table, printable
from bpmn_events.config import Settings
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.processes import ProcessInstanceState


async def trigger(settings: Settings, arguments: argparse.Namespace) -> int:
    """Trigger one waiting event and print the outcome, or trigger those in a file.

    Raises:
        UsageError: The arguments name no event, or both an event and a file.
    """
    _check_arguments(arguments)
    if arguments.from_file is not None:
        return await trigger_file(settings, arguments)
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


def _check_arguments(arguments: argparse.Namespace) -> None:
    event = arguments.key, arguments.correlation, arguments.event
    if arguments.from_file is None:
        if None in event:
            raise UsageError("trigger takes KEY, CORRELATION and EVENT, or --from-file FILE")
        if arguments.resume or arguments.concurrency is not None or arguments.retry_for is not None:
            raise UsageError("--concurrency, --resume and --retry-for need --from-file")
        return
    if any(each is not None for each in (*event, arguments.payload, arguments.idempotency_key)):
        raise UsageError("with --from-file, the lines of the file have the events, payloads and idempotency keys")
    if arguments.resume and arguments.dry_run:
        raise UsageError("--resume continues a run that changes something: leave out --dry-run")


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
