"""Watchers: clients that list something, follow its changes, and continue after every failure where they were."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from random import Random
from typing import Any, NamedTuple, TypeAlias

import httpx
from websockets.exceptions import WebSocketException

from tests.api.tokens import token
from tests.support.polling import wait_until
from tests.system.client import Client, Unavailable
from tests.system.live.event_stream import EventStream
from tests.system.live.sockets import GraphQLSocket, initialized
from tests.system.under_load.subjects import Subject

_PAUSE_SECONDS = 0.1
_LONGEST_STAY_SECONDS = 3.0
_PATIENCE_SECONDS = 110


class NotServed(Exception):
    """The server cannot serve the watcher now."""


class Change(NamedTuple):
    """What a watcher learns: "added" and "removed" with the id of an item, "expired", or "cursor" without a change."""

    kind: str
    item_id: str
    cursor: str


# Follows the changes of a subject after a cursor, at the server with this address, once it is connected.
Transport: TypeAlias = Callable[
    [httpx.AsyncClient, str, Subject, str], AbstractAsyncContextManager[AsyncIterator[Change]]
]


def _read_payload(payload: dict[str, Any]) -> Change:
    if "errors" in payload:
        raise NotServed(payload)
    (change,) = payload["data"].values()
    if "added" in change:
        return Change("added", change["added"]["id"], change["cursor"])
    if "removed" in change:
        return Change("removed", change["removed"], change["cursor"])
    if change["code"] == "CHANGES_EXPIRED":
        return Change("expired", "", "")
    assert change["code"] == "ENGINE_UNAVAILABLE", change
    raise NotServed(change)


@asynccontextmanager
async def over_websocket(
    _http: httpx.AsyncClient, address: str, subject: Subject, cursor: str
) -> AsyncIterator[AsyncIterator[Change]]:
    """Follow by graphql-transport-ws. The server's pings have cursors as well."""
    async with initialized(address) as socket:
        await socket.subscribe(subject.subscription, after=cursor)
        yield _read_messages(socket)


async def _read_messages(socket: GraphQLSocket) -> AsyncIterator[Change]:
    async for text in socket.connection:
        message = json.loads(text)
        match message["type"]:
            case "next":
                yield _read_payload(message["payload"])
            case "ping" if "cursor" in message.get("payload", {}):
                yield Change("cursor", "", message["payload"]["cursor"])
            case "error":
                raise NotServed(message)


@asynccontextmanager
async def over_event_stream(
    http: httpx.AsyncClient, address: str, subject: Subject, cursor: str
) -> AsyncIterator[AsyncIterator[Change]]:
    """Follow by GraphQL over Server-Sent Events."""
    body = {"query": subject.subscription, "variables": {"after": cursor}}
    headers = {"Accept": "text/event-stream"}
    async with http.stream("POST", f"{address}/graphql", json=body, headers=headers) as response:
        _check_status(response)
        yield _read_lines(response)


async def _read_lines(response: httpx.Response) -> AsyncIterator[Change]:
    async for line in response.aiter_lines():
        if line.startswith("data: {"):
            yield _read_payload(json.loads(line.removeprefix("data: ")))


@asynccontextmanager
async def over_plain_http(
    http: httpx.AsyncClient, address: str, subject: Subject, cursor: str
) -> AsyncIterator[AsyncIterator[Change]]:
    """Follow the events of ``GET /events/changes``, as browsers do."""
    async with http.stream("GET", f"{address}{subject.path}", headers={"Last-Event-ID": cursor}) as response:
        _check_status(response)
        yield _read_events(EventStream(response))


async def _read_events(stream: EventStream) -> AsyncIterator[Change]:
    while True:
        try:
            event = await stream.next()
        except StopAsyncIteration:
            return
        yield Change(event.name, event.data.get("id") or event.data.get("eventId", ""), event.id)


def _check_status(response: httpx.Response) -> None:
    if response.status_code == 503:
        raise NotServed(response)
    assert response.status_code == 200, response


