"""The messages of graphql-transport-ws: what the protocol demands, and what ends a connection."""

import json
from typing import Any

import pytest

from tests.support.server import ServerProcess
from tests.system.client import Client
from tests.system.live.sockets import WATCH, initialized, opened
from tests.system.models import TWO_STEPS

QUERY = {"query": "{ __typename }"}


def subscribe(payload: object = QUERY, id: object = "1") -> dict[str, Any]:
    return {"id": id, "type": "subscribe", "payload": payload}


BAD_MESSAGES: dict[str, object] = {
    "bytes": b'{"type":"ping"}',
    "no JSON": "hello",
    "nothing": "",
    "an array": "[1]",
    "null": "null",
    "a number": "5",
    "not a number": '{"type":"ping","payload":{"a":NaN}}',
    "a number out of range": '{"type":"ping","payload":{"a":1e999}}',
    "half a surrogate pair": '{"type":"ping","payload":{"a":"\\ud800"}}',
    "deeply nested": '{"type":"ping","payload":' + '{"a":' * 100_000 + "1" + "}" * 100_001,
    "no type": {"id": "1"},
    "a type that is no text": {"type": 1},
    "a list as type": {"type": ["ping"]},
    "an unknown type": {"type": "start", "id": "1", "payload": QUERY},
    "a type of servers": {"type": "next", "id": "1", "payload": {}},
    "payload a text": {"type": "connection_init", "payload": "token"},
    "payload a list": {"type": "pong", "payload": []},
    "subscribe without id": {"type": "subscribe", "payload": QUERY},
    "an empty id": subscribe(id=""),
    "a number as id": subscribe(id=1),
    "a list as id": subscribe(id=["1"]),
    "a huge id": subscribe(id="x" * 100_000),
    "complete without id": {"type": "complete"},
    "subscribe without payload": {"id": "1", "type": "subscribe"},
    "subscribe with payload null": subscribe(None),
    "no query": subscribe({}),
    "a number as query": subscribe({"query": 5}),
    "a list as variables": subscribe({**QUERY, "variables": []}),
    "a text as variables": subscribe({**QUERY, "variables": "{}"}),
    "a number as operation name": subscribe({**QUERY, "operationName": 1}),
    "a list as extensions": subscribe({**QUERY, "extensions": []}),
}


@pytest.mark.parametrize("message", BAD_MESSAGES.values(), ids=BAD_MESSAGES)
async def test_what_is_no_message_ends_the_connection(shared: ServerProcess, message: object) -> None:
    async with initialized(shared.address) as socket:
        await socket.send(message)
        code, reason = await socket.closed()
        assert code == 4400
        assert reason


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("GraphQL-Transport-WS", "other")], ids=str)
async def test_other_subprotocols(shared: ServerProcess, protocols: tuple[str, ...]) -> None:
    async with opened(shared.address, protocols=protocols) as socket:
        assert await socket.closed() == (4406, "The only subprotocol is graphql-transport-ws")


async def test_subprotocol_among_others(shared: ServerProcess) -> None:
    async with opened(shared.address, protocols=("graphql-ws", "graphql-transport-ws")) as socket:
        assert socket.connection.subprotocol == "graphql-transport-ws"
        await socket.init()


async def test_initialization_comes_first_and_once(shared: ServerProcess) -> None:
    async with opened(shared.address) as socket:
        await socket.send(subscribe())
        assert (await socket.closed())[0] == 4401
    async with initialized(shared.address) as socket:
        await socket.send({"type": "connection_init"})
        assert (await socket.closed())[0] == 4429


async def test_pings_before_and_after_the_initialization(shared: ServerProcess) -> None:
    async with opened(shared.address) as socket:
        await socket.send({"type": "ping"})
        assert await socket.receive() == {"type": "pong"}
        await socket.send({"type": "pong", "payload": {"ignored": True}})
        await socket.init()
        payload = {"number": 12345678901234567890123, "text": "\u00e4\U0001f600", "nested": [None, {"a": []}]}
        await socket.send({"type": "ping", "payload": payload})
        assert await socket.receive() == {"type": "pong", "payload": payload}


async def test_payload_null_is_none(shared: ServerProcess) -> None:
    """Clients that write all members of a message, such as those in C#, write null for a payload that they lack."""
    async with opened(shared.address) as socket:
        await socket.send({"type": "connection_init", "payload": None})
        assert await socket.receive() == {"type": "connection_ack"}
        await socket.send({"type": "ping", "payload": None})
        assert await socket.receive() == {"type": "pong"}
        await socket.send({"type": "pong", "payload": None})
        await socket.send({"id": "1", "type": "complete", "payload": None})
        assert await socket.execute("{ __typename }") == {"data": {"__typename": "Query"}}


async def test_id_in_use(shared: ServerProcess) -> None:
    async with initialized(shared.address) as socket:
        await socket.subscribe()
        await socket.subscribe()
        assert await socket.closed() == (4409, "Subscriber for 1 already exists")


