"""A client of server-sent events over a real connection, which parses them as the HTML Standard says (section 9.2)."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.tokens import token

_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Event:
    """An event of a stream, with its data as JSON."""

    name: str
    id: str
    data: Any

    @property
    def change(self) -> tuple[str, str]:
        """What the event is about: its name, and the element of an added event or the reason of a removal."""
        return self.name, self.data.get("elementId") or self.data.get("reason", "")


class EventStream:
    """An open stream. ``comments`` is the number of its comments so far, ``retry`` its reconnection time."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.comments = 0
        self.retry: int | None = None
        self._lines = response.aiter_lines()
        self._last_id = ""

    async def next(self) -> Event:
        """Return the next event; raise ``StopAsyncIteration`` at the end of the stream."""
        name, data = "", ""
        while True:
            line = await anext(self._lines)
            field, _, value = line.partition(": ")
            match field:
                case "" if data:
                    return Event(name, self._last_id, json.loads(data))
                case ":":
                    self.comments += 1
                case "event":
                    name = value
                case "data":
                    data = value
                case "id":
                    self._last_id = value
                case "retry":
                    self.retry = int(value)
                case _:
                    assert not line, line

    async def change(self) -> Event:
        """Return the next event that is no cursor."""
        while (event := await self.next()).name == "cursor":
            pass
        return event

    async def changes(self, number: int) -> list[Event]:
        """Return the next events that are no cursors."""
        return [await self.change() for _ in range(number)]

    async def until(self, is_last: Callable[[Event], bool]) -> list[Event]:
        """Return the events up to the first for which the condition is true."""
        events = [await self.next()]
        while not is_last(events[-1]):
            events.append(await self.next())
        return events

    async def until_quiet(self) -> list[Event]:
        """Return the changes until the stream says by a cursor that there are no others."""
        return (await self.until(lambda event: event.name == "cursor"))[:-1]

    async def is_at_end(self) -> bool:
        """Read the rest of the stream, which has no events, and return True if it ends.

        A server that stops ends the connection, and not the body.
        """
        try:
            await self.next()
        except (StopAsyncIteration, httpx.RemoteProtocolError):
            return True
        return False


@asynccontextmanager
async def watching(
    address: str, path: str = "/events/changes", credential: str | None = None, **headers: str
) -> AsyncIterator[EventStream]:
    """Open a stream. ``credential`` is a token, by default one with all permissions; empty for none."""
    if credential != "":
        headers = {"Authorization": f"Bearer {credential or token()}", **headers}
    async with (
        httpx.AsyncClient(base_url=address, timeout=_TIMEOUT_SECONDS) as client,
        client.stream("GET", path, headers=headers) as response,
    ):
        assert response.status_code == 200, await response.aread()
        yield EventStream(response)
