"""A server that cannot listen on its address says so in one line, before it creates anything."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.start.starting import start

UNPRIVILEGED = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("workers", [(), ("--workers", "2")], ids=["one", "two"])
def test_port_in_use(taken_port: int, workers: tuple[str, ...], tmp_path: Path) -> None:
    settings = {"PORT": str(taken_port), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"} if workers else {}
    failed = start(tmp_path, settings, "serve", "--port", str(taken_port), *workers)
    advice = "stop the other program, or choose another port with --port or BPMN_EVENTS_PORT"
    assert failed.line == f"127.0.0.1:{taken_port} is in use: {advice}"
    assert (failed.code, failed.files) == (1, [])


def test_port_in_use_leaves_another_database_as_it_is(taken_port: int, tmp_path: Path) -> None:
    """The second start of the same server, as by a restart that comes too early."""
    (tmp_path / "old.db").touch()
    failed = start(tmp_path, {"DATABASE_URL": "sqlite:///old.db", "PORT": str(taken_port)}, "serve")
    assert " is in use: " in failed.line
    assert (failed.files, (tmp_path / "old.db").stat().st_size) == (["old.db"], 0)


@pytest.mark.parametrize(
    ("host", "line"),
    [
        ("nowhere.invalid", "the host 'nowhere.invalid' is unknown: correct --host or BPMN_EVENTS_HOST"),
        ("a..b", "the host 'a..b' is unknown: correct --host or BPMN_EVENTS_HOST"),
        (
            "192.0.2.1",  # reserved for documentation (RFC 5737)
            "192.0.2.1:0 is no address of this machine: correct --host or BPMN_EVENTS_HOST (0.0.0.0 means all)",
        ),
    ],
)
def test_unusable_host(host: str, line: str, tmp_path: Path) -> None:
    failed = start(tmp_path, {"HOST": host}, "serve", "--port", "0")
    assert failed.line == line
    assert (failed.code, failed.files) == (1, [])


def test_privileged_port(tmp_path: Path) -> None:
    port = int(UNPRIVILEGED.read_text()) - 1
    if port < 1:
        pytest.skip("every user may use every port here")
    failed = start(tmp_path, {"PORT": str(port)}, "serve", is_root=False)
    assert failed.line.startswith(f"127.0.0.1:{port} is not allowed for this user: choose a port above 1023")
    assert (failed.code, failed.files) == (1, [])
