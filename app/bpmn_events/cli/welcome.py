"""The welcome text of a demonstration: its URLs, a token, and a first request that works."""

import json
import shlex
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.services import Services
from bpmn_events.cli.payloads import example_payload
from bpmn_events.config import Settings
from bpmn_events.credentials import make_token
from bpmn_events.domain.errors import DomainError
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventQuery
from bpmn_events.domain.pages import MAX_PAGE, PageRequest
from bpmn_events.domain.principal import ALL_LANES, SYSTEM, Permission
from bpmn_events.failures import NoSharedSecret

_TOKEN_LIFETIME = timedelta(hours=12)


async def welcome(services: Services, settings: Settings, port: int) -> str:
    """Return the welcome text of a server that listens on this port."""
    address = _address(settings.host, port) + (settings.root_path or "")
    parts = [f"BPMN Events is ready.\n\n  GraphQL    {address}/graphql\n  Readiness  {address}/readyz"]
    try:
        token = make_token(settings, "demo", list(Permission), [ALL_LANES], _TOKEN_LIFETIME)
    except NoSharedSecret as error:
        return "\n".join([*parts, "", str(error), ""])
    parts.append(f"A token that may do everything, for 12 hours (another one: bpmn-events token):\n\n  {token}")
    example = await _find_example(services)
    if example is not None:
        event, payload = example
        parts.append(
            f"This triggers {event.name or event.element_id!r} of {event.correlation_id}:\n\n"
            + _curl(address, token, event, payload)
        )
    return "\n\n".join(["", *parts, ""])


def _address(host: str, port: int) -> str:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


async def _find_example(services: Services) -> tuple[WaitingEvent, Any] | None:
    """Return the longest waiting event that an example payload can trigger, with the payload; None if there is none."""
    page = await services.list_waiting_events(SYSTEM, WaitingEventQuery(PageRequest(limit=MAX_PAGE)))
    models = await services.read_store.models_by_id({event.process_model_id for event in page.items})
    for event in page.items:
        schema = models[event.process_model_id].catch_elements[event.element_id].payload_schema
        payload = example_payload(schema)
        request = TriggerEvent(event.process_model_key, event.correlation_id, event.id, payload, dry_run=True)
        try:
            await services.trigger_event(SYSTEM, request)
        except DomainError:
            continue
        return event, payload
    return None


def _curl(address: str, token: str, event: WaitingEvent, payload: Any) -> str:
    path = (
        f"/process_models/{quote(event.process_model_key, safe='')}"
        f"/correlations/{quote(event.correlation_id, safe='')}/events/{event.id}/trigger"
    )
    return (
        f"  curl -i -X POST {shlex.quote(address + path)} \\\n"
        f"    -H 'Authorization: Bearer {token}' \\\n"
        f"    -H 'Content-Type: application/json' \\\n"
        f"    -d {shlex.quote(json.dumps(payload))}"
    )
