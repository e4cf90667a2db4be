"""The limits of bodies that are open at the same time."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bpmn_events.domain.principal import Permission
from tests.api.tokens import token
from tests.support.polling import poll_until
from tests.support.server import ServerProcess, running
from tests.support.wire import Response, Wire, dialing
from tests.system.bulk.cases import chunk, head

OF_CALLER, TOTAL = 2, 3
SETTINGS = {
    "MAX_BULK_BODIES_PER_CALLER": str(OF_CALLER),
    "MAX_BULK_BODIES": str(TOTAL),
    "BULK_IDLE_SECONDS": "3600",
    "LOG_FORMAT": "json",
}
LINE = b"[]\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path, settings=SETTINGS)) as server:
        yield server


class Callers:
    """Callers that open bodies, and leave them open until the end of the test."""

    def __init__(self, server: ServerProcess, connections: ExitStack) -> None:
        self._server = server
        self._connections = connections

    def begin(self, name: str, *fields: str) -> Wire:
        """Send the header of a request."""
        wire = self._connections.enter_context(dialing(self._server.address))
        bearer = token([Permission.EVENTS_TRIGGER], ("*",), name)
        return wire.send(head(self._server.address, *fields, bearer=bearer))

    def open(self, name: str) -> Wire:
        """Open a body, whose first line has its answer."""
        wire = self.begin(name).send(chunk(LINE))
        assert wire.read_head().status == 200
        assert b'"line":1' in wire.read_chunk()
        return wire

    def refuse(self, name: str) -> Response:
        """Begin a body, and return the refusal, which comes before the body is sent."""
        response = self.begin(name).read()
        assert response is not None
        return response

    async def expect_place(self, name: str, data: bytes = LINE, *fields: str) -> Wire:
        """Wait until the caller can open a body again, which begins with these data."""
        opened: list[Wire] = []

        def try_to_open() -> bool:
            wire = self.begin(name, *fields).send(chunk(data))
            if wire.read_head().status == 200:
                opened.append(wire)
            return bool(opened)

        await poll_until(try_to_open)
        return opened[0]


@pytest.fixture
def callers(server: ServerProcess) -> Iterator[Callers]:
    with ExitStack() as connections:
        yield Callers(server, connections)


def test_a_caller_has_too_many(callers: Callers) -> None:
    first, second = callers.open("ada"), callers.open("ada")
    refused = callers.refuse("ada")
    assert (refused.status, refused.headers["retry-after"]) == (429, "5")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json() == {
        "type": "urn:bpmn-events:problem:too-many-bodies",
        "title": "The caller sends too many bodies with many triggers",
        "status": 429,
        "detail": "You can send at most 2 bodies with many triggers at a time: try again later.",
        "code": "TOO_MANY_REQUESTS",
        "retryAfterSeconds": 5,
        "maxBodies": OF_CALLER,
    }
    callers.open("ben")
    for wire in (first, second):  # those that are open go on
        assert b'"line":2' in wire.send(chunk(LINE)).read_chunk()


def test_all_callers_have_too_many(callers: Callers) -> None:
    for name in ("ada", "ben", "cem"):
        callers.open(name)
    refused = callers.refuse("dia")
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert (refused.json()["code"], refused.json()["outcomeUnknown"]) == ("ENGINE_UNAVAILABLE", False)


async def test_a_place_is_free_after_each_end(callers: Callers) -> None:
    complete, left = callers.open("ada"), callers.open("ada")
    assert complete.send(chunk(b"")).read_chunk() == b""
    damaged = await callers.expect_place("ada")
    assert callers.refuse("ada").status == 429
    left.close()
    await callers.expect_place("ada")
    assert callers.refuse("ada").status == 429
    damaged.close()
    for _ in range(2 * OF_CALLER):  # each is refused when it begins, or ends early
        callers.begin("ben", "Content-Encoding: br").expect(415)
        await callers.expect_place("ben", b"no gzip", "Content-Encoding: gzip")