class Watcher:
    """A client that keeps a list current.

    A restless one gives up its connection now and then, and goes on at any of the servers.

    Attributes:
        items: The ids of the items, as far as it knows.
        connections: How often it has connected.
        address: The address of the server to which it has connected last.
        relists: How often it had to list again, because its cursor had expired.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        addresses: Sequence[str],
        subject: Subject,
        transport: Transport,
        random: Random,
        *,
        is_restless: bool,
    ) -> None:
        self.subject = subject
        self.items: set[str] = set()
        self.connections = 0
        self.address = ""
        self.relists = 0
        self._http = http
        self._addresses = addresses
        self._transport = transport
        self._random = random
        self._is_restless = is_restless
        self._cursor: str | None = None
        self._stay: asyncio.Timeout | None = None
        self._is_leaving = False

    def __str__(self) -> str:
        restless = "restless" if self._is_restless else "steady"
        connection = f"connection {self.connections} to {self.address}"
        return f"{restless} watcher of {self.subject.name} {self._transport.__name__}, {connection}, at {self._cursor}"

    async def run(self) -> None:
        """List and follow until ``leave`` is called."""
        while not self._is_leaving:
            self.address = self._random.choice(self._addresses)
            try:
                if self._cursor is None:
                    await self._list()
                await self._follow()
            except (NotServed, OSError, httpx.TransportError, WebSocketException):
                pass
            await asyncio.sleep(self._random.uniform(0, _PAUSE_SECONDS))

    def leave(self) -> None:
        """End soon. A task that connects is not cancelled, because the clients would not close their sockets."""
        self._is_leaving = True
        if self._stay is not None and not self._stay.expired():
            self._stay.reschedule(asyncio.get_running_loop().time())

    async def _list(self) -> None:
        items: set[str] = set()
        first_cursor, after = None, None
        while True:
            body = {"query": self.subject.list_query, "variables": {"after": after}}
            response = await self._http.post(f"{self.address}/graphql", json=body)
            _check_status(response)
            (page,) = response.json()["data"].values()
            if page["__typename"] == "EngineUnavailableError":
                raise NotServed(page)
            first_cursor = first_cursor or page["changesCursor"]
            items |= {node["id"] for node in page["nodes"]}
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        self.items, self._cursor = items, first_cursor

    async def _follow(self) -> None:
        assert self._cursor is not None
        self.connections += 1
        async with self._transport(self._http, self.address, self.subject, self._cursor) as changes:
            seconds = self._random.uniform(0, _LONGEST_STAY_SECONDS) if self._is_restless else None
            async with asyncio.timeout(0 if self._is_leaving else seconds) as stay:
                self._stay = stay
                try:
                    await self._fold(changes)
                finally:
                    self._stay = None

    async def _fold(self, changes: AsyncIterator[Change]) -> None:
        async for kind, item_id, cursor in changes:
            if kind == "expired":
                self.relists += 1
                self._cursor = None
                return
            if kind == "added":
                self.items.add(item_id)
            elif kind == "removed":
                self.items.discard(item_id)
            self._cursor = cursor


async def _until_empty(find: Callable[[], Awaitable[list[str] | None]]) -> None:
    """Poll until nothing is found any more. None means that it is not known now. Fail with what was found last."""
    report: list[str] | None = None

    async def is_empty() -> bool:
        nonlocal report
        found = await find()
        report = found or report
        return found == []

    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await wait_until(is_empty)
            return
    raise AssertionError("\n".join(report or ()))


class Watchers:
    """Many watchers, half of them restless."""

    def __init__(self, addresses: Sequence[str], subjects: Sequence[Subject], count: int, seed: int = 0) -> None:
        pairs = [
            (subject, transport)
            for subject in subjects
            for transport in (over_websocket, over_event_stream, over_plain_http)
            if transport is not over_plain_http or subject.path is not None
        ]
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token()}"}, timeout=60, limits=httpx.Limits(), verify=False
        )
        self.watchers = [
            Watcher(
                self._http,
                addresses,
                *pairs[number % len(pairs)],
                Random(f"{seed} {number}"),
                is_restless=number // len(pairs) % 2 == 0,
            )
            for number in range(count)
        ]
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Watchers":
        self._tasks = [asyncio.create_task(watcher.run()) for watcher in self.watchers]
        try:
            await wait_until(self._are_connected)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_exc: object) -> None:
        for watcher in self.watchers:
            watcher.leave()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    async def _are_connected(self) -> bool:
        self.check()
        return all(watcher.connections for watcher in self.watchers)

    def check(self) -> None:
        """Raise the error of a watcher that has failed."""
        for task in self._tasks:
            if task.done():
                task.result()

    @property
    def connections(self) -> int:
        return sum(watcher.connections for watcher in self.watchers)

    @property
    def relists(self) -> int:
        return sum(watcher.relists for watcher in self.watchers)

    def __str__(self) -> str:
        return f"{len(self.watchers)} watchers, {self.connections:,} connections, {self.relists} expired cursors"

    async def until_relisted(self) -> None:
        """Wait until every watcher has listed again. Fail after two minutes, and name those that have not."""

        async def find_waiting() -> list[str]:
            self.check()
            return [str(watcher) for watcher in self.watchers if not watcher.relists]

        await _until_empty(find_waiting)

    async def until_current(self, client: Client) -> None:
        """Wait until every watcher has what the lists have. Fail after two minutes, and name those that differ."""
        await _until_empty(lambda: self._differences(client))

    async def _differences(self, client: Client) -> list[str] | None:
        """Return how the watchers differ from the lists; None if these cannot be read now."""
        self.check()
        lists = {}
        for subject in {watcher.subject for watcher in self.watchers}:
            try:
                lists[subject] = {node["id"] for node in await client.list_all(subject.list_query)}
            except Unavailable:
                return None
        return [
            f"{watcher} lacks {lists[watcher.subject] - watcher.items}, "
            f"and has {watcher.items - lists[watcher.subject]}"
            for watcher in self.watchers
            if watcher.items != lists[watcher.subject]
        ]
