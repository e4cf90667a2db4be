"""The server by its factory: under an ASGI server that somebody chose, and in several workers of ``serve``."""

import re
import sys
from pathlib import Path

import httpx

from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS

ROOT = Path(__file__).parents[2]
OURS = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO    alembic\.", re.MULTILINE)


def documented_command() -> list[str]:
    """What docs/operations.md has somebody start, but for its port and the place of the program."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    (arguments,) = re.findall(r"^ExecStart=\S+/uvicorn (.*) --port 8000$", page, re.MULTILINE)
    return [str(Path(sys.executable).with_name("uvicorn")), *arguments.split()]


async def test_documented_command_of_another_server_works(tmp_path: Path) -> None:
    command = documented_command()
    assert command[1:3] == ["--factory", "bpmn_events.asgi:create_app"]
    with running(ServerProcess(tmp_path, command=command)) as server:
        async with Client.of(server.address) as client:
            assert (await client.http.get("/healthz")).json() == {"status": "ok"}
            await client.begin(TWO_STEPS, "two-steps", "c-1")
            assert {event["correlation"]["id"] for event in await client.waiting()} == {"c-1"}
        assert (tmp_path / "data" / "bpmn-events.db").exists()
        assert OURS.search(server.output)


def test_it_reads_the_settings(tmp_path: Path) -> None:
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path}/elsewhere.db", "GRAPHIQL": "false", "LOG_LEVEL": "warning"}
    with running(ServerProcess(tmp_path, settings=settings, command=documented_command())) as server:
        page = httpx.get(f"{server.address}/graphql", headers={"Accept": "text/html"})
        assert page.status_code == 406
        assert (tmp_path / "elsewhere.db").exists()
        assert not OURS.search(server.output)


async def test_several_workers(postgres_server: PostgresServer, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": postgres_server.create_database()}
    server = ServerProcess(tmp_path, arguments=["--workers", "2"], settings=settings)
    with running(server):
        async with Client.of(server.address) as client:
            await client.begin(TWO_STEPS, "two-steps", "c-1")
            assert {event["correlation"]["id"] for event in await client.waiting()} == {"c-1"}
        assert len(set(re.findall(r"Started server process \[(\d+)\]", server.output))) == 2
        assert server.stop() == 0
