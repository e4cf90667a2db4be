"""The changes of waiting events as server-sent events, over real connections, on both databases."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from bpmn_events.adapters.auth.tokens import sign_token
from bpmn_events.domain.principal import Permission
from bpmn_events.web.changes_cursors import decode_changes_cursor, encode_changes_cursor
from tests.api.tokens import SECRET, token
from tests.conformance.drawing import draw
from tests.support.polling import wait_until
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.live.event_stream import EventStream, watching

# The stream says by a cursor that there are no further changes for it, after a second.
SETTINGS = {"HEARTBEAT_SECONDS": "1", "MAX_SUBSCRIPTIONS_PER_CALLER": "3"}
DRAWING = """
start > split > sales > end1
split > stock > end2
split > alarm > end3
split > due > end4
split: parallelGateway
sales: receiveTask message=order-paid
stock: intermediateCatchEvent message=packed
alarm: intermediateCatchEvent signal=alarm
due: intermediateCatchEvent timer=PT10H
"""
LANES = """<laneSet id="lanes">
<lane id="lane1" name="Sales"><flowNodeRef>sales</flowNodeRef></lane>
<lane id="lane2" name="Stock"><flowNodeRef>stock</flowNodeRef></lane>
</laneSet>"""
MODEL = re.sub("<process [^>]*>", lambda process: process[0] + LANES, draw(DRAWING, "shop"))
OTHER = draw("start > wait > end\nwait: receiveTask message=other", "other")
EVENT = """
query($id: ID!) { node(id: $id) { ... on WaitingEvent {
  id elementId elementType name eventType eventName lane interrupting payloadSchema dueAt waitingSince viewerCanTrigger
  processModel { key } processInstance { id } correlation { id }
} } }
"""
CURSOR = "query { waitingEvents(first: 1) { ... on WaitingEventConnection { changesCursor } } }"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a server that the tests of this module share, once with each kind of database."""
    settings = dict(SETTINGS)
    if request.param == "postgresql":
        settings["DATABASE_URL"] = request.getfixturevalue("postgres_server").create_database()
    with running(ServerProcess(tmp_path_factory.mktemp(request.param), settings=settings)) as server:
        yield server


async def expected_event(client: Client, event_id: str) -> dict[str, Any]:
    """Return the event as GraphQL has it, with ids in place of what is nested."""
    node = await client.graphql(EVENT, id=event_id)
    return {
        **{name: value for name, value in node.items() if not isinstance(value, dict) or name == "payloadSchema"},
        "processModelKey": node["processModel"]["key"],
        "processInstanceId": node["processInstance"]["id"],
        "correlationId": node["correlation"]["id"],
    }


async def test_changes_are_sent_as_they_happen(server: ServerProcess) -> None:
    async with Client.of(server.address) as client, watching(server.address) as stream:
        headers = stream.response.headers
        assert headers["content-type"] == "text/event-stream"
        assert (headers["x-accel-buffering"], "content-encoding" in headers) == ("no", False)
        assert {"no-cache", "no-transform"} <= set(headers["cache-control"].split(", "))
        first = await stream.next()
        assert (first.name, first.data, stream.retry) == ("cursor", {}, 2000)

        await client.deploy_and_start(MODEL, "shop", "sent")
        added = await stream.changes(4)
        assert {event.name for event in added} == {"added"}
        for event in added:
            assert event.data == await expected_event(client, event.data["id"])
        waiting = {event.data["elementId"]: event.data["id"] for event in added}
        assert set(waiting) == {"sales", "stock", "alarm", "due"}

        outcome = await client.trigger("shop", "sent", "sales")
        removed = await stream.change()
        assert (removed.name, removed.data) == (
            "removed",
            {"eventId": waiting["sales"], "reason": "TRIGGERED", "triggerId": outcome["trigger"]["id"]},
        )


