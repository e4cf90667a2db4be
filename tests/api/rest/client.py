"""A client of the plain HTTP API, and functions that start the instances it works with."""

from typing import Any
from urllib.parse import quote

import httpx

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.services import Services
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.principal import SYSTEM, Permission

ALL = tuple(Permission)


class RestClient:
    """A client of one caller. ``token`` None means no credential."""

    def __init__(self, http: httpx.AsyncClient, token: str | None = None) -> None:
        self.http = http
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.http.get(path, params=query, headers=self.headers)

    async def trigger(
        self, key: str, correlation: str, event: str, payload: Any = None, *, prefix: str = "", **query: Any
    ) -> httpx.Response:
        path = prefix + trigger_path(key, correlation, event)
        return await self.http.post(path, json=payload, params=query, headers=self.headers)

    async def send(self, path: str, content: bytes, **headers: str) -> httpx.Response:
        return await self.http.post(path, content=content, headers={**self.headers, **headers})


def trigger_path(key: str, correlation: str, event: str) -> str:
    key, correlation, event = (quote(part, safe="") for part in (key, correlation, event))
    return f"/process_models/{key}/correlations/{correlation}/events/{event}/trigger"


async def start_case(services: Services, xml: str, key: str, correlation: str) -> dict[str, str]:
    """Deploy and start a process. Return the ids of the correlation's waiting events by element id."""
    await services.deploy_model(SYSTEM, DeployModel(xml))
    await services.start_instance(SYSTEM, StartInstance(key, correlation))
    return await waiting(services, correlation)


async def waiting(services: Services, correlation: str) -> dict[str, str]:
    query = WaitingEventQuery(filter=WaitingEventFilter(correlation_ids=(correlation,)))
    return {event.element_id: event.id for event in (await services.list_waiting_events(SYSTEM, query)).items}