async def test_id_after_its_operation(shared: ServerProcess) -> None:
    async with initialized(shared.address) as socket:
        for _ in range(2):
            assert await socket.execute("{ __typename }", id="again") == {"data": {"__typename": "Query"}}
            await socket.subscribe(id="again")
            await socket.send({"id": "again", "type": "complete"})
        await socket.send({"id": "unknown", "type": "complete"})
        assert await socket.execute("{ __typename }", id="again") == {"data": {"__typename": "Query"}}


REFUSED = {
    "a syntax error": ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    "an unknown field": ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    "an unknown operation": ({**QUERY, "operationName": "Other"}, "GRAPHQL_VALIDATION_FAILED"),
    "a wrong variable": (
        {"query": "query($n: Int!) { waitingEvents(first: $n) { __typename } }", "variables": {"n": "x"}},
        "BAD_USER_INPUT",
    ),
    "a missing variable": ({"query": "query($n: Int!) { waitingEvents(first: $n) { __typename } }"}, "BAD_USER_INPUT"),
    "an unknown document": ({"documentId": f"sha256:{'0' * 64}"}, "PERSISTED_QUERY_NOT_FOUND"),
    "two subscriptions in one": (
        {"query": "subscription { a: openTaskChanges { __typename } b: openTaskChanges { __typename } }"},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a cursor of another list": ({"query": WATCH, "variables": {"after": "bm9uc2Vuc2U"}}, "BAD_USER_INPUT"),
}


@pytest.mark.parametrize(("payload", "code"), REFUSED.values(), ids=REFUSED)
async def test_refused_operations_leave_the_connection(
    shared: ServerProcess, payload: dict[str, Any], code: str
) -> None:
    async with initialized(shared.address) as socket:
        await socket.send(subscribe(payload))
        message = await socket.receive()
        assert (message["id"], message["type"]) == ("1", "error")
        assert [error["extensions"]["code"] for error in message["payload"]] == [code]
        assert await socket.execute("{ __typename }", id="1") == {"data": {"__typename": "Query"}}


async def test_changes_beside_queries_and_mutations(shared: ServerProcess, client: Client) -> None:
    await client.deploy_and_start(TWO_STEPS, "two-steps", "beside")
    (event,) = await client.list_events(correlationIds=["beside"])
    trigger = """mutation($input: TriggerEventInput!) { triggerEvent(input: $input) {
        ... on TriggerEventSuccess { trigger { id } } ... on Error { message } } }"""
    async with initialized(shared.address) as socket, initialized(shared.address) as other:
        begin = await client.changes_cursor()
        for each in (socket, other):
            await each.subscribe(filter={"correlationIds": ["beside"]}, after=begin)
        arguments = {"processModelKey": "two-steps", "correlationId": "beside", "eventId": "first"}
        await socket.subscribe(trigger, "m", input=arguments)
        messages = [await socket.receive() for _ in range(4)]
        (result,) = [each["payload"]["data"] for each in messages if each["type"] == "next" and each["id"] == "m"]
        assert result["triggerEvent"]["trigger"]["id"]
        changes = [each["payload"]["data"]["waitingEventChanges"] for each in messages if each["id"] == "1"]
        assert [change["__typename"] for change in changes] == ["WaitingEventRemoved", "WaitingEventAdded"]
        assert changes[0]["eventId"] == event["id"]
        assert [await other.next() for _ in range(2)] == changes
        # The cursor of the first change leads to the second one.
        await other.subscribe(id="2", filter={"correlationIds": ["beside"]}, after=changes[0]["cursor"])
        assert await other.next("2") == changes[1]


async def test_typed_errors_end_a_subscription(shared: ServerProcess) -> None:
    async with initialized(shared.address) as socket:
        await socket.subscribe(filter={"correlationIds": ["unknown"]})
        assert (await socket.next())["__typename"] == "CorrelationNotFoundError"
        assert await socket.receive() == {"id": "1", "type": "complete"}


async def test_messages_in_parts(shared: ServerProcess) -> None:
    async with initialized(shared.address) as socket:
        await socket.connection.send(iter(json.dumps(subscribe(id="parts"))))
        assert (await socket.receive())["id"] == "parts"
        assert (await socket.receive())["type"] == "complete"
        await socket.connection.send(iter(["{", *[""] * 5000, "}"]))
        assert (await socket.closed())[0] == 1009


async def test_size_of_messages(shared: ServerProcess) -> None:
    async with initialized(shared.address) as socket:
        await socket.send({"type": "ping", "payload": {"a": "x" * 900_000}})
        assert len((await socket.receive())["payload"]["a"]) == 900_000
        await socket.send({"type": "ping", "payload": {"a": "x" * 1_100_000}})
        assert (await socket.closed())[0] == 1009


async def test_text_that_is_not_utf8(shared: ServerProcess) -> None:
    async with initialized(shared.address) as socket:
        await socket.connection.send(b'{"type":"ping"\xff}', text=True)
        assert (await socket.closed())[0] == 1007
    assert "Traceback" not in shared.output
