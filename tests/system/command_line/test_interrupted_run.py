"""``bpmn-events trigger --from-file`` that does not reach the end of its file: nothing is lost, or done twice."""

import asyncio
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from bpmn_events.adapters.storage.schema.migrate import migrate
from tests.support.polling import block_until
from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.command_line.sending import FILE, Sender, line

LINES, FEW = 2000, 700
LIMIT = 65_536
RESUME = f"Continue: bpmn-events trigger --from-file {FILE} --resume"


def end(process: "subprocess.Popen[str]", number: signal.Signals) -> tuple[int, str]:
    """Send a signal. Return the exit code, and what the command has printed on stdout."""
    process.send_signal(number)
    out, _ = process.communicate(timeout=120)
    return process.returncode, out


def kill_after(sender: Sender, triggers: int, *options: str) -> None:
    """Run the command with ``kill -9`` as soon as there are so many triggers."""
    with sender.running("--concurrency", "4", *options) as process:
        sender.await_triggers(triggers)
        assert end(process, signal.SIGKILL)[0] == -signal.SIGKILL


def kill_after_first_record(sender: Sender) -> Path:
    """Run the command with ``kill -9`` as soon as it has recorded its first lines. Return the path of its journal."""
    journal = sender.folder / f"{FILE}.progress"
    with sender.running("--concurrency", "1") as process:
        block_until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 1)
        assert end(process, signal.SIGKILL)[0] == -signal.SIGKILL
    return journal


def test_kill_9_and_resume(sender: Sender) -> None:
    missing = range(7, LINES, 50)
    sender.write(*(line(n, correlationId="missing") if n in missing else line(n) for n in range(LINES)))
    kill_after(sender, 300)
    kill_after(sender, 900, "--resume")
    before = sender.count()
    assert 900 <= before < LINES - len(missing)

    done = sender.run()
    assert (done.code, done.out) == (2, "")
    assert f"by a run that is not complete: continue it with --resume, or delete {FILE}.progress" in done.err

    done = sender.run("--resume")
    assert (done.code, sender.has("progress")) == (1, False)
    triggered, replayed, failed = map(int, re.findall(r" ([0-9]+) ", done.out)[:3])
    assert (triggered + replayed, failed) == (LINES - len(missing), len(missing))
    assert sender.count() == LINES - len(missing)
    assert [json.loads(text)["payload"]["number"] for text in sender.read("failed")] == list(missing)
    assert [json.loads(text)["line"] for text in sender.read("errors")] == [n + 1 for n in missing]

    failed_lines = "".join(text.replace('"missing"', '"c-7"') + "\n" for text in sender.read("failed"))
    (sender.folder / f"{FILE}.failed").write_text(failed_lines, "utf-8")
    assert sender.run(file=f"{FILE}.failed").code == 0
    assert sender.count() == LINES


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_after_the_lines_that_are_executed(sender: Sender, number: signal.Signals) -> None:
    sender.write(*map(line, range(FEW)))
    with sender.running("--concurrency", "4") as process:
        sender.await_triggers(150)
        code, out = end(process, number)
    done = sender.count()
    assert (code, 150 <= done < FEW) == (130, True)
    assert out.splitlines()[1] == f"Stopped after line {done}. {RESUME}"
    sender.check_each_once(done)

    again = sender.run("--resume")
    assert again.code == 0
    assert again.out.startswith(f"{FILE}: {FEW} triggered, 0 were already triggered, 0 failed (")
    assert f"up to line {done}." in again.out
    sender.check_each_once(FEW)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_file_that_has_changed_is_refused(sender: Sender) -> None:
    lines = [line(number) for number in range(FEW)]
    sender.write(*lines)
    kill_after(sender, 50)
    before = sender.count()
    journal = sender.folder / f"{FILE}.progress"
    unchanged = journal.read_bytes()
    for changed in ([*lines, line(FEW)], [line(FEW), *lines[1:]]):
        sender.write(*changed)
        done = sender.run("--resume")
        assert (done.code, done.out) == (2, "")
        assert f"{FILE} has changed since the unfinished run began: " in done.err
    assert (sender.count(), journal.read_bytes()) == (before, unchanged)
    sender.write(*lines)
    assert sender.run("--resume").code == 0
    sender.check_each_once(FEW)


