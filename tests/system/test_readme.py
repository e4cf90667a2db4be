"""The commands in README.md and three pages of docs/ work with the server that `make run` starts."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pages import load_masked, read_commands, replace_addresses
from tests.support.programs import require_program
from tests.support.server import ServerProcess

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
REST = ROOT / "docs" / "rest.md"
BULK = ROOT / "docs" / "bulk.md"
OPERATIONS = ROOT / "docs" / "operations.md"
# The first starts the server, which already runs, and the second runs these tests.
SET_UP = ("make run\n", "make test\n")


@pytest.fixture
def folder(demo: ServerProcess) -> Path:
    """Return the server's folder, with the files of a clone and of `make run` that the commands use."""
    (demo.folder / ".venv").symlink_to(sys.prefix)
    (demo.folder / "app").symlink_to(ROOT / "app")
    return demo.folder


@pytest.mark.parametrize("page", [README, REST, BULK, OPERATIONS], ids=lambda page: page.name)
def test_commands_print_the_documented_responses(demo: ServerProcess, folder: Path, page: Path) -> None:
    require_program("curl")
    commands = [(command, response) for command, response in read_commands(page) if command not in SET_UP]
    assert any(response is not None for _, response in commands)
    exports = ""
    for command, response in commands:
        script = exports + replace_addresses(command, {"http://127.0.0.1:8000": demo.address})
        done = subprocess.run(
            ["bash", "-euc", script], cwd=folder, env=demo.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        if command.startswith("export "):
            exports += command
        if response is not None:
            assert load_masked(done.stdout) == load_masked(response)


def test_readme_shows_the_commands_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    commands = [command for command, _ in read_commands(README)]
    for command in SET_UP:
        assert command in commands
        assert f"\n{command.split()[1]}: " in makefile
