"""docs/recipes/nightly_bulk.sh: every line of every file is executed once, and the files are moved."""

import asyncio
import fcntl
import gzip
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.pages import read_commands
from tests.support.server import PROGRAM, ServerProcess
from tests.system.client import Client
from tests.system.command_line.sending import Sender, line

RECIPES = Path(__file__).parents[3] / "docs" / "recipes"
PAGE, SCRIPT = RECIPES / "nightly-bulk.md", RECIPES / "nightly_bulk.sh"
LINES = 1000


def start(folder: Path, environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    """Start the script as cron does, for the folder ``spool``."""
    return subprocess.Popen(
        [SCRIPT, "spool"],
        cwd=folder,
        env={**environment, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Return the exit code of the script and its output."""
    with start(folder, environment) as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err


async def waiting_elements(demo: ServerProcess) -> set[str]:
    async with Client.of(demo.address) as client:
        return {event["elementId"] for event in await client.list_events(correlationIds=["order-1002"])}


def test_the_lines_of_the_page(demo: ServerProcess) -> None:
    spool = demo.folder / "spool"
    spool.mkdir()
    (command,) = (command for command, _ in read_commands(PAGE))
    subprocess.run(["sh", "-euc", command], cwd=demo.folder, check=True)
    (spool / "other.ndjson").write_text("no JSON\n", "utf-8")
    code, out, err = run(demo.folder, demo.environment)
    assert code == 1
    assert out.startswith("spool/other.ndjson: 0 triggered, 0 were already triggered, 1 failed (")
    assert "\nspool/payments-2026-11-24.ndjson: 2 triggered, 0 were already triggered, 0 failed (" in out
    assert err == "bpmn-events: line 1: BAD_USER_INPUT: line: this is not valid JSON: invalid character (byte 4).\n"
    done = spool / "done"
    assert [path.name for path in spool.iterdir()] == ["done"]
    assert sorted(path.name for path in done.iterdir()) == [
        "other.ndjson",
        "other.ndjson.errors",
        "other.ndjson.failed",
        "payments-2026-11-24.ndjson",
    ]
    assert asyncio.run(waiting_elements(demo)) == {"ConfirmShipment", "AddressChanged"}

    # After a crash before the file was moved, all of it is sent again.
    (done / "payments-2026-11-24.ndjson").rename(spool / "payments-2026-11-24.ndjson")
    code, out, err = run(demo.folder, demo.environment)
    assert (code, err) == (0, "")
    assert out.startswith("spool/payments-2026-11-24.ndjson: 0 triggered, 2 were already triggered, 0 failed (")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_crash_in_the_middle(url: str, tmp_path: Path) -> None:
    sender = Sender(tmp_path, url)
    asyncio.run(sender.prepare())
    spool = tmp_path / "spool"
    spool.mkdir()
    for name, begin in (("a", 0), ("b", LINES // 2)):
        text = "".join(f"{line(number)}\n" for number in range(begin, begin + LINES // 2))
        (spool / f"{name}.ndjson").write_text(text, "utf-8")
    for triggers in (LINES // 4, LINES * 3 // 4):
        with start(tmp_path, sender.environment) as process:
            sender.await_triggers(triggers)
            os.killpg(process.pid, signal.SIGKILL)
    assert run(tmp_path, sender.environment)[0] == 0
    assert sorted(path.name for path in spool.rglob("*.*")) == ["a.ndjson", "b.ndjson"]
    sender.check_each_once(LINES)


def test_a_file_that_cannot_be_sent_does_not_hold_up_others(demo: ServerProcess) -> None:
    spool = demo.folder / "spool"
    spool.mkdir()
    (spool / "a.ndjson").write_bytes(gzip.compress(b"no JSON")[:-1])
    (spool / "b.ndjson").write_text("no JSON\n", "utf-8")
    (spool / "b.ndjson.progress").write_text("no journal\n", "utf-8")
    (spool / "c.ndjson").write_text("no JSON\n", "utf-8")
    code, out, err = run(demo.folder, demo.environment)
    assert (code, out.partition(":")[0]) == (2, "spool/c.ndjson")
    assert [text.partition(": ")[2][:18] for text in err.splitlines()] == [
        "spool/a.ndjson is ",
        "spool/b.ndjson.pro",
        "line 1: BAD_USER_I",
    ]
    assert sorted(path.name for path in spool.iterdir()) == ["a.ndjson", "b.ndjson", "b.ndjson.progress", "done"]


def test_two_calls_at_once(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "a.ndjson").touch()
    holder = os.open(tmp_path / "spool", os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    code, out, err = run(tmp_path, ServerProcess(tmp_path, settings={}).environment)
    os.close(holder)
    assert (code, out, err) == (2, "", f"{SCRIPT}: another call is at work in spool\n")
    assert (tmp_path / "spool" / "a.ndjson").exists()


def test_files_stay_while_the_database_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "a.ndjson").write_text(line(0), "utf-8")
    settings = {"DATABASE_URL": "sqlite:///spool/a.ndjson/file.db"}
    code, _, err = run(tmp_path, ServerProcess(tmp_path, settings=settings).environment)
    assert (code, "cannot be used" in err) == (2, True)
    assert sorted(path.name for path in (tmp_path / "spool").iterdir()) == ["a.ndjson", "done"]
