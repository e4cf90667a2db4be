"""Trusted documents are subscriptions, too: over every transport, by id, also if the server executes no others."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.api.tokens import token
from tests.support.server import ServerProcess, running
from tests.support.sources import ROOT
from tests.system.live.graphql_streams import EVENTS, MULTIPART
from tests.system.live.sockets import opened

PUBLISHED = json.loads((ROOT / "graphql" / "trusted-documents.json").read_text("utf-8"))
SUBSCRIPTIONS = {
    name: next(each for each, text in PUBLISHED.items() if f"subscription {name}(" in text)
    for name in ("WaitingEventChanges", "EventTriggerChanges", "OpenTaskChanges")
}
HEADERS = {"Authorization": f"Bearer {token([])}"}
# Without the permission, a subscription has one payload, and ends.
FORBIDDEN = '"requiredPermission":"events:read"'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder: Path = tmp_path_factory.mktemp("trusting")
    with running(ServerProcess(folder, settings={"GRAPHQL_ONLY_TRUSTED": "true"})) as server:
        yield server


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
@pytest.mark.parametrize("accept", [EVENTS, MULTIPART], ids=["event stream", "multipart"])
def test_over_http(server: ServerProcess, name: str, accept: str) -> None:
    headers = {**HEADERS, "Accept": accept}
    body = {"documentId": f"sha256:{SUBSCRIPTIONS[name]}"}
    posted = httpx.post(f"{server.address}/graphql", json=body, headers=headers)
    got = httpx.get(f"{server.address}/graphql?documentId={quote(body['documentId'])}", headers=headers)
    for response in (posted, got):
        assert (response.status_code, FORBIDDEN in response.text) == (200, True), response.text
    other = httpx.post(
        f"{server.address}/graphql", json={"query": PUBLISHED[SUBSCRIPTIONS[name]] + " "}, headers=headers
    )
    assert "DOCUMENT_NOT_TRUSTED" in other.text


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
async def test_over_a_websocket(server: ServerProcess, name: str) -> None:
    async with opened(server.address) as socket:
        await socket.init(token([]))
        for number, payload in enumerate(
            ({"documentId": SUBSCRIPTIONS[name]}, {"documentId": f"sha256:{SUBSCRIPTIONS[name]}", "query": ""})
        ):
            await socket.send({"id": f"{number}", "type": "subscribe", "payload": payload})
            assert (await socket.next(f"{number}"))["requiredPermission"] == "events:read"
            assert await socket.receive() == {"id": f"{number}", "type": "complete"}
        await socket.subscribe(PUBLISHED[SUBSCRIPTIONS[name]] + " ")
        (error,) = (await socket.receive())["payload"]
        assert error["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
