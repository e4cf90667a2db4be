"""Commands whose caller has closed a standard stream, as `>&-` does in a shell."""

import subprocess
from pathlib import Path

import pytest

from tests.support.server import PROGRAM, ServerProcess, running

TIMEOUT_SECONDS = 120


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command, which may close streams."""
    return subprocess.run(
        ["bash", "-c", f"exec {PROGRAM} {command}"],
        cwd=folder,
        env=ServerProcess(folder).environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("command", ["events --json", "events --watch", "events --watch --json", "schema"])
@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_closed_stdout(command: str, closed: str, tmp_path: Path) -> None:
    """There is nothing to do for a command that only watches, so it ends, too."""
    done = run(f"{command} {closed}", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_refusal_with_closed_stdout(tmp_path: Path) -> None:
    done = run("events --model none >&-", tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_messages_for_closed_stderr_are_not_in_stdout(tmp_path: Path) -> None:
    done = run("events 2>&-", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_server_with_closed_stdout(tmp_path: Path) -> None:
    """Its event loop aborts the process at the end if a socket has the descriptor of stdout."""
    command = ("bash", "-c", 'exec "$0" serve "$@" >&-', str(PROGRAM))
    with running(ServerProcess(tmp_path, command=command)) as server:
        assert server.stop() == 0
