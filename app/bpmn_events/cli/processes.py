"""``deploy`` and ``start``: bring process models into the database, and begin to run them."""

import argparse
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.json_text import parse_json
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import running
from bpmn_events.cli.caller import CLI, UsageError
from bpmn_events.cli.tables import event_table, printable
from bpmn_events.config import Settings
from bpmn_events.domain.errors import InvalidProcessModel
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState

_DECLARED_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


async def deploy(settings: Settings, arguments: argparse.Namespace) -> int:
    """Every file on its own: 1 if one of them was refused, although the others are deployed."""
    texts = [(path, read_bpmn(path)) for path in arguments.files]
    refused = 0
    async with running(settings) as services:
        for path, text in texts:
            try:
                models = await services.deploy_model(CLI, DeployModel(text))
            except InvalidProcessModel as error:
                refused += 1
                _print_issues(path, error)
            else:
                for model in models:
                    print(f"{model.key} version {model.version} ({model.id})")
    return 1 if refused else 0


async def start(settings: Settings, arguments: argparse.Namespace) -> int:
    request = StartInstance(
        process_model_key=arguments.key,
        correlation_id=arguments.correlation,
        start_element_id=arguments.start_element,
        payload=payload_argument(arguments.payload),
    )
    async with running(settings) as services:
        instance = (await services.start_instance(CLI, request)).process_instance
        print(f"Started {instance.id} in the correlation {instance.correlation_id}.")
        await print_what_follows(services, instance)
    return 0


async def print_what_follows(services: Services, instance: ProcessInstance) -> None:
    """What the instance waits for now, or how it ended."""
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


def payload_argument(text: str | None) -> Any:
    """What ``--payload`` stands for. Raises ``InvalidPayload`` where it is not JSON."""
    return None if text is None else parse_json(text)


def read_bpmn(path: Path) -> str:
    """The text of a file, in the encoding it declares or else UTF-8 (XML 1.0, appendix F).

    Raises:
        UsageError: it cannot be read, or is not text in that encoding.
    """
    try:
        data = path.read_bytes()
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        declared = _DECLARED_ENCODING.match(data)
        encoding = declared[1].decode() if declared else "utf-8"
        return data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (LookupError, UnicodeError):
        raise UsageError(f"{path} is not text in the encoding it declares") from None


def _print_issues(path: Path, error: InvalidProcessModel) -> None:
    print(f"{error.code}: {path} cannot be deployed:", file=sys.stderr)
    for issue in error.issues:
        place = [f"line {issue.line}"] if issue.line else []
        place += [f"element {issue.element_id}"] if issue.element_id else []
        print(f"  {', '.join(place) or 'the file'}: {printable(issue.message)}", file=sys.stderr)
