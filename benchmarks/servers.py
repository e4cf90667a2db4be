"""The servers that are measured: real processes on loopback, one for each thing that is compared."""

import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
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
_PATIENCE = 60.0
_UVICORN = ["--http", "httptools", "--log-level", "warning", "--no-access-log", "--no-server-header"]


@dataclass
class Server:
    """A running server process. ``database`` is its SQLite file; the floors have none."""

    process: psutil.Popen
    port: int
    token: str
    database: Path
    started_in: float

    def cpu_seconds(self) -> float:
        """All processor time it took so far, in the program and for it in the kernel."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def rss(self) -> int:
        """Resident memory, in bytes."""
        return int(self.process.memory_info().rss)

    def graphql(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The data of an operation that must not have errors."""
        answer = post(self.port, "/graphql", {"query": query, "variables": variables}, self.token)
        if "errors" in answer:
            raise RuntimeError(f"{answer['errors']}")
        data: dict[str, Any] = answer["data"]
        return data


def processors() -> tuple[list[int], list[int]]:
    """Those for the server, one, and those for the load; none in particular where there is no second one."""
    available = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return (available[:1], available[1:]) if len(available) > 1 else ([], [])


@contextmanager
def product(folder: Path, **settings: str) -> Iterator[Server]:
    """The product as ``bpmn-events serve`` starts it, on the database in that folder."""
    database = folder / "bpmn-events.db"
    environment = {
        "BPMN_EVENTS_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "BPMN_EVENTS_JWT_SECRET": SECRET,
        "BPMN_EVENTS_LOG_LEVEL": "warning",
        **settings,
    }
    port = free_port()
    command = [
        "-c",
        "import sys; from bpmn_events.cli.main import main; sys.exit(main())",
        "serve",
        "--port",
        str(port),
    ]
    with _running(command, port, environment, database) as server:
        yield server


@contextmanager
def floor(name: str) -> Iterator[Server]:
    """One of the applications of ``benchmarks.floors``, under the HTTP server the product uses."""
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
        wait_until_answering(process, port)
        yield Server(process, port, _token(), database, time.perf_counter() - started)
    finally:
        _stop(process)


def _stop(process: psutil.Popen) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except psutil.TimeoutExpired:
            process.kill()


def wait_until_answering(process: psutil.Popen, port: int) -> None:
    """Until it takes connections, which a server does when it is ready to answer."""
    deadline = time.monotonic() + _PATIENCE
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
