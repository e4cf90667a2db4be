"""Hooks of several server processes, and of a server whose database cannot be used."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx

from tests.support.hooks.provider import Provider, hook, hooked_server, outcome
from tests.support.polling import wait_until
from tests.support.postgres import PostgresServer
from tests.support.server import running
from tests.system.client import Client
from tests.system.models import TWO_STEPS


async def test_one_effect_at_several_workers(postgres_server: PostgresServer, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": postgres_server.create_database(), "WORKERS": "2"}
    body = {"case": "c-1", "amount": 1}
    with running(hooked_server(tmp_path, {"provider": hook()}, settings)) as server:
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")

            async def deliver(_: int) -> tuple[int, str | None]:
                async with httpx.AsyncClient(base_url=server.address) as http:  # each has a connection of its own
                    return outcome(await Provider(http).deliver(body))

            outcomes = await asyncio.gather(*map(deliver, range(16)))
            assert sorted(outcomes) == [(200, "DELIVERED"), *[(200, "DUPLICATE")] * 15]
            assert len(await client.list_triggers()) == 1
            metrics = (await client.http.get("/metrics")).text
            assert 'hook_deliveries_total{hook="provider",outcome="DUPLICATE"} 15.0' in metrics


async def test_a_server_killed_before_its_response(url: str, tmp_path: Path) -> None:
    """The provider has no response to a delivery that took effect, and sends it again."""
    body = {"case": "c-1", "amount": 1}
    with running(hooked_server(tmp_path, {"provider": hook()}, {"DATABASE_URL": url})) as server:
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
            lost = asyncio.create_task(Provider(client.http).deliver(body))

            async def is_triggered() -> bool:
                return bool(await client.list_triggers())

            await wait_until(is_triggered)
            server.kill()
            await asyncio.wait([lost])
            lost.exception()
        server.start()
        async with Client.of(server.address) as client:
            assert outcome(await Provider(client.http).deliver(body)) == (200, "DUPLICATE")
            assert len(await client.list_triggers()) == 1


async def test_a_database_that_cannot_be_used(tmp_path: Path) -> None:
    settings = {"DATABASE_URL": "sqlite:///test.db", "DATABASE_TIMEOUT_SECONDS": "0.2"}
    body = {"case": "c-1", "amount": 1}
    with running(hooked_server(tmp_path, {"provider": hook()}, settings)) as server:
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
            provider = Provider(client.http)
            with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")
                refused = await provider.deliver(body)
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0
            assert outcome(await provider.deliver(body)) == (200, "DELIVERED")
            metrics = (await client.http.get("/metrics")).text
            assert 'hook_deliveries_total{hook="provider",outcome="UNAVAILABLE"} 1.0' in metrics