def test_another_database_is_refused(sender: Sender, other_url: str) -> None:
    sender.write(*map(line, range(FEW)))
    kill_after(sender, 50)
    other = Sender(sender.folder, other_url)
    asyncio.run(other.prepare())
    done = other.run("--resume")
    assert (done.code, done.out, other.count()) == (2, "", 0)
    assert f"this is not the database to which the unfinished run of {FILE} has sent lines" in done.err
    assert sender.run("--resume").code == 0
    sender.check_each_once(FEW)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_database_is_known_by_lines_that_were_triggered_before(sender: Sender, other_url: str) -> None:
    sender.write(*(line(number, idempotencyKey=f"k-{number}") for number in range(FEW)))
    assert sender.run().code == 0
    journal = kill_after_first_record(sender)
    other = Sender(sender.folder, other_url)
    asyncio.run(other.prepare())
    done = other.run("--resume")
    assert (done.code, other.count()) == (2, 0)
    assert "this is not the database" in done.err

    # A key that was used long ago may have expired in the meantime, also in the right database.
    old = re.sub(r'"triggeredAt":"[^"]*"', '"triggeredAt":"2020-01-01T00:00:00Z"', journal.read_text("utf-8"))
    journal.write_text(old, "utf-8")
    with closing(sqlite3.connect(sender.folder / "test.db")) as database, database:
        database.execute("DELETE FROM idempotency_records")
    assert sender.run("--resume").code == 0


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_run_that_has_triggered_nothing_has_no_database(sender: Sender, other_url: str) -> None:
    """Its process models may have been pruned in the meantime."""
    sender.write(*(line(number, correlationId="missing") for number in range(FEW)))
    kill_after_first_record(sender)
    done = Sender(sender.folder, other_url).run("--resume")
    assert done.code == 1
    assert f" {FEW} failed (" in done.out


@pytest.mark.parametrize("kind", ["sqlite"])
def test_failed_lines_from_before_the_first_record_are_not_kept_twice(sender: Sender) -> None:
    sender.write(*(line(number, correlationId="missing") for number in range(FEW)))
    journal = kill_after_first_record(sender)
    journal.write_text(journal.read_text("utf-8").partition("\n")[0] + "\n", "utf-8")
    assert sender.has("failed")
    assert sender.run("--resume").code == 1
    assert sender.has("failed.1") is False
    assert [json.loads(text)["line"] for text in sender.read("errors")] == list(range(1, FEW + 1))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_backup_from_before_the_run_is_refused(sender: Sender) -> None:
    database, backup = sender.folder / "test.db", sender.folder / "backup.db"
    shutil.copy(database, backup)
    sender.write(*map(line, range(FEW)))
    with sender.running("--concurrency", "4") as process:
        sender.await_triggers(150)
        assert end(process, signal.SIGINT)[0] == 130
    shutil.copy(database, sender.folder / "later.db")
    shutil.copy(backup, database)
    done = sender.run("--resume")
    assert (done.code, done.out, sender.count()) == (2, "", 0)
    assert "or it was restored from a backup that is older" in done.err
    # Under the same keys, all lines can be sent to any state of the database.
    journal = sender.folder / f"{FILE}.progress"
    journal.write_text(journal.read_text("utf-8").partition("\n")[0] + "\n", "utf-8")
    shutil.copy(sender.folder / "later.db", database)
    done = sender.run("--resume")
    assert done.code == 0
    assert ", 0 were already triggered," not in done.out
    sender.check_each_once(FEW)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_failed_lines_that_were_edited_meanwhile_are_kept(sender: Sender) -> None:
    sender.write(*(line(n, correlationId="missing") if n < 5 else line(n) for n in range(FEW)))
    with sender.running("--concurrency", "4") as process:
        sender.await_triggers(50)
        code, out = end(process, signal.SIGINT)
    assert (code, "Send them again" in out, RESUME in out) == (130, False, True)
    edited = [text.replace('"missing"', '"c-7"') for text in sender.read("failed")]
    assert len(edited) == 5
    (sender.folder / f"{FILE}.failed").write_text("".join(f"{each}\n" for each in edited), "utf-8")
    done = sender.run("--resume")
    assert done.code == 1
    assert f"{FILE}.failed has changed since the run was interrupted, and is now {FILE}.failed.1\n" in done.err
    assert (sender.read("failed.1"), sender.has("failed"), len(sender.read("errors.1"))) == (edited, False, 5)
    assert sender.run(file=f"{FILE}.failed.1").code == 0
    assert sender.count() == FEW


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_file_that_grows_while_it_is_sent(sender: Sender) -> None:
    sender.write(*map(line, range(FEW)))
    file = sender.folder / FILE
    size = file.stat().st_size
    with sender.running("--concurrency", "1") as process:
        sender.await_triggers(1)
        with file.open("a") as more:
            more.write(line(FEW))
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (1, f"bpmn-events: {FILE} has changed while it was sent\n")
    assert RESUME in out
    os.truncate(file, size)
    assert sender.run("--resume").code == 0
    sender.check_each_once(FEW)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_full_disk(sender: Sender) -> None:
    """The kernel lets the files of the command, which do not include the database, grow no more."""
    sender.write(*(line(number, correlationId="missing") for number in range(FEW)))
    with sender.running() as process:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (LIMIT, LIMIT))
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err.splitlines()[-1]) == (1, "bpmn-events: [Errno 27] File too large")
    assert RESUME in out
    assert FEW > len(sender.read("failed")) > 10
    done = sender.run("--resume")
    assert done.code == 1
    assert f"0 triggered, 0 were already triggered, {FEW} failed (" in done.out
    assert [json.loads(text)["payload"]["number"] for text in sender.read("failed")] == list(range(FEW))
    assert [json.loads(text)["line"] for text in sender.read("errors")] == list(range(1, FEW + 1))


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_disk_that_is_full_from_the_start(sender: Sender) -> None:
    sender.write(*map(line, range(FEW)))
    done = sender.run(max_file_bytes=100)
    assert (done.code, done.out, sender.count(), sender.has("progress")) == (2, "", 0, False)
    assert f"{FILE}.progress cannot be written: File too large" in done.err
    assert sender.run().code == 0


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_run_whose_keys_may_have_expired_is_refused(sender: Sender) -> None:
    sender.write(*map(line, range(FEW)))
    kill_after(sender, 50)
    journal = sender.folder / f"{FILE}.progress"
    records = [json.loads(text) for text in journal.read_text("utf-8").splitlines()]
    old = "".join(json.dumps({**record, "at": "2020-01-01T00:00:00Z"}) + "\n" for record in records)
    journal.write_text(old, "utf-8")
    before = sender.count()
    done = sender.run("--resume")
    assert (done.code, sender.count()) == (2, before)
    assert "is older than 7 days (BPMN_EVENTS_IDEMPOTENCY_DAYS)" in done.err


