"""Over a socket, an event in another lane answers like one that does not exist."""

import httpx
import pytest

from bpmn_events.domain.ids import WAITING_EVENT, new_id
from tests.api.access.callers import ALL, Caller
from tests.api.access.models import DESK
from tests.api.access.requests import Request, Target, finishes, reads, triggers
from tests.support.server import ServerProcess
from tests.system.client import Client

# The headers that may differ between two responses.
_VARYING = {"content-length", "date", "x-request-id"}
OTHER_LANES = Caller(ALL, frozenset({"unassigned"}))


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_by_id(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(DESK, "desk", "c-1")
        before = await client.list_events()
        existing = next(event["id"] for event in before if event["elementId"] == "pay")
        unknown = new_id(WAITING_EVENT)
        asked = [_requests(existing, "existing"), _requests(unknown, "unknown")]
        async with httpx.AsyncClient(base_url=server.address) as http:
            for request, same in zip(*asked, strict=True):
                answers = []
                for each, identifier in ((request, existing), (same, unknown)):
                    status, headers, text = await each.send(http, OTHER_LANES)
                    headers = {name: value for name, value in headers.items() if name not in _VARYING}
                    answers.append((status, headers, text.replace(identifier, "<id>")))
                assert answers[0] == answers[1], request
        assert await client.list_events() == before


def _requests(identifier: str, name: str) -> list[Request]:
    target = Target("desk", "c-1", identifier, name)
    return [*reads(identifier), *triggers(target), *finishes(target)]
