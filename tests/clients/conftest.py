"""Typed clients, generated from the exported schema and the documents of ``graphql/``."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpmn_events.domain.principal import Permission
from tests.api.tokens import token
from tests.clients.tools import BUILD, PYTHON, ROOT, succeeds
from tests.support.server import ServerProcess, running
from tests.support.shell import needs_program


@pytest.fixture(scope="session")
def tools() -> None:
    """Installed, if they are not yet."""
    for program in ("make", "node", "npm"):
        needs_program(program)
    succeeds(["make", "--silent", "clients", f"PYTHON={sys.executable}"])


@pytest.fixture(scope="session")
def typescript_client(tools: None) -> Path:
    """The folder of the generated modules."""
    succeeds(["npm", "run", "--silent", "generate"])
    return BUILD / "typescript"


@pytest.fixture(scope="session")
def typescript_driver(typescript_client: Path) -> list[str | Path]:
    """The command that drives a server, compiled with every check on."""
    succeeds(["npm", "run", "--silent", "compile"])
    return ["node", BUILD / "javascript" / "tests" / "clients" / "typescript" / "drive.js"]


@pytest.fixture(scope="session")
def python_client(tools: None) -> Path:
    """The folder of the generated package."""
    package = BUILD / "python"
    package.mkdir(parents=True, exist_ok=True)
    succeeds([PYTHON / "ariadne-codegen", "--config", "graphql/ariadne-codegen.toml"])
    return package


@pytest.fixture(scope="session")
def python_driver(python_client: Path) -> list[str | Path]:
    """The command that drives a server, type-checked together with the client."""
    succeeds([PYTHON / "mypy", "--config-file", "tests/clients/python/mypy.ini"])
    return ["env", f"PYTHONPATH={python_client}", PYTHON / "python", "tests/clients/python/drive.py"]


@pytest.fixture
def driving(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the drivers want to know of a running server."""
    with running(ServerProcess(tmp_path)) as server:
        yield _known_of(server)


@pytest.fixture
def driving_by_id(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The same of one that executes nothing but trusted documents, whose ids are to be sent."""
    with running(ServerProcess(tmp_path, settings={"GRAPHQL_ONLY_TRUSTED": "true"})) as server:
        yield {**_known_of(server), "DRIVE_BY_ID": "yes"}


def _known_of(server: ServerProcess) -> dict[str, str]:
    return {
        "DRIVE_URL": f"{server.address}/graphql",
        "DRIVE_TOKEN": token(subject="ada"),
        "DRIVE_READER_TOKEN": token([Permission.EVENTS_READ]),
        "DRIVE_BPMN": (ROOT / "tests" / "clients" / "brittle.bpmn").read_text("utf-8"),
    }
