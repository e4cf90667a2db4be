"""The product as it is installed without a source tree: its wheel, in an environment with other distributions too."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from bpmn_events.config import PREFIX
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS

ROOT = Path(__file__).parents[2]
SCHEMA = (ROOT / "schema.graphql").read_text("utf-8")
MARKER = "the other one"


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and an empty folder to run its programs in."""

    prefix: Path
    folder: Path

    @property
    def python(self) -> Path:
        return self.prefix / "bin" / "python"

    @property
    def command(self) -> Path:
        return self.prefix / "bin" / "bpmn-events"

    def run(self, *command: str | Path) -> str:
        """Run it without any setting; what it prints."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PYTHON"))}
        done = subprocess.run(command, cwd=self.folder, env=outside, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def value(self, program: str) -> str:
        """What the expression of a little Python program is."""
        return self.run(self.python, "-c", program).strip()


def other_distribution(folder: Path) -> Path:
    """The wheel of somebody's application, with a package of the popular name ``app``."""
    files = {
        "app/__init__.py": f"MARKER = {MARKER!r}\n",
        "other_app-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: other-app\nVersion: 1.0\n",
        "other_app-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "other_app-1.0.dist-info/RECORD"
    files[record] = "".join(f"{name},,\n" for name in [*files, record])
    with zipfile.ZipFile(folder / "other_app-1.0-py3-none-any.whl", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return Path(archive.filename or "")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel, the other distribution, and the libraries of this one.

    A line in a ``.pth`` file lends the libraries. Python does not read the ``.pth`` files of a folder that such a line
    names, so the editable install of this source tree is not lent with them.
    """
    environment = Environment(tmp_path_factory.mktemp("installed"), tmp_path_factory.mktemp("elsewhere"))
    venv.create(environment.prefix, symlinks=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(environment.python),
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
    ]
    environment.run(*pip, wheel, other_distribution(tmp_path_factory.mktemp("other")))
    packages = Path(environment.value("import sysconfig; print(sysconfig.get_path('purelib'))"))
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "libraries.pth").write_text("".join(f"{folder}\n" for folder in sorted(folders)))
    return environment


def test_it_is_not_the_source_tree_that_runs(installed: Environment) -> None:
    place = installed.value("import bpmn_events; print(bpmn_events.__file__)")
    assert Path(place).is_relative_to(installed.prefix)


def test_the_package_of_another_distribution_is_still_its_own(installed: Environment) -> None:
    assert installed.value("import bpmn_events.bootstrap, app; print(app.MARKER)") == MARKER
    assert Path(installed.value("import app; print(app.__file__)")).is_relative_to(installed.prefix)


def test_schema(installed: Environment) -> None:
    assert installed.run(installed.command, "schema") == SCHEMA
    assert installed.run(installed.python, "-m", "bpmn_events", "schema") == SCHEMA


def test_module_is_the_command(installed: Environment) -> None:
    said = f"bpmn-events {version('bpmn-events')}\n"
    assert installed.run(installed.python, "-m", "bpmn_events", "--version") == said
    assert installed.run(installed.command, "--version") == said
    assert installed.run(installed.python, "-m", "bpmn_events", "--help") == installed.run(installed.command, "--help")


def test_documents_for_clients(installed: Environment) -> None:
    folder = Path(installed.value("from bpmn_events.client_documents import folder; print(folder())"))
    assert folder.is_relative_to(installed.prefix)
    assert (folder / "schema.graphql").read_text("utf-8") == SCHEMA
    operations = {path.name for path in (ROOT / "graphql" / "operations").iterdir()}
    assert {path.name for path in (folder / "graphql" / "operations").iterdir()} == operations


def test_migrate(installed: Environment) -> None:
    assert installed.run(installed.command, "migrate") == "The database has the current tables.\n"
    assert (installed.folder / "data" / "bpmn-events.db").exists()


async def test_serve(installed: Environment, tmp_path: Path) -> None:
    """With the sample processes, which are data files too."""
    command = [str(installed.command), "serve", "--demo"]
    with running(ServerProcess(tmp_path, command=command)) as server:
        async with Client.of(server.address) as client:
            assert (await client.http.get("/readyz")).json()["status"] == "ok"
            assert {event["correlation"]["id"] for event in await client.waiting()} >= {"order-1001", "hiring-2041"}
            await client.begin(TWO_STEPS, "two-steps", "c-1")
        assert server.stop() == 0
