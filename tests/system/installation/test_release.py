"""The files of `make dist` are reproducible, and the commands of docs/operations.md install a server from them."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pages import read_blocks
from tests.support.programs import require_program
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.installation.conftest import ROOT
from tests.system.models import TWO_STEPS

OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith(("BPMN_EVENTS_", "PYTHON"))}


def documented_commands() -> list[str]:
    """Return the commands that build and install a release."""
    (block,) = [block for block in read_blocks(ROOT / "docs" / "operations.md") if block.note == "install"]
    return block.text.splitlines()


def build(folder: Path) -> dict[str, bytes]:
    """Run the recipe of ``make dist`` with the environment of the tests, and return the files that it builds."""
    program = Path(sys.executable).with_name("hatchling")
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "hatchling").symlink_to(program)
    # The environment counts as installed, and the files are built elsewhere than in the source tree.
    options = [f"BIN={folder}/bin", f"DIST={folder}/dist", f"--assume-old={ROOT}/.venv/.installed"]
    recipe = subprocess.run(
        [require_program("make"), "--dry-run", "--no-print-directory", *options, "dist"],
        cwd=ROOT,
        env=OUTSIDE,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    start = recipe.index(f"rm -rf {folder}/dist")
    subprocess.run(["bash", "-e", "-c", recipe[start:]], cwd=ROOT, env=OUTSIDE, check=True, capture_output=True)
    return {path.name: path.read_bytes() for path in (folder / "dist").iterdir()}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    build(folder)
    return folder / "dist"


def test_release_is_reproducible(release: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "again") == {path.name: path.read_bytes() for path in release.iterdir()}


def test_release_is_complete(release: Path) -> None:
    names = {path.name for path in release.iterdir()}
    assert {name for name in names if not name.startswith("bpmn_events-")} == {
        "SHA256SUMS",
        "requirements.lock",
        "schema.graphql",
    }
    assert sorted(name.partition("-")[2][5:] for name in names if name.startswith("bpmn_events-")) == [
        "-py3-none-any.whl",
        ".tar.gz",
    ]
    sums = (release / "SHA256SUMS").read_text("utf-8").splitlines()
    listed = {name: digest for digest, name in map(str.split, sums)}
    assert listed == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in release.iterdir()
        if path.name != "SHA256SUMS"
    }


def test_lock_has_the_versions_that_are_tested(release: Path) -> None:
    def pins(file: Path) -> set[str]:
        return {line.split()[0] for line in file.read_text("utf-8").splitlines() if "==" in line}

    assert pins(release / "requirements.lock") < pins(ROOT / "requirements.lock")


@pytest.fixture
def installed(release: Path, tmp_path: Path) -> Path:
    """Return the folder of the programs after the documented commands."""
    first, *commands = documented_commands()
    assert first == "make dist"
    (tmp_path / "dist").symlink_to(release)
    target = tmp_path / "installed"
    script = "\n".join(commands).replace("/opt/bpmn-events", str(target)).replace("python3 -m", f"{sys.executable} -m")
    command = ["bash", "-e", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=OUTSIDE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    subprocess.run([target / "bin" / "pip", "check"], check=True, capture_output=True)
    return target / "bin"


async def test_documented_installation_works(installed: Path, tmp_path: Path) -> None:
    """The environment has nothing but the locked packages, with the drivers of the extras."""
    program = "import asyncpg, opentelemetry.sdk; from bpmn_events.cli.main import main; main(['serve', *sys.argv[1:]])"
    command = [str(installed / "python"), "-c", f"import sys; {program}", "--demo"]
    with running(ServerProcess(tmp_path, command=command)) as server:
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
        assert server.stop() == 0
