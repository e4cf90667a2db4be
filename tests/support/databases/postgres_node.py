"""The process and the data folder of one PostgreSQL server, which tests kill, silence, restart and promote."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.support.databases.parent_watch import ParentWatch
from tests.support.ports import free_port
from tests.support.programs import major_version

OLDEST = 15  # the first version with an ICU locale for the whole cluster
PRODUCT = f"PostgreSQL {OLDEST} or newer"
_START_SECONDS = 120
_PORTS_TO_TRY = 5
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # the tests kill processes, not the machine
    "shared_buffers": "32MB",
}


def find_programs() -> Path | None:
    """Return the folder of the newest installed server, or None if none is new enough."""
    on_path = shutil.which("postgres")
    servers = [*Path("/usr/lib/postgresql").glob("*/bin/postgres"), *([Path(on_path)] if on_path else [])]
    newest = max(servers, key=major_version, default=None)
    return newest.parent if newest and major_version(newest) >= OLDEST else None


class PostgresNode:
    """One server with a data folder. It keeps its port when it is started again.

    Attributes:
        programs: the folder of PostgreSQL's programs.
        folder: the folder that contains the data folder and the log.
        port: the port on 127.0.0.1; 0 before the first start.
    """

    def __init__(self, programs: Path, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.programs = programs
        self.port = 0
        self.folder = folder
        self._data = folder / "data"
        self._log = folder / "log"
        self._settings = {**_SETTINGS, **(settings or {})}
        # The server refuses to run as root.
        self._user = _ordinary_user() if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: ParentWatch | None = None
        folder.mkdir(exist_ok=True)
        if self._user:
            shutil.chown(folder, self._user)

    @property
    def pid(self) -> int | None:
        """The id of the server's first process, or None while the server is down."""
        return None if self._process is None else self._process.pid

    def create(self) -> None:
        """Create an empty cluster in the data folder."""
        # "a" < "B" in this locale, so the tests show if a table depends on the locale of the database.
        locale = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US", "--encoding=UTF8"]
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-N", *locale)

    def copy(self, primary: "PostgresNode", name: str) -> None:
        """Fill the data folder with a copy of a running primary, which follows it as the standby ``name``."""
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name={name}"
        self._run("pg_basebackup", "-d", source, "-D", str(self._data), "-R", "-X", "stream", "-c", "fast")

    def upgrade(self, old: "PostgresNode") -> None:
        """Fill this empty cluster with the databases of another one. Both servers are down."""
        folders = ["-d", str(old._data), "-D", str(self._data), "-s", str(self.folder)]
        self._run("pg_upgrade", "-b", str(old.programs), "-B", str(self.programs), "-U", "postgres", *folders)

    def start(self) -> None:
        """Start the server and wait until it accepts connections.

        The first start takes another port if a program takes the port before the server does.
        """
        for _ in range(_PORTS_TO_TRY):
            port = self.port or free_port()
            process = self._launch(port)
            if self._await_start(process):
                self.port, self._process = port, process
                self._watch = ParentWatch(process.pid, self.folder)
                return
        pytest.fail(f"PostgreSQL did not start: {self._log.read_text()}")

    def stop(self) -> None:
        """Stop the server if it runs: disconnect its clients and end cleanly."""
        self.resume()
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill the server and its connections at once, as ``kill -9`` does. It may be silent at the time."""
        self._end(signal.SIGKILL)

    def silence(self) -> None:
        """Freeze all processes of the server: connections stay open, and nobody answers."""
        self._signal(self._family(), signal.SIGSTOP)

    def resume(self) -> None:
        """Let a silenced server go on."""
        self._signal(reversed(self._family()), signal.SIGCONT)

    @staticmethod
    def _signal(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
        for process in processes:
            with suppress(psutil.NoSuchProcess):  # connections end by themselves
                process.send_signal(number)

    def promote(self) -> None:
        """Make this standby the primary, and wait until it accepts writes."""
        self._run("pg_ctl", "promote", "-D", str(self._data), "-w", "-t", str(_START_SECONDS))

    def query(self, text: str, database: str = "postgres") -> str:
        """Execute SQL and return its result as text, one line per row."""
        arguments = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", text, database]
        return self.call("psql", *arguments).strip()

    def call(self, program: str, *arguments: str) -> str:
        """Run a client program on this server and return its output."""
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
        command = [str(self.programs / program), *where, *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        subprocess.run(command, check=True, user=self._user, cwd=self.folder, stdout=subprocess.DEVNULL)

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        settings = {**self._settings, "port": str(port)}
        options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
        command = [str(self.programs / "postgres"), "-D", str(self._data), *options]
        with self._log.open("ab") as log:
            return subprocess.Popen(command, user=self._user, cwd=self.folder, stdout=log, stderr=log)

    def _await_start(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until the server reports in its folder that it is ready. Return False if it exits instead."""
        status = self._data / "postmaster.pid"
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None:
            lines = status.read_text().split() if status.exists() else []
            # A killed server leaves its file behind.
            if lines[:1] == [str(process.pid)] and lines[-1] == "ready":
                return True
            if time.monotonic() > deadline:
                process.kill()
                pytest.fail(f"PostgreSQL takes too long to start: {self._log.read_text()}")
            time.sleep(0.02)
        return False

    def _family(self) -> list[psutil.Process]:
        """Return the running processes of the server, the postmaster first."""
        if self._process is None or self._process.poll() is not None:
            return []
        postmaster = psutil.Process(self._process.pid)
        return [postmaster, *postmaster.children(recursive=True)]

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            # The postmaster starts no more children while they are being killed.
            family = self._family() if how is signal.SIGKILL else self._family()[:1]
            self._signal(family, how)
            self._process.wait(_START_SECONDS)
        self._process = None
        if self._watch is not None:
            self._watch.release()
            self._watch = None


def _ordinary_user() -> str:
    import pwd  # noqa: PLC0415 - not on Windows

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
