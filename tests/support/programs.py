"""Programs that some tests need on the machine."""

import os
import shutil

import pytest


def require_program(name: str) -> str:
    """Return the path of a program. If it is not installed, skip the test, or fail it in CI."""
    path = shutil.which(name)
    if path is None:
        reason = f"{name} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
