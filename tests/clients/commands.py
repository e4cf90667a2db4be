"""The generators of clients and the checkers of their output, installed by ``make clients``."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "clients"
PYTHON = ROOT / ".venv-clients" / "bin"


def run_successfully(command: Sequence[str | Path], **environment: str) -> str:
    """Run a command in the root of the repository, and return its output. It must exit with 0."""
    done = run(command, environment)
    assert done.returncode == 0, done.stdout
    return done.stdout


def run_failing(command: Sequence[str | Path], **environment: str) -> str:
    """Run a command in the root of the repository, and return its output. It must not exit with 0."""
    done = run(command, environment)
    assert done.returncode != 0, done.stdout
    return done.stdout


def run(command: Sequence[str | Path], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    # The options of a make process that runs the tests must not change the make that a test runs.
    outside = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**outside, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
