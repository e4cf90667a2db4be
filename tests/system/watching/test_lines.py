"""``bpmn-events events --watch`` with a pipe behind its output."""

import array
import asyncio
import fcntl
import re
import signal
import subprocess
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.polling import block_until
from tests.support.postgres import PostgresServer, database_name
from tests.support.server import PROGRAM, ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS
from tests.system.watching.commands import PipedWatch, piped

TERMINATE = """
mutation($id: ID!) { terminateProcessInstance(input: {processInstanceId: $id}) { __typename } }
"""


def deploy_and_start(server: ServerProcess, *correlations: str) -> None:
    async def run() -> None:
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", *correlations)

    asyncio.run(run())


def trigger(server: ServerProcess, correlation: str, element: str) -> str:
    """Trigger an event, and return the id of the trigger."""

    async def run() -> Any:
        async with Client.of(server.address) as client:
            return await client.trigger("two-steps", correlation, element)

    return str(asyncio.run(run())["trigger"]["id"])


def terminate(server: ServerProcess, instance: str) -> None:
    async def run() -> None:
        async with Client.of(server.address) as client:
            result = await client.graphql(TERMINATE, id=instance)
            assert result["__typename"] == "TerminateProcessInstanceSuccess"

    asyncio.run(run())


def places(changes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the correlation and element of added events."""
    return [(change["event"]["correlationId"], change["event"]["elementId"]) for change in changes]


def test_a_json_line_for_each_event_and_each_change(server: ServerProcess) -> None:
    deploy_and_start(server, "c-1", "c-2")
    with piped(server, "--json") as watch:
        *listed, complete = watch.until("cursor")
        assert [change["change"] for change in listed] == ["added", "added"]
        assert places(listed) == [("c-1", "first"), ("c-2", "first")]
        assert [change["cursor"] for change in listed] == [None, None]

        trigger_id = trigger(server, "c-1", "first")
        removed, added = watch.change(), watch.change()
        removal = {"change": "removed", "eventId": listed[0]["event"]["id"]}
        assert removed == removal | {"reason": "TRIGGERED", "triggerId": trigger_id, "cursor": removed["cursor"]}
        assert (added["change"], places([added])) == ("added", [("c-1", "second")])

        terminate(server, listed[1]["event"]["processInstanceId"])
        cancelled = watch.change()
        assert (cancelled["eventId"], cancelled["reason"]) == (listed[1]["event"]["id"], "CANCELLED")
        assert watch.end(signal.SIGTERM) == (0, "")

    for cursor, following in (
        (complete["cursor"], [removed, added, cancelled]),
        (removed["cursor"], [added, cancelled]),
        (added["cursor"], [cancelled]),
    ):
        with piped(server, "--json", "--after", cursor) as watch:
            assert [watch.change() for _ in following] == following
    with piped(server, "--json") as watch:
        assert places(watch.until("cursor")[:-1]) == [("c-1", "second")]


def test_only_events_of_the_filter(server: ServerProcess) -> None:
    deploy_and_start(server, "c-1", "c-2")
    with piped(server, "--json", "--correlation", "c-2", "--type", "message", "--search", "SECOND") as watch:
        assert watch.change()["change"] == "cursor"
        trigger(server, "c-1", "first")
        trigger(server, "c-2", "first")
        assert places([watch.change()]) == [("c-2", "second")]


def test_text_lines_in_a_pipe(server: ServerProcess) -> None:
    deploy_and_start(server, "c-1")
    with piped(server) as watch:
        first = watch.line()
        trigger(server, "c-1", "first")
        lines = [first, watch.line(), watch.line()]
        assert watch.end(signal.SIGTERM) == (0, "")
    columns = [re.split(" {2,}", line) for line in lines]
    assert [(row[1], *row[3:]) for row in columns] == [
        ("added", "first", "message first", "two-steps", "c-1", "-"),
        ("triggered", "first", "message first", "two-steps", "c-1", "-"),
        ("added", "second", "message second", "two-steps", "c-1", "-"),
    ]
    assert columns[0][2] == columns[1][2] != columns[2][2]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row[0]) for row in columns)


def test_a_cursor_of_another_database(server: ServerProcess, sqlite_template: Path, tmp_path: Path) -> None:
    deploy_and_start(server, "c-1")
    with piped(server, "--json") as watch:
        cursor = watch.until("cursor")[-1]["cursor"]
    other = tmp_path / "other"
    other.mkdir()
    stranger = ServerProcess(other, settings={"DATABASE_URL": "sqlite:///other.db"})
    with piped(stranger, "--json", "--after", cursor) as watch:
        assert [change["change"] for change in watch.until("cursor")] == ["expired", "cursor"]
        code, messages = watch.end(signal.SIGINT)
    assert (code, messages) == (130, "bpmn-events: changes are missing; the waiting events are listed again\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--json", "--after", "nonsense"), 2, "bpmn-events: --after: is no cursor of changes.\n"),
        (("--after", "x"), 2, "bpmn-events: --after: only the lines of --json have cursors\n"),
        (("--limit", "3"), 2, "bpmn-events: --limit: --watch shows all events\n"),
        (("--model", "none"), 1, "PROCESS_MODEL_NOT_FOUND: No process model with the key 'none' is deployed.\n"),
        (("--json", "--correlation", "none"), 1, "CORRELATION_NOT_FOUND: "),
    ],
)
def test_refusals(tmp_path: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    with piped(ServerProcess(tmp_path), *arguments) as watch:
        ended, messages = watch.wait()
    assert ended == code
    assert messages.startswith(message)


def test_a_reader_that_goes_in_silence(server: ServerProcess) -> None:
    deploy_and_start(server, "c-1")
    command = f"{PROGRAM} events --watch --json | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=server.folder,
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_reader_that_is_stuck(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """The pipe is full, so that the command cannot write, and ends all the same."""
    with running(ServerProcess(tmp_path)) as server:
        deploy_and_start(server, *(f"{n:0200}" for n in range(150)))
        with piped(server, "--json", is_read=False) as watch:
            block_until(lambda: _unread_bytes(watch) > 60_000)
            watch.process.send_signal(number)
            assert watch.process.wait(120) == code


def _unread_bytes(watch: PipedWatch) -> int:
    assert watch.process.stdout is not None
    number = array.array("i", [0])
    fcntl.ioctl(watch.process.stdout, termios.FIONREAD, number)
    return number[0]


@pytest.fixture
def beside_postgres(postgres: PostgresServer, tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a running server on a new database of the test's own PostgreSQL."""
    settings = {"DATABASE_URL": postgres.create_database(), "DATABASE_TIMEOUT_SECONDS": "1.5"}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        yield server


@pytest.mark.parametrize("is_lossy", [False, True])
def test_an_outage(postgres: PostgresServer, beside_postgres: ServerProcess, is_lossy: bool) -> None:
    """The command goes on after an outage; if the database has lost transactions meanwhile, with a new list."""
    server = beside_postgres
    deploy_and_start(server, "c-1", "c-2")
    with piped(server, "--json") as watch:
        watch.until("cursor")
        trigger(server, "c-1", "first")
        assert [watch.change()["change"], watch.change()["change"]] == ["removed", "added"]
        postgres.node.stop()
        block_until(lambda: "cannot be used" in watch.messages)
        watch.process.send_signal(signal.SIGSTOP)
        postgres.node.start()
        if is_lossy:  # as if another node had taken over, which did not get the latest transaction
            latest = "position = (SELECT max(position) FROM change_feed)"
            name = database_name(server.settings["DATABASE_URL"])
            postgres.node.query(f"UPDATE change_feed SET at = at + 1 WHERE {latest}", name)
        block_until(lambda: httpx.get(f"{server.address}/readyz").status_code == 200)
        trigger(server, "c-2", "first")
        watch.process.send_signal(signal.SIGCONT)
        if is_lossy:
            changes = watch.until("cursor")
            assert changes[0] == {"change": "expired"}
            assert sorted(places(changes[1:-1])) == [("c-1", "second"), ("c-2", "second")]
        else:
            assert [watch.change()["change"], watch.change()["change"]] == ["removed", "added"]
        block_until(lambda: "can be used again" in watch.messages)
        code, messages = watch.end(signal.SIGTERM)
    assert code == 0
    assert messages.count("\n") == (3 if is_lossy else 2)
    assert messages.startswith("bpmn-events: The database cannot be used: ")
    assert "\nbpmn-events: The database can be used again, after " in messages


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_end_while_the_database_is_silent(
    postgres: PostgresServer, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    settings = {"DATABASE_URL": postgres.create_database(), "DATABASE_TIMEOUT_SECONDS": "1.5"}
    with piped(ServerProcess(tmp_path, settings=settings), "--json") as watch:
        watch.until("cursor")
        postgres.node.silence()
        block_until(lambda: "cannot be used" in watch.messages)
        try:
            assert watch.end(number)[0] == code
        finally:
            postgres.node.resume()
