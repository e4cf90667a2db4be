"""Tokens at a real server: rotation of the shared secret, the command beside it, and its identity provider."""

import asyncio
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from bpmn_events.adapters.auth.tokens import sign_token
from tests.support.identity.provider import IdentityProvider, identity_provider
from tests.support.server import PROGRAM, ServerProcess, running

OLD, NEW = "the old secret of a system test, 0001", "the new secret of a system test, 0002"
PATH = "/process_models/two-steps/events"
KEY = ec.generate_private_key(ec.SECP256R1())


def signed(secret: str, subject: str = "ada") -> str:
    return sign_token(
        secret.encode(), subject=subject, permissions=["events:read"], lanes=[], expires_in=timedelta(hours=1)
    )


def issued(subject: str, kid: str = "one") -> str:
    claims = {"sub": subject, "iss": "idp", "aud": "here", "exp": 4_000_000_000, "scope": "events:read"}
    return jwt.encode(claims, KEY, "ES256", headers={"kid": kid})


def status(server: ServerProcess, token: str) -> int:
    """Return the status of a request with the token."""
    return httpx.get(f"{server.address}{PATH}", headers={"Authorization": f"Bearer {token}"}).status_code


async def count_statuses(server: ServerProcess, make: Callable[[], str], until: asyncio.Event) -> Counter[int]:
    """Send one request after the other, with a token of its own, and count the statuses of the responses."""
    statuses = Counter[int]()
    async with httpx.AsyncClient(base_url=server.address) as client:
        while not until.is_set():
            try:
                response = await client.get(PATH, headers={"Authorization": f"Bearer {make()}"})
            except httpx.TransportError:  # the server is being restarted
                await asyncio.sleep(0.02)
            else:
                statuses[response.status_code] += 1
    return statuses


def restart(server: ServerProcess, secrets: str) -> None:
    server.stop()
    (server.folder / "secrets").write_text(secrets)
    server.start()


async def test_no_token_is_refused_while_the_secret_is_replaced(tmp_path: Path) -> None:
    """The steps are those of docs/authentication.md. The issuer changes its secret in the middle of them."""
    (tmp_path / "secrets").write_text(OLD)
    signing = [OLD]
    done = asyncio.Event()
    with running(ServerProcess(tmp_path, settings={"JWT_SECRET": "", "JWT_SECRET_FILE": "secrets"})) as server:
        server.keep_port()
        subjects = iter(range(1_000_000))
        client = asyncio.create_task(
            count_statuses(server, lambda: signed(signing[0], f"caller-{next(subjects)}"), done)
        )
        await asyncio.to_thread(restart, server, f"{OLD}\n{NEW}\n")
        signing[0] = NEW
        old_token = signed(OLD)
        await asyncio.to_thread(restart, server, f"{NEW}\n{OLD}\n")
        assert await asyncio.to_thread(status, server, old_token) == 200
        await asyncio.to_thread(restart, server, f"{NEW}\n")
        assert await asyncio.to_thread(status, server, old_token) == 401
        assert await asyncio.to_thread(status, server, signed(NEW)) == 200
        done.set()
        statuses = await client
    assert statuses.keys() == {200}


def test_secrets_in_the_environment(tmp_path: Path) -> None:
    previous = OLD.replace(" ", "-"), "another-old-secret-0123456789-abcdef"
    settings = {"JWT_SECRET": NEW, "JWT_PREVIOUS_SECRETS": " ".join(previous)}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        assert {status(server, signed(secret)) for secret in (NEW, *previous)} == {200}
        assert status(server, signed("a secret that the server does not know, 3")) == 401
        assert status(server, signed(NEW, "system")) == 401


def test_the_command_beside_the_server_makes_accepted_tokens(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path, settings={"JWT_SECRET": "", "JWT_LANES_CLAIM": "groups"})) as server:

        def make(folder: Path) -> tuple[str, str]:
            command = [str(PROGRAM), "token", "--subject", "ada"]
            done = subprocess.run(
                command, cwd=folder, env=server.environment, check=True, capture_output=True, text=True
            )
            return done.stdout.strip(), done.stderr

        token, warning = make(server.folder)
        assert (status(server, token), warning) == (200, "")
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        token, warning = make(elsewhere)
        assert status(server, token) == 401
        assert warning.splitlines() == [
            "bpmn-events: made a new secret in data/jwt-secret, which no running server knows"
        ]


def with_provider(folder: Path, provider: IdentityProvider) -> ServerProcess:
    folder.mkdir(exist_ok=True)
    settings = {"JWKS_URL": provider.url, "ISSUER": "idp", "AUDIENCE": "here", "SECRET": "", "ALLOW_INSECURE": "true"}
    return ServerProcess(folder, settings={f"JWT_{name}": value for name, value in settings.items()})


async def get(server: ServerProcess, token: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.address) as client:
        return await client.get(PATH, headers={"Authorization": f"Bearer {token}"})


async def test_an_identity_provider_goes_down(tmp_path: Path) -> None:
    async with identity_provider() as provider:
        provider.publish(one=KEY)
        with running(with_provider(tmp_path / "first", provider)) as server:
            assert (await get(server, issued("ada"))).status_code == 200
            await provider.stop()
            assert (await get(server, issued("bob"))).status_code == 200
            with running(with_provider(tmp_path / "second", provider)) as fresh:
                response = await get(fresh, issued("ada"))
                document = response.json()
                assert (response.status_code, document["code"]) == (503, "IDENTITY_PROVIDER_UNAVAILABLE")
                assert document["type"] == "urn:bpmn-events:problem:identity-provider-unavailable"
                assert 1 <= int(response.headers["Retry-After"]) == document["retryAfterSeconds"] <= 10
                async with httpx.AsyncClient(base_url=fresh.address) as client:
                    body = {"query": "{ viewer { __typename } }"}
                    authorization = {"Authorization": f"Bearer {issued('ada')}"}
                    for headers in (authorization, {**authorization, "Accept": "application/graphql-response+json"}):
                        response = await client.post("/graphql", json=body, headers=headers)
                        (error,) = response.json()["errors"]
                        assert (response.status_code, error["extensions"]["code"]) == (503, document["code"])
                        assert error["message"] == document["detail"]
                        assert int(response.headers["Retry-After"]) >= 1
                    assert (await client.post("/graphql", json=body)).status_code == 200, "without a token"
                    assert (await client.get("/readyz")).status_code == 200
                assert "Traceback" not in fresh.output


async def test_a_hostile_key_set_refuses_its_tokens_only(tmp_path: Path) -> None:
    async with identity_provider() as provider:
        provider.response = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"[" * 100_000
        with running(with_provider(tmp_path, provider)) as server:
            responses = await asyncio.gather(*(get(server, issued(f"caller-{number}")) for number in range(50)))
            assert {response.status_code for response in responses} == {401}
            assert provider.requests == 1
            assert "Traceback" not in server.output
