"""The limits apply in each worker process, and with uvicorn's own command."""

from pathlib import Path

from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running
from tests.support.wire import dialing
from tests.system.http_edge.applications import documented_command
from tests.system.http_edge.messages import H2C, get, post_head, with_length

SETTINGS = {"REQUEST_HEAD_SECONDS": "0.5", "KEEP_ALIVE_SECONDS": "60"}
QUERY = b'{"query": "{ __typename }"}'


def check_limits(address: str) -> None:
    with dialing(address) as wire:
        wire.send(*with_length(post_head(b"/graphql", H2C), QUERY))
        assert wire.expect().json() == {"data": {"__typename": "Query"}}
        wire.send(get()[:-2])  # much less time than the idle time, or the default
        wire.expect(408)
    with dialing(address) as wire:
        wire.send(get(fields=b"X: a\r\n" * 300))
        wire.expect(431)


def test_several_workers(postgres_server: PostgresServer, tmp_path: Path) -> None:
    settings = {**SETTINGS, "DATABASE_URL": postgres_server.create_database()}
    with running(ServerProcess(tmp_path, arguments=["--workers", "2"], settings=settings)) as server:
        for _ in range(6):  # connections reach both workers
            check_limits(server.address)


def test_documented_uvicorn_command(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path, settings=SETTINGS, command=documented_command())) as server:
        check_limits(server.address)