@pytest.mark.parametrize("kind", ["sqlite"])
def test_two_commands_at_once(sender: Sender) -> None:
    sender.write(*map(line, range(FEW)))
    with sender.running("--concurrency", "4") as process:
        sender.await_triggers(50)
        process.send_signal(signal.SIGSTOP)
        (sender.folder / "link").symlink_to(FILE)
        for options, file in (((), FILE), (("--resume",), FILE), ((), "link")):
            done = sender.run(*options, file=file)
            assert (done.code, done.out) == (2, "")
            assert "another command is at work: it has locked " in done.err
            assert f"{FILE}.progress\n" in done.err
        assert end(process, signal.SIGCONT)[0] == 0
    sender.check_each_once(FEW)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_standard_input_can_stay_open(sender: Sender) -> None:
    with sender.running(file="-", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(f"{line(0)}\n{line(1)}\n{line(2)[:20]}")
        process.stdin.flush()
        sender.await_triggers(2)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 130
        assert process.stdout is not None
        assert process.stdout.read().splitlines()[1] == "Stopped after line 2. The lines after it were not sent."
    sender.check_each_once(2)


@pytest.fixture
def impatient(url: str, tmp_path: Path) -> Sender:
    """Return a sender that does not wait long for a database."""
    sender = Sender(tmp_path, url, DATABASE_TIMEOUT_SECONDS="0.5")
    asyncio.run(sender.prepare())
    return sender


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_database_that_fails_for_a_while(impatient: Sender) -> None:
    impatient.write(*map(line, range(LINES)))
    with closing(sqlite3.connect(impatient.folder / "test.db", isolation_level=None)) as other:
        with impatient.running("--retry-for", "1s") as process:
            impatient.await_triggers(50)
            other.execute("BEGIN IMMEDIATE")
            out, err = process.communicate(timeout=120)
        done = impatient.count()
        assert (process.returncode, done < LINES, impatient.has("failed")) == (1, True, False)
        assert "database is locked; trying again for 1s\n" in err
        assert RESUME in out

        other.execute("ROLLBACK")
        with impatient.running("--resume") as process:
            impatient.await_triggers(done + 50)
            other.execute("BEGIN IMMEDIATE")
            assert process.stderr is not None
            assert any("database is locked; trying again for 5m" in text for text in process.stderr)
            other.execute("ROLLBACK")
            assert process.wait(120) == 0
    impatient.check_each_once(LINES)


def test_a_database_that_restarts(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.create_database()
    asyncio.run(migrate(url))
    sender = Sender(tmp_path, url, DATABASE_TIMEOUT_SECONDS="1.5")
    asyncio.run(sender.prepare())
    sender.write(*map(line, range(LINES)))
    with sender.running() as process:
        sender.await_triggers(300)
        postgres.node.stop()
        assert process.stderr is not None
        assert any("; trying again for 5m" in text for text in process.stderr)
        postgres.node.start()
        assert process.wait(120) == 0
    sender.check_each_once(LINES)


async def test_beside_a_running_server(sender: Sender) -> None:
    """Both trigger events of the same correlations at the same time."""
    sender.write(*map(line, range(LINES)))
    with running(ServerProcess(sender.folder, settings={"DATABASE_URL": sender.url})) as server:
        async with Client.of(server.address) as client:
            with sender.running() as process:
                others = 0
                while process.poll() is None:
                    outcome = await client.trigger(
                        "counter", f"c-{others % 20}", "Tick", payload={"number": LINES + others}
                    )
                    assert outcome["__typename"] == "TriggerEventSuccess", outcome
                    others += 1
            assert process.returncode == 0
            assert others > 0
    numbers = await asyncio.to_thread(sender.numbers)
    assert sorted(number for some in numbers.values() for number in some) == list(range(LINES + others))
