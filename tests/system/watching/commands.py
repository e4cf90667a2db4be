"""The command ``events --watch``, run as a user runs it: with a pipe or a terminal behind its output."""

import json
import os
import pty
import queue
import re
import signal
import subprocess
import termios
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.polling import block_until
from tests.support.server import PROGRAM, ServerProcess

_PATIENCE_SECONDS = 120


def _command(arguments: Sequence[str]) -> list[str]:
    return [str(PROGRAM), "events", "--watch", *arguments]


class PipedWatch:
    """The command with its output in a pipe, which is read line by line."""

    def __init__(self, process: subprocess.Popen[str], stderr: Path) -> None:
        self.process = process
        self._stderr = stderr
        self._lines: queue.Queue[str] = queue.Queue()

    @property
    def messages(self) -> str:
        """The messages on stderr so far."""
        return self._stderr.read_text("utf-8")

    def read(self) -> None:
        """Read all output from now on."""

        def put_lines() -> None:
            assert self.process.stdout is not None
            for line in self.process.stdout:
                self._lines.put(line)

        threading.Thread(target=put_lines, daemon=True).start()

    def line(self) -> str:
        """Return the next line, without its end."""
        return self._lines.get(timeout=_PATIENCE_SECONDS).removesuffix("\n")

    def change(self) -> dict[str, Any]:
        """Return the JSON object in the next line."""
        document: dict[str, Any] = json.loads(self.line())
        return document

    def until(self, change: str) -> list[dict[str, Any]]:
        """Return the next objects up to one with this change."""
        changes = [self.change()]
        while changes[-1]["change"] != change:
            changes.append(self.change())
        return changes

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal, and return the exit code and the messages on stderr."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        """Wait for the end, and return the exit code and the messages on stderr."""
        return self.process.wait(_PATIENCE_SECONDS), self.messages


@contextmanager
def piped(server: ServerProcess, *arguments: str, is_read: bool = True) -> Iterator[PipedWatch]:
    """Run the command in the environment of a server. At the end, kill it if it still runs."""
    messages = server.folder / "messages"
    with (
        messages.open("w") as stderr,
        subprocess.Popen(
            _command(arguments),
            cwd=server.folder,
            env=server.environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        watch = PipedWatch(process, messages)
        if is_read:
            watch.read()
        try:
            yield watch
        finally:
            if process.poll() is None:
                process.kill()


_SEQUENCE = re.compile(r"\x1b\[(?P<parameters>[?\d;]*)(?P<final>[A-Za-z])|(?P<text>[^\x1b]+)")


class Terminal:
    """The screen of a terminal, as far as the command uses it.

    Attributes:
        lines: What the screen shows.
        is_alternate: Whether the program has taken the screen over.
        clearings: How many times the program has cleared the screen.
    """

    def __init__(self, process: subprocess.Popen[bytes], descriptor: int, size: tuple[int, int]) -> None:
        self.process = process
        self.is_alternate = False
        self.clearings = 0
        self.lines: list[str] = []
        self._descriptor = descriptor
        self.resize(size)
        self._row = self._column = 0
        threading.Thread(target=self._read, daemon=True).start()

    def resize(self, size: tuple[int, int]) -> None:
        """Change the number of columns and lines."""
        columns, lines = size
        self.lines = [""] * lines
        termios.tcsetwinsize(self._descriptor, (lines, columns))

    def press(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def shows(self, *texts: str) -> bool:
        return all(any(text in line for line in self.lines) for text in texts)

    def await_texts(self, *texts: str) -> None:
        """Wait until each of the texts is in a line."""
        block_until(lambda: self.shows(*texts))

    def _read(self) -> None:
        rest = ""
        while True:
            try:
                data = os.read(self._descriptor, 65_536)
            except OSError:  # Linux reports the end of the program so
                return
            rest = self._apply(rest + data.decode(errors="replace"))

    def _apply(self, text: str) -> str:
        """Apply the output, and return an incomplete sequence at its end."""
        end = 0
        for match in _SEQUENCE.finditer(text):
            if match.start() != end:
                break
            end = match.end()
            self._step(match)
        return text[end:]

    def _step(self, match: re.Match[str]) -> None:
        parameters, final, text = match["parameters"], match["final"], match["text"]
        if text is not None:
            self._put(text)
        elif final in "hl" and parameters == "?1049":
            self.is_alternate = final == "h"
        elif final == "J":
            self.clearings += 1
            self.lines = [""] * len(self.lines)
        elif final == "H":
            self._row, self._column = int((parameters or "1").partition(";")[0]) - 1, 0
        elif final == "K" and self._row < len(self.lines):
            self.lines[self._row] = self.lines[self._row][: self._column]

    def _put(self, text: str) -> None:
        if self.is_alternate and self._row < len(self.lines):
            self._column = len(text)
            self.lines[self._row] = text + self.lines[self._row][len(text) :]


@contextmanager
def in_terminal(server: ServerProcess, *arguments: str, size: tuple[int, int] = (200, 24)) -> Iterator[Terminal]:
    """Run the command in a terminal of its own, in the environment of a server; as ``piped``."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", *_command(arguments)],
        cwd=server.folder,
        env=server.environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    try:
        yield Terminal(process, master, size)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(master)