async def test_a_stream_goes_on_after_the_last_event_or_the_cursor_of_a_list(server: ServerProcess) -> None:
    async with Client.of(server.address) as client, watching(server.address) as stream:
        start = await stream.next()
        await client.deploy_and_start(MODEL, "shop", "goes-on")
        listed = (await client.graphql(CURSOR))["changesCursor"]
        await client.trigger("shop", "goes-on", "sales")
        await client.trigger("shop", "goes-on", "stock")
        changes = await stream.changes(6)
        places: list[tuple[int, str, dict[str, str]]] = [
            # also in the middle of a transaction
            *((number, "", {"Last-Event-ID": event.id}) for number, event in enumerate([start, *changes])),
            (2, f"?after={changes[1].id}", {}),
            (3, f"?after={start.id}", {"Last-Event-ID": changes[2].id}),
            (0, f"?after={start.id}", {"Last-Event-ID": ""}),
            (4, f"?after={listed}", {}),
        ]
        have_read = asyncio.Barrier(len(places) + 1)

        async def go_on(number: int, query: str, headers: dict[str, str]) -> None:
            subject = f"{number} {query} {headers}"
            async with watching(server.address, f"/events/changes{query}", token(subject=subject), **headers) as late:
                assert (await late.next()).name == "cursor"
                assert await late.changes(len(changes) - number) == changes[number:]
                await have_read.wait()
                assert (await late.change()).change == ("added", "wait")

        late = [asyncio.create_task(go_on(*place)) for place in places]
        await asyncio.wait([*late, waiting := asyncio.create_task(have_read.wait())], return_when="FIRST_COMPLETED")
        assert waiting.done()
        await client.deploy_and_start(OTHER, "other", "c-2")
        await asyncio.gather(*late)


FILTERS: dict[str, list[str]] = {
    "/process_models/shop/events/changes": ["sales", "stock", "alarm", "due"],
    "/process_models/shop/correlations/a%2Fb/events/changes": ["sales", "stock", "alarm", "due"],
    "/process_models/shop/correlations/c-2/events/changes": [],
    "/correlations/c-2/events/changes": ["wait"],
    "/correlations/c-2/events/changes?process_model_key=other": ["wait"],
    "/correlations/c-2/events/changes?process_model_key=shop": [],
    "/process_models/unknown/events/changes": [],
    "/correlations/unknown/events/changes": [],
    "/events/changes?process_model_key=unknown": [],
    "/events/changes?process_model_key=other&process_model_key=unknown": ["wait"],
    "/events/changes?correlation_id=c-2&correlation_id=c-2": ["wait"],
    "/events/changes?element_id=stock&element_id=wait&element_id=nowhere": ["stock", "wait"],
    "/events/changes?event_type=SIGNAL&event_type=TIMER": ["alarm", "due"],
    "/events/changes?event_name=alarm&event_name=packed": ["stock", "alarm"],
    "/events/changes?lane=Stock": ["stock"],
    "/events/changes?process_instance_id=nothing": [],
    "/events/changes?due_before=2999-01-01T00:00:00Z": ["due"],
    "/events/changes?waiting_since_before=2020-01-01T00:00:00Z": [],
    "/events/changes?waiting_since_before=2999-01-01T00:00:00Z&lane=Sales": ["sales"],
    "/events/changes?search=ORDER-p": ["sales"],
    "/events/changes?search=": ["sales", "stock", "alarm", "due", "wait"],
}


