"""``bpmn-events events --watch`` in a terminal."""

import os
import signal
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from tests.support.polling import block_until
from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS
from tests.system.watching.commands import Terminal, in_terminal
from tests.system.watching.test_lines import deploy_and_start, trigger

HEADINGS = ["EVENT", "ID", "ELEMENT", "EVENT", "MODEL", "CORRELATION", "LANE", "WAITING", "DUE"]


def rows(terminal: Terminal) -> list[tuple[str, str]]:
    """Return the correlation and the element in each row of the table."""
    cells = [line.split() for line in terminal.lines if line.startswith("we_")]
    return [(row[5], row[1]) for row in cells]


def test_the_table_follows_what_waits(server: ServerProcess) -> None:
    deploy_and_start(server, "c-1", "c-2")
    with in_terminal(server) as terminal:
        terminal.await_texts("2 events wait; since ")
        assert terminal.is_alternate
        assert terminal.lines[1].split() == HEADINGS
        assert rows(terminal) == [("c-1", "first"), ("c-2", "first")]

        trigger(server, "c-1", "first")
        terminal.await_texts(": 1 added, 1 triggered, 0 cancelled")
        block_until(lambda: rows(terminal) == [("c-2", "first"), ("c-1", "second")])
        trigger(server, "c-1", "second")
        terminal.await_texts("1 event waits; ", ": 1 added, 2 triggered, 0 cancelled")
        block_until(lambda: rows(terminal) == [("c-2", "first")])
        assert terminal.clearings == 1

        terminal.press("\x03")
        assert terminal.process.wait(120) == 130
        block_until(lambda: not terminal.is_alternate)


@pytest.fixture
def busy(tmp_path: Path) -> ServerProcess:
    """Return a stopped server with many waiting events."""
    with running(ServerProcess(tmp_path)) as server:
        deploy_and_start(server, *(f"c-{number:02}" for number in range(30)))
        server.stop()
    return server


def test_more_events_than_lines(busy: ServerProcess) -> None:
    """The table shows both ends of the list, however large the terminal is."""
    with in_terminal(busy, size=(70, 12)) as terminal:
        terminal.await_texts("30 events wait", "… 22 more …")
        shown = [line.split()[4] for line in terminal.lines if line.startswith("we_")]
        assert len(shown) == 8
        assert shown
        assert all(len(line) <= 70 for line in terminal.lines)

        terminal.resize((200, 40))
        block_until(lambda: [row[0] for row in rows(terminal)] == [f"c-{number:02}" for number in range(30)])
        assert not terminal.shows("more …")

        terminal.resize((200, 10))
        terminal.await_texts("… 24 more …")
        numbers = [0, 1, 2, 27, 28, 29]
        block_until(lambda: [row[0] for row in rows(terminal)] == [f"c-{number:02}" for number in numbers])


def test_stop_and_continue(busy: ServerProcess) -> None:
    """Ctrl-Z gives the terminal back to the shell, and ``fg`` takes it again."""
    with in_terminal(busy) as terminal:
        terminal.await_texts("30 events wait")
        process = psutil.Process(terminal.process.pid)
        terminal.press("\x1a")
        block_until(lambda: process.status() == psutil.STATUS_STOPPED)
        block_until(lambda: not terminal.is_alternate)
        os.kill(process.pid, signal.SIGCONT)
        block_until(lambda: terminal.is_alternate and terminal.shows("30 events wait"))
        process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(120) == 0
        block_until(lambda: not terminal.is_alternate)


def test_an_outage(postgres: PostgresServer, tmp_path: Path) -> None:
    """The rows stay, with a message below them, and are current again afterwards."""
    settings = {"DATABASE_URL": postgres.create_database(), "DATABASE_TIMEOUT_SECONDS": "1.5"}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        deploy_and_start(server, "c-1")
        with in_terminal(server) as terminal:
            terminal.await_texts("1 event waits")
            postgres.node.stop()
            terminal.await_texts("1 event waits", "The database cannot be used: ")
            assert rows(terminal) == [("c-1", "first")]
            postgres.node.start()
            block_until(lambda: httpx.get(f"{server.address}/readyz").status_code == 200)
            trigger(server, "c-1", "first")
            block_until(lambda: rows(terminal) == [("c-1", "second")])
            terminal.await_texts("The database can be used again, after ")


async def test_the_database_cannot_be_used_at_the_beginning(postgres: PostgresServer, tmp_path: Path) -> None:
    """The table says so, and comes when the database does."""
    url = postgres.create_database()
    settings = {"DATABASE_URL": url, "DATABASE_TIMEOUT_SECONDS": "1.5"}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
        server.stop()
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    locking = connection.transaction()
    await locking.start()
    await connection.execute("LOCK TABLE waiting_events IN ACCESS EXCLUSIVE MODE")
    with in_terminal(server) as terminal:
        terminal.await_texts("The waiting events cannot be listed yet.", "The database cannot be used: ")
        assert terminal.is_alternate
        await locking.rollback()
        terminal.await_texts("1 event waits", "The database can be used again, after ")
        assert rows(terminal) == [("c-1", "first")]
    await connection.close()
