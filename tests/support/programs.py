"""Programs that some tests need on the machine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest


def not_installed(program: str) -> NoReturn:
    """Skip the test, with the program as the reason. In CI, fail the test: nothing may be skipped there."""
    reason = f"{program} is not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def require_program(*names: str) -> str:
    """Return the path of the first of the programs that is installed. If none is, skip the test, or fail it in CI."""
    path = next(filter(None, map(shutil.which, names)), None)
    return path or not_installed(names[0])


def require_installed(name: str) -> str:
    """Return the path of a program that a Python package of the lock file contains; as ``require_program``."""
    return require_program(str(Path(sys.executable).with_name(name)), name)


def major_version(program: str | Path) -> int:
    """Return the first number that the program prints for ``--version``."""
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return int(re.findall(r"\d+", version)[0])
