"""The installed wheel works without the source tree, beside other distributions in the same environment."""

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

from bpmn_events.settings.prefix import PREFIX
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS

ROOT = Path(__file__).parents[2]
SCHEMA = (ROOT / "schema.graphql").read_text("utf-8")
MARKER = "another distribution"


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and an empty working folder for its programs."""

    prefix: Path
    folder: Path

    @property
    def python(self) -> Path:
        return self.prefix / "bin" / "python"

    @property
    def command(self) -> Path:
        return self.prefix / "bin" / "bpmn-events"

    def run(self, *command: str | Path) -> str:
        """Run a command without settings of the product, and return its output. It must exit with 0."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PYTHON"))}
        done = subprocess.run(command, cwd=self.folder, env=outside, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run_python(self, program: str) -> str:
        """Run a Python program, and return its output without surrounding whitespace."""
        return self.run(self.python, "-c", program).strip()


def build_other_distribution(folder: Path) -> Path:
    """Build a wheel of another application, which has the common package name ``app``, and return its path."""
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
    """Return an environment with the wheel, the other distribution, and the libraries of the running interpreter.

    A ``.pth`` file adds the folders of these libraries. Python ignores the ``.pth`` files in folders that are added in
    this way, so the editable install of this source tree is not added.
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
    environment.run(*pip, wheel, build_other_distribution(tmp_path_factory.mktemp("other")))
    packages = Path(environment.run_python("import sysconfig; print(sysconfig.get_path('purelib'))"))
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "libraries.pth").write_text("".join(f"{folder}\n" for folder in sorted(folders)))
    return environment


def test_the_package_is_imported_from_the_environment(installed: Environment) -> None:
    file = installed.run_python("import bpmn_events; print(bpmn_events.__file__)")
    assert Path(file).is_relative_to(installed.prefix)


def test_the_wheel_does_not_replace_the_package_of_another_distribution(installed: Environment) -> None:
    assert installed.run_python("import bpmn_events.bootstrap, app; print(app.MARKER)") == MARKER
    assert Path(installed.run_python("import app; print(app.__file__)")).is_relative_to(installed.prefix)


def test_schema_command_prints_the_schema(installed: Environment) -> None:
    assert installed.run(installed.command, "schema") == SCHEMA
    assert installed.run(installed.python, "-m", "bpmn_events", "schema") == SCHEMA


def test_module_and_command_are_equal(installed: Environment) -> None:
    output = f"bpmn-events {version('bpmn-events')}\n"
    assert installed.run(installed.python, "-m", "bpmn_events", "--version") == output
    assert installed.run(installed.command, "--version") == output
    assert installed.run(installed.python, "-m", "bpmn_events", "--help") == installed.run(installed.command, "--help")


def test_client_documents_are_installed(installed: Environment) -> None:
    folder = Path(installed.run_python("from bpmn_events.client_documents import folder; print(folder())"))
    assert folder.is_relative_to(installed.prefix)
    assert (folder / "schema.graphql").read_text("utf-8") == SCHEMA
    operations = {path.name for path in (ROOT / "graphql" / "operations").iterdir()}
    assert {path.name for path in (folder / "graphql" / "operations").iterdir()} == operations


def test_migrate_creates_the_database(installed: Environment) -> None:
    assert installed.run(installed.command, "migrate") == "The database has the current tables.\n"
    assert (installed.folder / "data" / "bpmn-events.db").exists()


async def test_serve_starts_the_demo(installed: Environment, tmp_path: Path) -> None:
    """The demo needs the sample processes, which are data files of the wheel."""
    command = [str(installed.command), "serve", "--demo"]
    with running(ServerProcess(tmp_path, command=command)) as server:
        async with Client.of(server.address) as client:
            assert (await client.http.get("/readyz")).json()["status"] == "ok"
            assert {event["correlation"]["id"] for event in await client.list_events()} >= {"order-1001", "hiring-2041"}
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
        assert server.stop() == 0
