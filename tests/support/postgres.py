"""A PostgreSQL server that the tests start on a free port and stop at the end of the session."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from tests.support.programs import major_version, not_installed

_OLDEST = 15  # the first version with an ICU locale for the whole cluster
_PRODUCT = f"PostgreSQL {_OLDEST} or newer"
_START_SECONDS = 120
_PORTS_TO_TRY = 5
# Creating a database writes 300 files, which takes a tenth of the time in memory.
_IN_MEMORY = Path("/dev/shm")
_NEEDED_BYTES = 1_000_000_000


@dataclass(frozen=True)
class PostgresServer:
    """A running server, with the folder of its programs."""

    programs: Path
    port: int
    _numbers: Iterator[int] = field(default_factory=count)

    def create_database(self, template: str | None = None) -> str:
        """Create a database, as a copy of ``template`` if that is given, and return its URL."""
        name = f"test_{next(self._numbers)}"
        copied = ["--template", template.rpartition("/")[2]] if template else []
        self._call("createdb", *copied, name)
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        self._call("dropdb", "--force", url.rpartition("/")[2])

    def restore(self, url: str, dump: Path) -> None:
        """Run a file of SQL, as ``pg_dump`` writes it, in an empty database."""
        options = ["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--single-transaction", "--output", os.devnull]
        self._call("psql", *options, "--file", str(dump), url.rpartition("/")[2])

    def _call(self, program: str, *arguments: str) -> None:
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
        subprocess.run([self.programs / program, *where, *arguments], check=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Yield a server for the tests of this process. Skip them if PostgreSQL is not installed."""
    programs = _programs()
    if programs is None:
        not_installed(_PRODUCT)
    with _running(programs) as server:
        yield server


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Run a server for programs other than tests.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """
    programs = _programs()
    if programs is None:
        raise FileNotFoundError(f"{_PRODUCT} is not installed")
    with _running(programs) as server:
        yield server


def _programs() -> Path | None:
    """Return the folder of the newest installed server, or None if none is new enough."""
    on_path = shutil.which("postgres")
    servers = [*Path("/usr/lib/postgresql").glob("*/bin/postgres"), *([Path(on_path)] if on_path else [])]
    newest = max(servers, key=major_version, default=None)
    return newest.parent if newest and major_version(newest) >= _OLDEST else None


@contextmanager
def _running(programs: Path) -> Iterator[PostgresServer]:
    process, port, folder, _ = new_cluster(programs)
    try:
        yield PostgresServer(programs, port)
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown: the server disconnects its clients
        process.wait(_START_SECONDS)
        shutil.rmtree(folder)


def new_cluster(programs: Path) -> tuple[subprocess.Popen[bytes], int, Path, str | None]:
    """Create a server in a new folder, and start it. Return its process, port, folder and user."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=_fast_folder()))
    # The server refuses to run as root.
    user = _ordinary_user() if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    # "a" < "B" in this locale, so the tests show if a table depends on the locale of the database.
    locale = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US", "--encoding=UTF8"]
    initdb: Sequence[str | Path] = [
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-N",
        *locale,
    ]
    subprocess.run(initdb, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)
    process, port = _start_on_some_port(programs, folder, user)
    return process, port, folder, user


def _fast_folder() -> Path | None:
    """Return a folder in memory if it has room for a server, or None for the default temporary folder."""
    has_room = _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _NEEDED_BYTES
    return _IN_MEMORY if has_room else None


def _start_on_some_port(programs: Path, folder: Path, user: str | None) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server. Try another port if a program takes the port before the server does."""
    for _ in range(_PORTS_TO_TRY):
        port = _free_port()
        process = _start(programs, folder, port, user)
        if _await_start(process, folder):
            return process, port
    pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()}")


def _start(programs: Path, folder: Path, port: int, user: str | None) -> subprocess.Popen[bytes]:
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "shared_buffers": "32MB",
    }
    options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *options], user=user, cwd=folder, stdout=log, stderr=log
        )


def _await_start(process: subprocess.Popen[bytes], folder: Path) -> bool:
    """Wait until the server reports in its folder that it is ready. Return False if it exits instead."""
    status = folder / "data" / "postmaster.pid"
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None:
        if status.exists() and status.read_text().split()[-1:] == ["ready"]:
            return True
        if time.monotonic() > deadline:
            process.kill()
            pytest.fail(f"PostgreSQL takes too long to start: {(folder / 'log').read_text()}")
        time.sleep(0.02)
    return False


def _ordinary_user() -> str:
    import pwd  # noqa: PLC0415 - not on Windows

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
