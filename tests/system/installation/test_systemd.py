"""The systemd unit: systemd accepts it, finds it confined, and the server works with its restrictions."""

import ctypes
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bpmn_events.config import Settings
from bpmn_events.settings.prefix import PREFIX
from tests.support.programs import require_program
from tests.support.server import PROGRAM, ServerProcess, running
from tests.system.client import Client
from tests.system.installation.conftest import ROOT
from tests.system.models import TWO_STEPS

UNIT = ROOT / "deploy" / "bpmn-events.service"
ENVIRONMENT = ROOT / "deploy" / "bpmn-events.env"
MOST_EXPOSURE = 30  # in tenths, of 100

# PR_SET_MDWE and PR_GET_MDWE of prctl(2), since Linux 6.3: memory is never writable and executable. It is what
# MemoryDenyWriteExecute=yes means.
SET_MDWE, GET_MDWE, REFUSE_EXEC_GAIN = 65, 66, 1
CONFINED = f"""
import ctypes, os, sys
ctypes.CDLL(None, use_errno=True).prctl({SET_MDWE}, {REFUSE_EXEC_GAIN}, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def test_unit_is_confined() -> None:
    checked = run(
        *(require_program("systemd-analyze"), "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", UNIT)
    )
    assert checked.returncode == 0, checked.stdout


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = UNIT.read_text("utf-8")
    program = re.findall(r"^ExecStart=(\S+) serve$", unit, re.MULTILINE)[0]
    installed = tmp_path / UNIT.name
    installed.write_text(unit.replace(program, str(PROGRAM)), "utf-8")
    checked = run(require_program("systemd-analyze"), "verify", "--man=no", installed)
    assert (checked.returncode, [line for line in checked.stdout.splitlines() if UNIT.name in line]) == (0, [])


@pytest.mark.parametrize("name", ["bpmn-events-backup.service", "bpmn-events-backup.timer"])
def test_systemd_accepts_the_units_of_the_backup(name: str) -> None:
    checked = run(require_program("systemd-analyze"), "verify", "--man=no", UNIT.with_name(name))
    assert (checked.returncode, [line for line in checked.stdout.splitlines() if "bpmn-events" in line]) == (0, [])


def test_unit_never_gives_up() -> None:
    """A database may come late. By default, systemd ends its attempts after five in ten seconds."""
    lines = UNIT.read_text("utf-8").splitlines()
    assert {"Restart=always", "StartLimitIntervalSec=0"} <= set(lines)


def test_settings_of_the_unit_exist() -> None:
    names = re.findall(rf"^#?{PREFIX}(\w+)=", ENVIRONMENT.read_text("utf-8"), re.MULTILINE)
    assert names
    assert {name.lower() for name in names} <= set(Settings.model_fields)


def test_file_of_settings_is_read(tmp_path: Path) -> None:
    """The port of the options takes precedence over that of the file; the database is in a folder of root."""
    text = ENVIRONMENT.read_text("utf-8").replace("/var/lib/bpmn-events", str(tmp_path))
    (tmp_path / "server.env").write_text(text, "utf-8")
    command = [str(PROGRAM), "--env-file", "server.env", "serve"]
    with running(ServerProcess(tmp_path, command=command)) as server:
        assert (tmp_path / "bpmn-events.db").exists()
        assert server.stop() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="systemd runs on Linux")
async def test_server_needs_no_writable_and_executable_memory(tmp_path: Path) -> None:
    """The libraries of the server compile nothing at run time. The restriction also holds for child processes."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(GET_MDWE, 0, 0, 0, 0) < 0:
        pytest.skip("the kernel cannot restrict memory in this way")
    command = [sys.executable, "-c", CONFINED, str(PROGRAM), "serve"]
    with running(ServerProcess(tmp_path, command=command)) as server:
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
            assert (await client.trigger("two-steps", "c-1", "first"))["__typename"] == "TriggerEventSuccess"
        assert server.stop() == 0