async def test_filters(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        async with watching(server.address) as stream:
            start = await stream.next()
        await client.deploy_and_start(MODEL, "shop", "a/b")
        await client.deploy_and_start(OTHER, "other", "c-2")

    async def watch(path: str) -> list[str]:
        reader = token(subject=path)
        async with watching(server.address, path, reader, **{"Last-Event-ID": start.id}) as stream:
            assert (await stream.next()).id == start.id
            return [event.data["elementId"] for event in await stream.until_quiet()]

    watched = await asyncio.gather(*map(watch, FILTERS))
    assert {path: sorted(elements) for path, elements in zip(FILTERS, watched, strict=True)} == {
        path: sorted(elements) for path, elements in FILTERS.items()
    }


async def test_a_caller_sees_its_lanes_and_what_it_may_trigger(server: ServerProcess) -> None:
    reader = token([Permission.EVENTS_READ], ["Sales"], "reader")
    async with Client.of(server.address) as client, watching(server.address, credential=reader) as stream:
        await stream.next()
        await client.deploy_and_start(MODEL, "shop", "lanes")
        await client.trigger("shop", "lanes", "stock")
        await client.trigger("shop", "lanes", "sales")
        changes = await stream.until_quiet()
        added = {event.data["elementId"]: event.data for event in changes[:3]}
        assert set(added) == {"sales", "alarm", "due"}
        assert not any(event["viewerCanTrigger"] for event in added.values())
        (removed,) = changes[3:]
        assert removed.change == ("removed", "TRIGGERED")
        assert removed.data["eventId"] == added["sales"]["id"]


@pytest.mark.parametrize(
    ("credential", "path", "headers", "status", "code"),
    [
        ("", "/events/changes", {}, 401, "UNAUTHORIZED"),
        (token([Permission.EVENTS_TRIGGER]), "/events/changes", {}, 403, "FORBIDDEN"),
        (None, "/events/changes?after=nonsense", {}, 400, "BAD_USER_INPUT"),
        (None, "/events/changes?after=", {}, 400, "BAD_USER_INPUT"),
        (None, "/events/changes", {"Last-Event-ID": "42"}, 400, "BAD_USER_INPUT"),
        (None, "/events/changes?event_type=message", {}, 400, "BAD_USER_INPUT"),
        (None, "/events/changes?due_before=tomorrow", {}, 400, "BAD_USER_INPUT"),
        (None, "/events/changes?due_before=2026-01-01T00:00:00", {}, 400, "BAD_USER_INPUT"),
        (None, "/events/changes?search=a&search=b", {}, 400, "BAD_USER_INPUT"),
        (None, "/correlations/c-1/events/changes?correlation_id=c-2", {}, 400, "BAD_USER_INPUT"),
        (None, "/events/changes", {"Accept": "application/json"}, 406, "NOT_ACCEPTABLE"),
        (None, "/events/changes", {"Accept": "text/event-stream;q=0, */*"}, 406, "NOT_ACCEPTABLE"),
    ],
)
async def test_refusals_are_problem_documents(
    shared: ServerProcess, credential: str | None, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    if credential != "":
        headers = {"Authorization": f"Bearer {credential or token()}", **headers}
    async with httpx.AsyncClient(base_url=shared.address) as client:
        response = await client.get(path, headers=headers)
        assert response.headers["content-type"] == "application/problem+json"
        assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize("accept", ["text/event-stream", "text/*;q=0.1", "*/*", "application/json, text/event-stream"])
async def test_head_has_the_headers_of_the_stream(shared: ServerProcess, accept: str) -> None:
    headers = {"Authorization": f"Bearer {token()}", "Accept": accept, "Accept-Encoding": "gzip"}
    async with httpx.AsyncClient(base_url=shared.address) as client:
        for _ in range(5):  # the connection stays usable
            response = await client.head("/events/changes", headers=headers)
            assert (response.status_code, response.headers["content-type"]) == (200, "text/event-stream")


async def test_a_cursor_that_has_expired_is_replaced_by_the_newest(server: ServerProcess) -> None:
    async with Client.of(server.address) as client, watching(server.address) as stream:
        cursor = decode_changes_cursor((await stream.next()).id)
        foreign = encode_changes_cursor(replace(cursor, at=cursor.at + 1))
        await client.deploy_and_start(MODEL, "shop", "expired")
        last = (await stream.until(lambda event: event.data.get("elementId") == "due"))[-1]
        async with watching(server.address, **{"Last-Event-ID": foreign}) as late:
            expired = await late.next()
            assert (expired.name, expired.data) == ("expired", {})
            await client.trigger("shop", "expired", "sales")
            assert (await late.change()).change == ("removed", "TRIGGERED")
        async with watching(server.address, **{"Last-Event-ID": expired.id}) as again:
            assert (await again.next()).id == expired.id
            assert (await again.change()).change == ("removed", "TRIGGERED")
        assert decode_changes_cursor(last.id).position <= decode_changes_cursor(expired.id).position


async def test_a_quiet_stream_has_comments_and_its_cursor_moves_on(server: ServerProcess) -> None:
    path = "/correlations/quiet/events/changes"
    async with Client.of(server.address) as client, watching(server.address, path) as stream:
        first = await stream.next()
        await client.deploy_and_start(MODEL, "shop", "other")
        moved = await stream.next()
        assert (moved.name, moved.data) == ("cursor", {})
        assert decode_changes_cursor(moved.id).position > decode_changes_cursor(first.id).position
        comments = stream.comments
        pending = asyncio.create_task(stream.next())
        await wait_until(lambda: is_greater(stream, comments + 1))
        assert not pending.done()
        await client.trigger("shop", "other", "sales")
        assert (await pending).name == "cursor"
    async with watching(server.address, "/events/changes", **{"Last-Event-ID": moved.id}) as stream:
        assert (await stream.change()).change == ("removed", "TRIGGERED")


async def is_greater(stream: EventStream, number: int) -> bool:
    return stream.comments > number


async def test_a_stream_ends_with_its_token(server: ServerProcess) -> None:
    credential = sign_token(
        SECRET, subject="ada", permissions=[Permission.EVENTS_READ], lanes=["*"], expires_in=timedelta(seconds=3)
    )
    async with watching(server.address, credential=credential) as stream:
        await stream.next()
        assert await stream.is_at_end()
    async with httpx.AsyncClient(base_url=server.address) as client:
        headers = {"Authorization": f"Bearer {credential}"}
        assert (await client.get("/events/changes", headers=headers)).status_code == 401


async def test_streams_of_clients_that_have_gone_take_no_place(server: ServerProcess) -> None:
    async def status() -> int:
        headers = {"Authorization": f"Bearer {token()}"}
        async with (
            httpx.AsyncClient(base_url=server.address) as client,
            client.stream("GET", "/events/changes", headers=headers) as response,
        ):
            if response.status_code != 200:
                problem = await response.aread()
                assert b"urn:bpmn-events:problem:too-many-subscriptions" in problem
                assert b'"maxSubscriptions":3' in problem
            return response.status_code

    async with watching(server.address), watching(server.address), watching(server.address):
        assert await status() == 429

    async def is_free() -> bool:
        return await status() == 200

    await wait_until(is_free)


async def test_streams_end_when_the_server_stops_and_go_on_when_it_is_back(server: ServerProcess) -> None:
    server.keep_port()
    async with Client.of(server.address) as client, watching(server.address) as stream:
        await stream.next()
        await client.deploy_and_start(MODEL, "shop", "stops")
        events = await stream.changes(3)
        assert await asyncio.to_thread(server.stop) == 0
        assert "Cancel" not in server.output
        while not await stream.is_at_end():
            pass
    await asyncio.to_thread(server.start)
    async with watching(server.address, **{"Last-Event-ID": events[1].id}) as stream:
        assert await stream.change() == events[2]


async def test_http_1_0(server: ServerProcess) -> None:
    """A proxy with nginx's default settings speaks HTTP/1.0."""
    host, _, port = server.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /events/changes HTTP/1.0\r\nAuthorization: Bearer {token()}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert b"transfer-encoding" not in head
    assert b"connection: close" in head
    assert (await reader.readuntil(b"\n\n")).startswith(b"retry: 2000\nevent: cursor\nid: ")
    async with Client.of(server.address) as client:
        await client.deploy_and_start(MODEL, "shop", "http-1.0")
    assert (await reader.readuntil(b"\n\n")).startswith(b"event: added\nid: ")
    writer.close()


async def test_changes_of_another_server_arrive(two_servers: tuple[ServerProcess, ServerProcess]) -> None:
    first, second = two_servers
    path = f"/correlations/{quote('c 1')}/events/changes"
    async with Client.of(first.address) as client, watching(second.address, path) as stream:
        start = await stream.next()
        await client.deploy_and_start(MODEL, "shop", "c 1")
        added = await stream.changes(4)
        async with watching(first.address, path, **{"Last-Event-ID": start.id}) as other:
            assert (await other.next()).id == start.id
            assert await other.changes(4) == added


async def test_the_duration_of_a_stream_is_no_request_duration(server: ServerProcess) -> None:
    route = 'route="/correlations/{correlation_id}/events/changes"'
    async with watching(server.address, "/correlations/measured/events/changes") as stream:
        await stream.next()
    async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:

        async def metrics() -> list[str]:
            return [line for line in (await client.get("/metrics")).text.splitlines() if route in line]

        async def is_counted() -> bool:
            return any(line.startswith("bpmn_events_http_requests_total") for line in await metrics())

        await wait_until(is_counted)
        assert not [line for line in await metrics() if "seconds" in line]


async def test_an_open_stream_goes_on_after_lost_changes(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path)) as server:
        async with Client.of(server.address) as client, watching(server.address) as stream:
            start = await stream.next()
            await client.deploy_and_start(MODEL, "shop", "c-1")
            assert len(await stream.changes(4)) == 4
            with closing(sqlite3.connect(tmp_path / "data" / "bpmn-events.db")) as database, database:
                database.execute("DELETE FROM change_feed")
                database.execute("INSERT INTO change_feed (position, at, changes) VALUES (1000, 1, '{}')")
            expired = await stream.next()
            assert (expired.name, expired.data) == ("expired", {})
            assert expired.id != start.id
            await client.trigger("shop", "c-1", "sales")
            assert (await stream.next()).change == ("removed", "TRIGGERED")
