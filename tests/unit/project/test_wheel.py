"""The wheel contains the package ``bpmn_events`` with its data files, and nothing else."""

import configparser
import csv
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.support.distributions import build_wheel

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "app"
DOCUMENTS = "bpmn_events/client_documents"


def source_files(folder: Path) -> set[Path]:
    """Return the files in the folder and its subfolders, without compiled modules."""
    return {path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__"}


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def documents() -> set[Path]:
    """Return the schema and the documents for clients."""
    folders = source_files(ROOT / "graphql" / "operations") | source_files(ROOT / "graphql" / "fragments")
    generated = {ROOT / "graphql" / f"{name}-documents.json" for name in ("trusted", "earlier")}
    return {ROOT / "schema.graphql", *generated, *folders}


def test_bpmn_events_is_the_only_package(contents: set[str]) -> None:
    top = {name.partition("/")[0] for name in contents}
    assert {name for name in top if not name.endswith(".dist-info")} == {"bpmn_events"}


def test_record_lists_the_package_and_its_metadata_only(wheel: Path, contents: set[str]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (record,) = (name for name in contents if name.endswith(".dist-info/RECORD"))
        recorded = {row[0] for row in csv.reader(archive.read(record).decode().splitlines())}
    assert recorded == contents
    assert {name.partition("/")[0] for name in recorded} == {"bpmn_events", record.partition("/")[0]}


def test_wheel_contains_every_file_of_the_package(contents: set[str], documents: set[Path]) -> None:
    sources = {path.relative_to(SOURCE).as_posix() for path in source_files(SOURCE / "bpmn_events")}
    added = {f"{DOCUMENTS}/{path.relative_to(ROOT).as_posix()}" for path in documents}
    assert {name for name in contents if name.startswith("bpmn_events/")} == sources | added


def test_client_documents_equal_those_of_the_source_tree(wheel: Path, documents: set[Path]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for path in documents:
            assert archive.read(f"{DOCUMENTS}/{path.relative_to(ROOT).as_posix()}") == path.read_bytes()


def test_package_finds_its_data_files(wheel: Path, tmp_path: Path) -> None:
    """The package needs no files of the source tree, only the wheel and the libraries."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = (
        "from bpmn_events.client_documents import folder\n"
        "from bpmn_events.web.gql.execution.trusted import published_documents\n"
        "print(folder(), len(published_documents()))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    folder, count = printed.stdout.split()
    assert Path(folder) == tmp_path / DOCUMENTS
    assert int(count) > 0


def test_console_command_is_declared(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        parser = configparser.ConfigParser()
        parser.read_string(archive.read(entry_points).decode())
    assert dict(parser["console_scripts"]) == {"bpmn-events": "bpmn_events.cli.main:main"}


def test_source_distribution_has_the_sources_and_build_files(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    sources = source_files(SOURCE / "bpmn_events") | source_files(ROOT / "graphql")
    files = ("CHANGELOG.md", "LICENSE", "README.md", "hatch_build.py", "pyproject.toml", "schema.graphql")
    expected = {path.relative_to(ROOT).as_posix() for path in sources} | set(files)
    assert names == expected | {".gitignore", "PKG-INFO"}  # added by the build backend


def test_source_distribution_makes_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    """A wheel that is built from the source distribution equals the released wheel byte by byte."""
    assert build_wheel(sdist, tmp_path).read_bytes() == wheel.read_bytes()


def test_editable_install_adds_one_line_to_the_path(tmp_path: Path) -> None:
    """An editable install has no copies of files, because they would become outdated."""
    program = "import sys; from hatchling.build import build_editable; print(build_editable(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (built,) = tmp_path.iterdir()
    with zipfile.ZipFile(built) as archive:
        files = [name for name in archive.namelist() if ".dist-info/" not in name]
        assert files == ["_bpmn_events.pth"]
        assert archive.read(files[0]).decode() == str(SOURCE)


def test_the_path_of_an_editable_install_has_one_package() -> None:
    """Another importable module in ``app/`` would hide a distribution of the same name."""
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert packages | {path.name for path in SOURCE.glob("*.py")} == {"bpmn_events"}
