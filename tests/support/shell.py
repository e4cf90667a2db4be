"""Programs of the machine that some tests run."""

import os
import shutil

import pytest


def needs_program(name: str) -> str:
    """Its path. Skips the test where it is not installed, except in CI, where that is a failure."""
    found = shutil.which(name)
    if found is None:
        reason = f"{name} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
