"""What is installed: the package ``bpmn_events`` with its data files, and nothing beside it."""

import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "app"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the installed backend: nothing is downloaded."""
    target = tmp_path_factory.mktemp("wheel")
    command = ["wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(target)]
    subprocess.run([sys.executable, "-m", "pip", *command, str(ROOT)], check=True)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_bpmn_events_is_the_only_package(contents: set[str]) -> None:
    top = {name.partition("/")[0] for name in contents}
    assert {name for name in top if not name.endswith(".dist-info")} == {"bpmn_events"}


def test_every_file_of_the_package_is_there(contents: set[str]) -> None:
    files = {
        path for path in (SOURCE / "bpmn_events").rglob("*") if path.is_file() and path.parent.name != "__pycache__"
    }
    expected = {path.relative_to(SOURCE).as_posix() for path in files}
    assert {name for name in contents if name.startswith("bpmn_events/")} == expected


def test_its_data_files_are_found(wheel: Path, tmp_path: Path) -> None:
    """As installed: from nothing but the wheel and the libraries."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = (
        "from bpmn_events.web.gql.execution import trusted; print(trusted.__file__, len(trusted.published_documents()))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    place, count = printed.stdout.split()
    assert Path(place).is_relative_to(tmp_path)
    assert int(count) > 0


def test_console_command_is_declared(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        parser = configparser.ConfigParser()
        parser.read_string(archive.read(entry_points).decode())
    assert dict(parser["console_scripts"]) == {"bpmn-events": "bpmn_events.cli.main:main"}
