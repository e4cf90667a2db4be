"""The measured servers: processes of their own on loopback."""

import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil

from benchmarks.http import post
from bpmn_events.adapters.auth.tokens import sign_token
from bpmn_events.domain.principal import ALL_LANES, Permission

SECRET = "benchmarks only: this secret protects nothing"
_TIMEOUT_SECONDS = 60.0
_UVICORN = ["--http", "httptools", "--log-level", "warning", "--no-access-log", "--no-server-header"]
# No compression, as in the product, and no pings, which time out if a change takes long to deliver.
_UVICORN_WEBSOCKETS = ["--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--ws-ping-interval", "3600"]


@dataclass
class Server:
    """A running server process. ``database`` is its SQLite file, or an empty path for the floors."""

    process: psutil.Popen
    port: int
    token: str
    database: Path
    started_in: float

    def cpu_seconds(self) -> float:
        """Return the processor time of the process so far, user and system."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def rss(self) -> int:
        """Return the resident memory in bytes."""
        return int(self.process.memory_info().rss)

    def graphql(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Execute a GraphQL operation and return its data.

        Raises:
            RuntimeError: the response has errors.
        """
        response = post(self.port, "/graphql", {"query": query, "variables": variables}, self.token)
        if "errors" in response:
            raise RuntimeError(f"{response['errors']}")
        data: dict[str, Any] = response["data"]
        return data


def processors() -> tuple[list[int], list[int]]:
    """Return one processor for the server and the others for the load, or two empty lists if there is only one."""
    available = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return (available[:1], available[1:]) if len(available) > 1 else ([], [])


@contextmanager
def product(folder: Path, *, switched: bool = False, **settings: str) -> Iterator[Server]:
    """Run the product as ``bpmn-events serve`` does, on the database in this folder, unless a setting names another.

    If it is ``switched``, its change feed has a switch.
    """
    port = free_port()
    plain = ["-c", "import sys; from bpmn_events.cli.main import main; sys.exit(main())"]
    program = ["-m", "benchmarks.feed.switch"] if switched else plain
    command = [*program, "serve", "--port", str(port)]
    with _running(command, port, _environment(folder, settings), _database(folder)) as server:
        yield server


@contextmanager
def strawberry(folder: Path, **settings: str) -> Iterator[Server]:
    """Run ``benchmarks.fan_out.strawberry_server`` on the database in this folder."""
    port = free_port()
    options = ["--port", str(port), *_UVICORN, *_UVICORN_WEBSOCKETS]
    command = ["-m", "uvicorn", "benchmarks.fan_out.strawberry_server:app", "--factory", *options]
    with _running(command, port, _environment(folder, settings), _database(folder)) as server:
        yield server


def _database(folder: Path) -> Path:
    return folder / "bpmn-events.db"


def _environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    return {
        "BPMN_EVENTS_DATABASE_URL": f"sqlite+aiosqlite:///{_database(folder)}",
        "BPMN_EVENTS_JWT_SECRET": SECRET,
        "BPMN_EVENTS_LOG_LEVEL": "warning",
        **settings,
    }


@contextmanager
def floor(name: str) -> Iterator[Server]:
    """Run one of the applications of ``benchmarks.floors`` under the HTTP server that the product uses."""
    port = free_port()
    factory = [] if name == "bare" else ["--factory"]
    command = ["-m", "uvicorn", f"benchmarks.floors:{name}", *factory, "--port", str(port), *_UVICORN]
    with _running(command, port, {}, Path()) as server:
        yield server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(command: Sequence[str], port: int, environment: dict[str, str], database: Path) -> Iterator[Server]:
    started = time.perf_counter()
    process = psutil.Popen([sys.executable, *command], env={**os.environ, **environment})
    try:
        own, _ = processors()
        if own:
            process.cpu_affinity(own)
        wait_until_listening(process, port)
        yield Server(process, port, _token(), database, time.perf_counter() - started)
    finally:
        _stop(process)


def _stop(process: psutil.Popen) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_TIMEOUT_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()


def wait_until_listening(process: psutil.Popen, port: int) -> None:
    """Wait until the server accepts connections, which it does when it is ready.

    Raises:
        RuntimeError: the server ends, or does not accept connections in time.
    """
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.002)
    raise RuntimeError("the server does not answer")


def _token() -> str:
    return sign_token(
        SECRET.encode(),
        subject="bench",
        permissions=list(Permission),
        lanes=[ALL_LANES],
        expires_in=timedelta(hours=1),
    )
