"""Command ``start``: start a process instance."""

import argparse
from datetime import UTC, datetime

from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import open_services
from bpmn_events.cli.caller import CLI
from bpmn_events.cli.payloads import payload_argument
from bpmn_events.cli.tables import event_table, printable
from bpmn_events.config import Settings
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState


async def start(settings: Settings, arguments: argparse.Namespace) -> int:
    """Start a process instance and print its state."""
    command = StartInstance(
        process_model_key=arguments.key,
        correlation_id=arguments.correlation,
        start_element_id=arguments.start_element,
        payload=payload_argument(arguments.payload),
    )
    async with open_services(settings) as services:
        instance = (await services.start_instance(CLI, command)).process_instance
        print(f"Started {instance.id} in the correlation {instance.correlation_id}.")
        await _print_state(services, instance)
    return 0


async def _print_state(services: Services, instance: ProcessInstance) -> None:
    """Print the events that the instance waits for, or how it ended."""
    if instance.state is not ProcessInstanceState.RUNNING:
        reason = f": {instance.end_reason}" if instance.end_reason else ""
        print(f"It is {instance.state.lower()}{printable(reason)}.")
        return
    query = WaitingEventQuery(filter=WaitingEventFilter(correlation_ids=(instance.correlation_id,)))
    events = (await services.list_waiting_events(CLI, query)).items
    if events:
        print(f"In {printable(instance.correlation_id)} waits:\n{event_table(events, datetime.now(UTC))}")
    else:
        print("It runs and waits for nothing outside.")
