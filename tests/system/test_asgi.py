"""The application factory works with another ASGI server, and with several workers of ``serve``."""

import re
from pathlib import Path

import httpx

from tests.support.polling import wait_until
from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.http_edge.applications import documented_command
from tests.system.models import TWO_STEPS

OUR_LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO    alembic\.", re.MULTILINE)


async def test_documented_uvicorn_command_works(tmp_path: Path) -> None:
    command = documented_command()
    assert command[1:3] == ["--factory", "bpmn_events.asgi:create_app"]
    with running(ServerProcess(tmp_path, command=command)) as server:
        async with Client.of(server.address) as client:
            assert (await client.http.get("/healthz")).json() == {"status": "ok"}
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
            assert {event["correlation"]["id"] for event in await client.list_events()} == {"c-1"}
        assert (tmp_path / "data" / "bpmn-events.db").exists()
        assert OUR_LOG_LINE.search(server.output)


def test_factory_reads_the_settings(tmp_path: Path) -> None:
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path}/elsewhere.db", "GRAPHIQL": "false", "LOG_LEVEL": "warning"}
    with running(ServerProcess(tmp_path, settings=settings, command=documented_command())) as server:
        page = httpx.get(f"{server.address}/graphql", headers={"Accept": "text/html"})
        assert page.status_code == 406
        assert (tmp_path / "elsewhere.db").exists()
        assert not OUR_LOG_LINE.search(server.output)


async def test_serve_starts_several_workers(postgres_server: PostgresServer, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": postgres_server.create_database()}
    server = ServerProcess(tmp_path, arguments=["--workers", "2", "--root-path", "/bpmn"], settings=settings)
    with running(server):
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
            assert {event["correlation"]["id"] for event in await client.list_events()} == {"c-1"}
            assert (await client.http.get("/bpmn/openapi.json")).json()["servers"] == [{"url": "/bpmn"}]

        async def both_have_started() -> bool:
            return len(set(re.findall(r"Started server process \[(\d+)\]", server.output))) == 2

        await wait_until(both_have_started)
        assert server.stop() == 0
