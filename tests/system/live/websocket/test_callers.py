"""Who may use a WebSocket: credentials, their end, the origins of pages, and rate limits."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.exceptions import InvalidStatus

from bpmn_events.adapters.auth.tokens import sign_token
from tests.api.tokens import SECRET, token
from tests.support.identity.provider import identity_provider
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.live.sockets import WATCH, initialized, opened
from tests.system.models import TWO_STEPS


def bearer(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}


def short_token(seconds: int = 2) -> str:
    return sign_token(
        SECRET, subject="ada", permissions=["events:read"], lanes=["*"], expires_in=timedelta(seconds=seconds)
    )


async def refused(server: ServerProcess, **options: Any) -> Any:
    """Return the response to a handshake that is refused."""
    with pytest.raises(InvalidStatus) as caught:
        async with opened(server.address, **options):
            pass
    return caught.value.response


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
async def test_token_in_the_payload(shared: ServerProcess, name: str) -> None:
    async with opened(shared.address) as socket:
        await socket.send({"type": "connection_init", "payload": {name: f"bearer {token()}", "other": 1}})
        assert await socket.receive() == {"type": "connection_ack"}
        await socket.subscribe(filter={"correlationIds": ["unknown"]})
        assert (await socket.next())["__typename"] == "CorrelationNotFoundError"


@pytest.mark.parametrize(
    "payload",
    [
        bearer("nonsense"),
        {"Authorization": ""},
        {"Authorization": "Basic YTpi"},
        {"Authorization": 5},
        {"Authorization": ["Bearer x"]},
        {**bearer(token()), "authorization": f"Bearer {token()}"},
    ],
    ids=["no token", "empty", "another scheme", "a number", "a list", "twice"],
)
async def test_bad_credentials_in_the_payload(shared: ServerProcess, payload: dict[str, Any]) -> None:
    async with opened(shared.address) as socket:
        await socket.send({"type": "connection_init", "payload": payload})
        assert (await socket.closed())[0] == 4403


async def test_bad_credential_in_the_header(shared: ServerProcess) -> None:
    response = await refused(shared, headers=bearer("nonsense"))
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token"')
    assert b'"UNAUTHORIZED"' in response.body


async def test_payload_wins_over_the_header(shared: ServerProcess, client: Client) -> None:
    await client.deploy_and_start(TWO_STEPS, "two-steps", "header")
    nothing = token(permissions=[])
    query = "{ waitingEvents { __typename } }"
    async with opened(shared.address, headers=bearer(token())) as socket:
        await socket.send({"type": "connection_init", "payload": {"Authorization": None}})
        assert await socket.receive() == {"type": "connection_ack"}
        assert await socket.execute(query) == {"data": {"waitingEvents": {"__typename": "WaitingEventConnection"}}}
    async with opened(shared.address, headers=bearer(token())) as socket:
        await socket.init(nothing)
        assert await socket.execute(query) == {"data": {"waitingEvents": {"__typename": "ForbiddenError"}}}
        await socket.subscribe()
        assert (await socket.next())["__typename"] == "ForbiddenError"


async def test_without_a_credential(shared: ServerProcess) -> None:
    async with opened(shared.address) as socket:
        await socket.send({"type": "connection_init"})
        assert await socket.receive() == {"type": "connection_ack"}
        await socket.subscribe()
        assert (await socket.next())["__typename"] == "UnauthorizedError"
        assert (await socket.receive())["type"] == "complete"


@pytest.mark.parametrize("is_in_header", [False, True], ids=["payload", "header"])
async def test_the_connection_ends_with_the_token(shared: ServerProcess, is_in_header: bool) -> None:
    value = short_token()
    async with opened(shared.address, headers=bearer(value) if is_in_header else None) as socket:
        await socket.send({"type": "connection_init", "payload": {} if is_in_header else bearer(value)})
        assert await socket.receive() == {"type": "connection_ack"}
        await socket.subscribe()
        assert await socket.closed() == (4403, "The token has expired")
    async with opened(shared.address) as socket:
        await socket.send({"type": "connection_init", "payload": bearer(value)})
        assert (await socket.closed())[0] == 4403


async def test_a_later_token_in_the_payload(shared: ServerProcess) -> None:
    """The token of the header ends, but that of the payload has taken its place."""
    async with opened(shared.address, headers=bearer(short_token())) as socket:
        await socket.init(token())
        await asyncio.sleep(2.5)
        assert await socket.execute("{ __typename }") == {"data": {"__typename": "Query"}}


async def test_keys_that_cannot_be_fetched(tmp_path: Path) -> None:
    claims = {"sub": "ada", "iss": "idp", "aud": "here", "exp": 4_000_000_000, "scope": "events:read"}
    issued = jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), "ES256", headers={"kid": "one"})
    async with identity_provider() as provider:
        provider.send({}, status=500)
        settings = {
            **{"JWT_SECRET": "", "JWT_JWKS_URL": provider.url, "JWT_ALLOW_INSECURE": "true"},
            **{"JWT_ISSUER": "idp", "JWT_AUDIENCE": "here"},
        }
        with running(ServerProcess(tmp_path, settings=settings)) as server:
            async with opened(server.address) as socket:
                await socket.send({"type": "connection_init", "payload": bearer(issued)})
                assert (await socket.closed())[0] == 1013
            response = await refused(server, headers=bearer(issued))
            assert response.status_code == 503
            assert b"IDENTITY_PROVIDER_UNAVAILABLE" in response.body


async def test_origins(tmp_path: Path) -> None:
    settings = {"CORS_ORIGINS": "https://dashboard.example", "ROOT_PATH": "/bpmn"}
    with running(ServerProcess(tmp_path, settings=settings, ready_path="/bpmn/readyz")) as server:
        host = server.address.removeprefix("http://")
        for origin in (None, f"http://{host}", f"https://{host}", "https://dashboard.example"):
            for path in ("", "/bpmn"):
                async with opened(server.address + path, origin=origin) as socket:
                    await socket.init()
        strange = [
            "https://evil.example",
            "http://dashboard.example",
            "null",
            "http://127.0.0.1",
            f"{server.address}@x",
        ]
        for origin in (*strange, "https://dashboard.example:8443", f"http://evil.example:{host.rpartition(':')[2]}"):
            response = await refused(server, origin=origin)
            assert response.status_code == 403, origin


async def test_rate_limits(tmp_path: Path) -> None:
    settings = {"RATE_LIMIT_REQUESTS": "5", "RATE_LIMIT_TRIGGERS": "1"}
    eve = token(subject="eve")
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        async with Client.of(server.address) as client, initialized(server.address, eve) as socket:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c")
            trigger = "mutation($input: TriggerEventInput!) { triggerEvent(input: $input) { ... on Error { code } } }"
            results = []
            for event in ("first", "second"):
                arguments = {"processModelKey": "two-steps", "correlationId": "c", "eventId": event}
                results.append((await socket.execute(trigger, input=arguments))["data"]["triggerEvent"])
            assert results == [{}, {"code": "TOO_MANY_REQUESTS"}]
            for _ in range(3):
                await socket.execute("{ __typename }")
            await socket.subscribe()
            message = await socket.receive()
            assert (message["id"], message["type"]) == ("1", "error")
            (error,) = message["payload"]
            assert (error["extensions"]["code"], error["extensions"]["limit"]) == ("TOO_MANY_REQUESTS", "requests")
        response = await refused(server, headers=bearer(eve))
        assert response.status_code == 429
        assert int(response.headers["Retry-After"]) > 0


async def test_only_the_lanes_of_the_caller(shared: ServerProcess, client: Client) -> None:
    model = TWO_STEPS.replace("two-steps", "in-lanes").replace(
        "<startEvent",
        '<laneSet id="lanes"><lane id="l1" name="Office"><flowNodeRef>first</flowNodeRef></lane>'
        '<lane id="l2" name="Store"><flowNodeRef>second</flowNodeRef></lane></laneSet><startEvent',
        1,
    )
    await client.deploy_and_start(model, "in-lanes", "lanes")
    filter = {"correlationIds": ["lanes"]}
    async with (
        initialized(shared.address, token(lanes=["Store"], subject="eve")) as store,
        initialized(shared.address, token(lanes=["Office"], subject="eve")) as office,
    ):
        begin = await client.changes_cursor()
        for socket in (store, office):
            await socket.subscribe(WATCH, filter=filter, after=begin)
        await client.trigger("in-lanes", "lanes", "first")
        assert (await store.next())["event"]["elementId"] == "second"
        assert (await office.next())["__typename"] == "WaitingEventRemoved"
        await client.trigger("in-lanes", "lanes", "second")
        assert (await store.next())["__typename"] == "WaitingEventRemoved"
        # Nothing of the other lane has come before the answer.
        await office.execute("{ __typename }")


async def test_lines_of_the_log(tmp_path: Path) -> None:
    """The connection, each operation, and each permission that is missing have a line."""
    address = "2001:db8::1"
    settings = {"LOG_FORMAT": "json", "TRUSTED_PROXIES": "127.0.0.1"}
    headers = {"X-Request-ID": "mine", "X-Forwarded-For": address}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        async with opened(server.address, headers=headers) as socket:
            assert socket.connection.response is not None
            assert socket.connection.response.headers["X-Request-ID"] == "mine"
            await socket.init(token(permissions=[]))
            await socket.execute("query Kind { __typename }")
            await socket.subscribe("subscription Tasks { openTaskChanges { __typename } }")
            assert (await socket.next())["__typename"] == "ForbiddenError"
            await socket.subscribe("{", id="2")
            assert (await socket.receive())["type"] == "complete"
            assert (await socket.receive())["type"] == "error"
        server.stop()
        lines = [json.loads(line) for line in server.output.splitlines() if '"mine' in line]
        shown = [
            (line["message"], line["request_id"], line.get("method"), line.get("status"), line.get("outcome"))
            for line in lines
        ]
        assert sorted(shown) == [
            ("permission_refused", "mine/2", None, None, None),
            ("request", "mine", "GET", 101, "ok"),
            ("request", "mine/1", "WEBSOCKET", 200, "ok"),
            ("request", "mine/2", "WEBSOCKET", 200, "refused"),
            ("request", "mine/3", "WEBSOCKET", 400, "refused"),
        ]
        assert {line["client"] for line in lines} == {address}
        operations = {line["request_id"]: line.get("operation") for line in lines if line["message"] == "request"}
        assert operations == {
            **{"mine": None, "mine/1": "query Kind"},
            **{"mine/2": "subscription Tasks", "mine/3": None},
        }
        (connection,) = [line for line in lines if line["request_id"] == "mine"]
        assert (connection["close_code"], connection["principal"]) == (1000, "ada")
