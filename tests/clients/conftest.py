"""Typed clients, generated from the exported schema and the documents in ``graphql/``."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpmn_events.domain.principal import Permission
from tests.api.tokens import token
from tests.clients.commands import BUILD, PYTHON, ROOT, run_successfully
from tests.clients.compiled_recipes import compile_recipes
from tests.support.programs import major_version, not_installed, require_program
from tests.support.server import ServerProcess, running

OLDEST_NODE = 20


@pytest.fixture(scope="session")
def node_packages() -> None:
    """Install the packages of npm, unless they are already installed."""
    for program in ("make", "npm"):
        require_program(program)
    run_successfully(["make", "--silent", "node_modules/.locked"])


@pytest.fixture(scope="session")
def client_tools() -> None:
    """Install the generators and their checkers, unless they are already installed."""
    for program in ("make", "npm"):
        require_program(program)
    if major_version(require_program("node")) < OLDEST_NODE:
        not_installed(f"Node.js {OLDEST_NODE} or newer")
    run_successfully(["make", "--silent", "clients", f"PYTHON={sys.executable}"])


@pytest.fixture(scope="session")
def typescript_client(client_tools: None) -> Path:
    """Return the folder of the generated modules."""
    run_successfully(["npm", "run", "--silent", "generate"])
    return BUILD / "typescript"


@pytest.fixture(scope="session")
def typescript_driver(typescript_client: Path) -> list[str | Path]:
    """Return the command of the TypeScript driver, compiled with all checks of the compiler."""
    run_successfully(["npm", "run", "--silent", "compile"])
    return ["node", BUILD / "javascript" / "tests" / "clients" / "typescript" / "drive.js"]


@pytest.fixture(scope="session")
def python_client(client_tools: None) -> Path:
    """Return the folder that contains the generated package."""
    package = BUILD / "python"
    package.mkdir(parents=True, exist_ok=True)
    run_successfully([PYTHON / "ariadne-codegen", "--config", "graphql/ariadne-codegen.toml"])
    return package


@pytest.fixture(scope="session")
def python_driver(python_client: Path) -> list[str | Path]:
    """Return the command of the Python driver, type-checked together with the client."""
    run_successfully([PYTHON / "mypy", "--config-file", "tests/clients/python/mypy.ini"])
    return ["env", f"PYTHONPATH={python_client}", PYTHON / "python", "tests/clients/python/drive.py"]


@pytest.fixture(scope="session")
def recipes(client_tools: None) -> Path:
    """Return the folder of the compiled programs that run the recipes."""
    return compile_recipes()


@pytest.fixture
def driver_environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield the environment variables that a driver needs for a running server."""
    with running(ServerProcess(tmp_path)) as server:
        yield _environment_for(server)


@pytest.fixture
def trusted_driver_environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield them for a server that executes trusted documents only. The driver sends the ids of the documents."""
    with running(ServerProcess(tmp_path, settings={"GRAPHQL_ONLY_TRUSTED": "true"})) as server:
        yield {**_environment_for(server), "DRIVE_BY_ID": "yes"}


def _environment_for(server: ServerProcess) -> dict[str, str]:
    return {
        "DRIVE_URL": f"{server.address}/graphql",
        "DRIVE_TOKEN": token(subject="ada"),
        "DRIVE_READER_TOKEN": token([Permission.EVENTS_READ]),
        "DRIVE_BPMN": (ROOT / "tests" / "clients" / "brittle.bpmn").read_text("utf-8"),
    }
