"""``bpmn-events trigger --from-file``: outcomes, files and messages of runs that come to their end."""

import gzip
import json
import os
import pty
import termios

import pytest

from tests.system.command_line.sending import FILE, Sender, line

ONCE = line(3, idempotencyKey="once")
LINES = 2000


def test_each_line_is_executed_once_in_the_order_of_its_correlation(sender: Sender) -> None:
    sender.write(*map(line, range(LINES)))
    done = sender.run("--concurrency", "128")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{FILE}: {LINES} triggered, 0 were already triggered, 0 failed (")
    sender.check_each_once(LINES)
    assert sorted(path.name for path in sender.folder.glob(f"{FILE}*")) == [FILE]


def test_failed_lines_are_sent_again(sender: Sender) -> None:
    lacking, odd, unknown = line(1, correlationId="later"), "\ufeff {no JSON  ", line(4, extra=1)
    sender.write(line(0), "", lacking, line(2, idempotencyKey=None, correlationId="later"), odd, ONCE, ONCE, unknown)
    done = sender.run()
    assert done.code == 1
    assert done.out.startswith(f"{FILE}: 2 triggered, 1 were already triggered, 4 failed (")
    assert f"bpmn-events trigger --from-file {FILE}.failed" in done.out
    assert [text.partition(": ")[2][:24] for text in done.err.splitlines()] == [
        "line 3: CORRELATION_NOT_",
        "line 4: CORRELATION_NOT_",
        "line 5: BAD_USER_INPUT: ",
        "line 8: BAD_USER_INPUT: ",
    ]
    first, second, *others = sender.read("failed")
    key = json.loads(first)["idempotencyKey"].removesuffix(":3")
    assert json.loads(first) == {**json.loads(lacking), "idempotencyKey": f"{key}:3"}
    assert json.loads(second)["idempotencyKey"] == f"{key}:4"
    assert others == [odd, unknown]
    reasons = [json.loads(text) for text in sender.read("errors")]
    assert [(reason["line"], reason["error"]["status"]) for reason in reasons] == [
        (3, 404),
        (4, 404),
        (5, 400),
        (8, 400),
    ]

    failed = [text.replace('"later"', '"c-1"') for text in sender.read("failed")]
    (sender.folder / f"{FILE}.failed").write_text("\n".join(failed[:2]), "utf-8")  # without an end of the last line
    for out in ("2 triggered, 0 were already triggered, 0 failed", "0 triggered, 2 were already triggered, 0 failed"):
        done = sender.run(file=f"{FILE}.failed")
        assert done.code == 0
        assert done.out.startswith(f"{FILE}.failed: {out} (")
    assert sender.count() == 4


def test_failed_lines_of_an_earlier_run_are_kept(sender: Sender) -> None:
    for number in range(3):
        sender.write(line(0, correlationId=f"missing-{number}"))
        assert sender.run().code == 1
    texts = [sender.read(ending)[0] for ending in ("failed.1", "failed.2", "failed")]
    assert [json.loads(text)["correlationId"] for text in texts] == ["missing-0", "missing-1", "missing-2"]
    sender.write(line(0))
    done = sender.run()
    assert done.code == 0
    assert done.err.splitlines() == [
        f"bpmn-events: {FILE}.{ending} of an earlier run is now {FILE}.{ending}.3" for ending in ("failed", "errors")
    ]


def test_a_dry_run_changes_nothing_and_writes_no_files(sender: Sender) -> None:
    sender.write(line(0), *(line(1, eventId="none") for _ in range(20)), line(2, dryRun=True))
    done = sender.run("--dry-run")
    assert (done.code, sender.count()) == (1, 0)
    assert done.out.startswith(f"{FILE}: 2 would be triggered, 20 would fail (")
    assert [text.partition(":")[2].split()[1:3] for text in done.err.splitlines()] == [
        [f"{number}:", "EVENT_NOT_FOUND:"] for number in range(2, 22)
    ]
    assert [path.name for path in sender.folder.glob(f"{FILE}*")] == [FILE]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_line_with_a_dry_run_does_not_count_as_triggered(sender: Sender) -> None:
    sender.write(line(0), line(1, dryRun=True), line(2, dryRun=True, eventId="none"))
    done = sender.run()
    assert (done.code, sender.count()) == (1, 1)
    assert done.out.startswith(f"{FILE}: 1 triggered, 0 were already triggered, 1 failed, 1 were only checked (")
    assert sender.read("failed") == [line(2, dryRun=True, eventId="none")]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_failed_lines_whose_run_is_unfinished_keep_their_name(sender: Sender) -> None:
    sender.write(line(0, correlationId="missing"))
    assert sender.run().code == 1
    failed = sender.read("failed")
    journal = sender.folder / f"{FILE}.failed.progress"
    journal.write_text("{}\n", "utf-8")
    done = sender.run()
    assert (done.code, done.out, sender.read("failed"), sender.has("progress")) == (2, "", failed, False)
    assert f"continue that with --from-file {FILE}.failed --resume, or delete {FILE}.failed.progress" in done.err
    journal.unlink()
    assert sender.run().code == 1
    assert sender.read("failed.1") == failed


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("from_stdin", [False, True])
def test_gzip_is_recognized_by_its_content(sender: Sender, from_stdin: bool) -> None:
    members = [gzip.compress(f"{line(number)}\n{line(number + 1)}".encode()) for number in (0, 2)]
    text = gzip.compress(b"\n").join(members)
    (sender.folder / FILE).write_bytes(text)
    done = sender.run(file="-", stdin=text) if from_stdin else sender.run()
    assert (done.code, done.err) == (0, "")
    sender.check_each_once(4)

    (sender.folder / FILE).write_bytes(text[:-3])
    done = sender.run(file="-", stdin=text[:-3]) if from_stdin else sender.run()
    assert done.code == (1 if from_stdin else 2)
    assert "is damaged: it is no complete gzip data" in done.err
    assert sender.has("progress") is False


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_line_that_is_too_long_is_kept_without_keeping_it_in_memory(sender: Sender) -> None:
    size = 100_000_000
    with (sender.folder / FILE).open("w") as file:
        file.write(f"{line(0)}\n")
        for _ in range(size // 1_000_000):
            file.write("x" * 1_000_000)
        file.write(f"\n{line(1)}")
    peak = sender.measure_memory()
    assert sender.count() == 2
    (reason,) = (json.loads(text) for text in sender.read("errors"))
    assert (reason["line"], reason["error"]["violations"][0]["keyword"]) == (2, "maxBytes")
    assert (sender.folder / f"{FILE}.failed").stat().st_size == size + 1
    sender.write("no JSON")
    assert peak < sender.measure_memory() + size / 4 / 1024


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_standard_input(sender: Sender) -> None:
    text = "\n".join([line(0), line(1, correlationId="missing"), line(2)])
    done = sender.run(file="-", stdin=text.encode())
    assert done.code == 1
    assert done.out.startswith("-: 2 triggered, 0 were already triggered, 1 failed (")
    failed = sender.folder / "stdin.failed"
    assert json.loads(failed.read_text("utf-8"))["idempotencyKey"].endswith(":2")
    assert failed.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["sqlite"])
def test_failed_lines_are_as_private_as_the_file(sender: Sender) -> None:
    sender.write("no JSON")
    (sender.folder / FILE).chmod(0o600)
    assert sender.run().code == 1
    assert {(sender.folder / f"{FILE}.{ending}").stat().st_mode & 0o777 for ending in ("failed", "errors")} == {0o600}


@pytest.mark.parametrize("kind", ["sqlite"])
def test_an_empty_file(sender: Sender) -> None:
    sender.write()
    done = sender.run()
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{FILE}: 0 triggered, ")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_bar_in_a_terminal(sender: Sender) -> None:
    sender.write(*map(line, range(LINES)))
    terminal, inside = pty.openpty()
    termios.tcsetwinsize(inside, (24, 120))
    with sender.running(stderr=inside) as process:
        os.close(inside)
        output = b""
        try:
            while data := os.read(terminal, 4096):
                output += data
        except OSError:  # EIO: the process has closed the terminal
            pass
        assert process.wait() == 0
    os.close(terminal)
    assert f"/{LINES} [" in output.decode()
    assert "lines/s]" in output.decode()
