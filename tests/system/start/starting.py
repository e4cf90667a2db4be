"""Starts of server processes that fail: their exit code, what they print and what they leave behind."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bpmn_events.settings.prefix import PREFIX
from tests.support.programs import require_program
from tests.support.server import PROGRAM

_PATIENCE_SECONDS = 120
_OUTPUT = "output"


@dataclass(frozen=True)
class FailedStart:
    """What a user gets to see of a start that failed. ``files`` are the names in the working folder afterwards."""

    code: int
    output: str
    files: list[str]

    @property
    def line(self) -> str:
        """The output, which must be one line of the program itself."""
        assert self.output.count("\n") == 1, self.output
        start, _, reason = self.output.strip().partition(": ")
        assert start == "bpmn-events", self.output
        return reason


def start(
    folder: Path,
    settings: Mapping[str, str],
    *arguments: str,
    command: Sequence[str] = (str(PROGRAM),),
    is_root: bool = True,
) -> FailedStart:
    """Run a command that must fail, in this working folder and with these settings only, and return its outcome.

    Without ``is_root`` it has no more rights than another user, also if root runs the tests.
    """
    if not is_root and os.geteuid() == 0:
        command = [require_program("setpriv"), "--bounding-set=-all", "--inh-caps=-all", "--", *command]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment = {**inherited, **{PREFIX + name: value for name, value in settings.items()}}
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stdout
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return FailedStart(done.returncode, done.stdout, files)
