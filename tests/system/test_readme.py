"""The commands of README.md, docs/rest.md and docs/operations.md, run one by one against what `make run` starts."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pages import answered_commands, with_address, without_what_changes
from tests.support.server import ServerProcess
from tests.support.shell import needs_program

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
REST = ROOT / "docs" / "rest.md"
OPERATIONS = ROOT / "docs" / "operations.md"
# These start and end by themselves in a test of their own: the server is running, and these are the tests.
SET_UP = ("make run\n", "make test\n")


@pytest.fixture
def folder(demo: ServerProcess) -> Path:
    """The server's folder, with what a clone and `make run` put there."""
    (demo.folder / ".venv").symlink_to(sys.prefix)
    (demo.folder / "app").symlink_to(ROOT / "app")
    return demo.folder


@pytest.mark.parametrize("page", [README, REST, OPERATIONS], ids=lambda page: page.name)
def test_commands_do_what_the_page_says(demo: ServerProcess, folder: Path, page: Path) -> None:
    needs_program("curl")
    commands = [(command, answer) for command, answer in answered_commands(page) if command not in SET_UP]
    assert sum(answer is not None for _, answer in commands) >= 3
    defined = ""
    for command, answer in commands:
        script = defined + with_address(command, {"http://127.0.0.1:8000": demo.address})
        done = subprocess.run(
            ["bash", "-euc", script], cwd=folder, env=demo.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        if command.startswith("export "):
            defined += command
        if answer is not None:
            assert without_what_changes(done.stdout) == without_what_changes(answer)


def test_page_names_the_two_commands_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    shown = [command for command, _ in answered_commands(README)]
    for command in SET_UP:
        assert command in shown
        assert f"\n{command.split()[1]}: " in makefile
