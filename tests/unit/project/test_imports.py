"""Imports follow the layers: ``web`` to ``application`` to ``domain``, and adapters to ports."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.sources import ROOT, SOURCE, SOURCES, imported_names

DATABASE = frozenset({"alembic", "asyncpg", "sqlalchemy", "sqlite3"})
WEB = frozenset({"graphql", "httptools", "starlette", "strawberry", "uvicorn", "websockets"})
PURE = frozenset({"uuid_utils"})
JSON = frozenset({"msgspec", "orjson"})
OUTSIDE = DATABASE | {"asyncio", "os", "pathlib", "socket", "subprocess", "threading", "urllib"}
ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.getenv", "os.getenvb", "pydantic_settings"})


@dataclass(frozen=True)
class Layer:
    """The imports that a layer may have.

    Attributes:
        parts: the allowed modules and packages of ``bpmn_events``.
        only: the allowed libraries besides the standard library, or None for all.
        never: the forbidden libraries, including those of the standard library.
    """

    parts: tuple[str, ...]
    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()


def parts(*names: str) -> tuple[str, ...]:
    return tuple(f"bpmn_events.{name}" for name in names)


EMBEDDED = "adapters.hosts.embedded"
MODEL = ("expressions", "model")
SMALL_ADAPTERS = ("auth", "json_schema", "logs", "workers")
# A module belongs to the first of these packages that contains it.
LAYERS = {
    f"bpmn_events.{name}": layer
    for name, layer in {
        "domain": Layer(parts("domain"), only=PURE, never=OUTSIDE),
        "application.commands": Layer(parts("application.commands", "domain"), only=JSON, never=OUTSIDE),
        "application.ports": Layer(parts("application.commands", "application.ports", "domain"), only=frozenset()),
        "application": Layer(parts("application", "domain"), only=PURE | JSON, never=DATABASE),
        # Parsing and runtime both import the model, and neither imports the other.
        f"{EMBEDDED}.expressions": Layer(parts(f"{EMBEDDED}.expressions"), never=WEB | DATABASE),
        f"{EMBEDDED}.model": Layer(parts(*(f"{EMBEDDED}.{name}" for name in MODEL), "domain"), never=WEB | DATABASE),
        f"{EMBEDDED}.parsing": Layer(
            parts(
                *(f"{EMBEDDED}.{name}" for name in (*MODEL, "parsing")),
                "application.ports.payload_schemas",
                "domain",
            ),
            never=WEB | DATABASE,
        ),
        f"{EMBEDDED}.runtime": Layer(
            parts(
                *(f"{EMBEDDED}.{name}" for name in (*MODEL, "runtime", "engine_port", "steps")),
                "application.ports.payload_schemas",
                "domain",
            ),
            never=WEB | DATABASE,
        ),
        # Process hosts execute commands through the write path that they share.
        "adapters.hosts": Layer(
            parts(
                "adapters.hosts",
                "application.commands",
                "application.hooks.expressions",
                "application.ports",
                "application.writing",
                "domain",
            ),
            never=WEB | DATABASE,
        ),
        "adapters.storage": Layer(parts("adapters.storage", "application.ports", "domain"), never=WEB),
        "adapters": Layer(
            parts(
                *(f"adapters.{name}" for name in ("auth", "json_schema", "logs", "tracing", "workers")),
                "application.ports",
                "domain",
            ),
            never=WEB,
        ),
        "compiler": Layer(parts("compiler"), only=frozenset({"graphql"})),
        "web": Layer(parts("application", "client_documents", "compiler", "domain", "web"), never=DATABASE),
        "cli": Layer(
            parts(
                "application",
                "bootstrap",
                "cli",
                "config",
                "credentials",
                "database",
                "domain",
                "failures",
                "listening",
                "server_process",
                "settings",
                "web",
                "worker",
            ),
            never=DATABASE,
        ),
        "settings": Layer(
            parts("adapters", "addresses", "application.hooks", "application.ports", "domain", "settings"), never=WEB
        ),
        "samples": Layer(parts("samples"), only=frozenset()),
        "client_documents": Layer(parts("client_documents"), only=frozenset()),
    }.items()
}
IMPORTS_BOTH_SIDES = "bpmn_events.bootstrap"
READ_ENVIRONMENT = ("bpmn_events.config", "bpmn_events.settings")


def attribute_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def is_within(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def is_forbidden(name: str, layer: Layer) -> bool:
    library = name.partition(".")[0]
    if library == "bpmn_events":
        return not is_within(name, layer.parts)
    if library in layer.never:
        return True
    return layer.only is not None and library not in layer.only | sys.stdlib_module_names


def violations(module: str, source: str) -> list[str]:
    """Return one line for each rule that the module breaks."""
    tree = ast.parse(source)
    names = sorted(set(imported_names(module, tree)))
    layer = next((layer for package, layer in LAYERS.items() if is_within(module, [package])), None)
    lines = [f"{module} imports {name}" for name in names if layer and is_forbidden(name, layer)]
    if layer is None and module != IMPORTS_BOTH_SIDES:
        sides = {
            side for side in ("bpmn_events.adapters", "bpmn_events.web") for name in names if is_within(name, [side])
        }
        lines += [f"{module} imports both {' and '.join(sorted(sides))}"] if len(sides) > 1 else []
    if not is_within(module, READ_ENVIRONMENT):
        settings = sorted({name for name in (*names, *attribute_names(tree)) if is_within(name, ENVIRONMENT)})
        lines += [f"{module} reads {name}" for name in settings]
    return lines


@pytest.mark.parametrize("module", SOURCES)
def test_imports_follow_the_layers(module: str) -> None:
    assert violations(module, SOURCES[module].read_text("utf-8")) == []


def test_the_command_line_starts_without_heavy_libraries() -> None:
    """``bpmn-events --help`` takes a third of a second, and would take one and a half with these libraries."""
    program = "import sys, bpmn_events.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    heavy = {
        "alembic",
        "cryptography",
        "graphql",
        "lxml",
        "sqlalchemy.ext.asyncio",
        "starlette",
        "strawberry",
        "uvicorn",
    }
    assert heavy & set(done.stdout.split()) == set()


def test_imported_libraries_are_declared() -> None:
    """The next release of a library may drop a dependency that the product imports without declaring it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["postgres"], *extras["otel"]]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    trees = {module: ast.parse(path.read_text("utf-8")) for module, path in SOURCES.items()}
    used = {name.partition(".")[0] for module, tree in trees.items() for name in imported_names(module, tree)}
    origins = packages_distributions()
    libraries = used - sys.stdlib_module_names - {"bpmn_events"}
    assert {name for name in libraries if not declared & {canonicalize_name(d) for d in origins.get(name, [])}} == set()


def test_every_package_has_a_layer() -> None:
    inside = [module for module, path in SOURCES.items() if path.parents[1] != SOURCE and path.name != "__init__.py"]
    assert [module for module in inside if not is_within(module, LAYERS)] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("bpmn_events.domain.events", "import orjson"),
        ("bpmn_events.domain.events", "from asyncio import Queue"),
        ("bpmn_events.application.writing.writer", "import sqlite3"),
        ("bpmn_events.domain.events", "from bpmn_events.application.ports.tokens import Tokens"),
        ("bpmn_events.domain.events", "from ..application import ports"),
        ("bpmn_events.application.writing.writer", "from bpmn_events.adapters.storage import tables"),
        ("bpmn_events.application.writing.writer", "from app import bootstrap"),
        ("bpmn_events.application.writing.writer", "def late():\n    import sqlalchemy"),
        ("bpmn_events.adapters.auth.tokens", "from bpmn_events.application.writing.writer import Writer"),
        ("bpmn_events.adapters.auth.tokens", "from bpmn_events.web import asgi"),
        ("bpmn_events.adapters.auth.tokens", "from starlette.requests import Request"),
        ("bpmn_events.adapters.auth.tokens", "import os\nsecret = os.environ['SECRET']"),
        ("bpmn_events.compiler.plan", "from bpmn_events.domain.events import WaitingEvent"),
        ("bpmn_events.compiler.plan", "import strawberry"),
        ("bpmn_events.web.asgi", "import bpmn_events.adapters.auth.tokens"),
        ("bpmn_events.web.asgi", "from sqlalchemy import select"),
        ("bpmn_events.web.asgi", "from bpmn_events.config import Settings"),
        ("bpmn_events.samples", "from bpmn_events.domain.ids import is_valid_id"),
        ("bpmn_events.client_documents", "from bpmn_events.config import Settings"),
        ("bpmn_events.cli.main", "from bpmn_events.adapters.auth import tokens"),
        ("bpmn_events.cli.main", "from sqlalchemy.exc import DBAPIError"),
        ("bpmn_events.cli.main", "from os import getenv"),
        ("bpmn_events.credentials", "from pydantic_settings import BaseSettings"),
    ],
)
def test_a_broken_rule_is_reported(module: str, source: str) -> None:
    assert len(violations(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("bpmn_events.domain.ids", "from uuid_utils import uuid7"),
        ("bpmn_events.application.writing.writer", "from bpmn_events.domain.events import WaitingEvent"),
        ("bpmn_events.adapters.auth.tokens", "import jwt\nfrom bpmn_events.application import ports"),
        (
            "bpmn_events.web.asgi",
            "from starlette.requests import Request\nfrom bpmn_events.application.writing.writer import Writer",
        ),
        ("bpmn_events.bootstrap", "from bpmn_events.web import asgi\nfrom bpmn_events.adapters import tokens"),
        ("bpmn_events.config", "from pydantic_settings import BaseSettings"),
        ("bpmn_events.cli.main", "from bpmn_events.bootstrap import build\nimport os\nprint(os.path)"),
    ],
)
def test_allowed_imports(module: str, source: str) -> None:
    assert violations(module, source) == []


def test_graphql_folder_is_no_package() -> None:
    """A module in ``graphql/`` would be imported instead of graphql-core."""
    documents = ROOT / "graphql"
    modules = [path for path in documents.rglob("*.py") if "node_modules" not in path.parts]
    assert modules == []


DIALECT_PACKAGES = tuple(
    f"bpmn_events.adapters.storage.{name}" for name in ("connections", "schema", "sql", "transactions")
)
STORAGE = [module for module in SOURCES if is_within(module, ["bpmn_events.adapters.storage"])]


@pytest.mark.parametrize("module", [module for module in STORAGE if not is_within(module, DIALECT_PACKAGES)])
def test_other_storage_modules_depend_on_no_dialect(module: str) -> None:
    tree = ast.parse(SOURCES[module].read_text("utf-8"))
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert words & {"sqlite", "postgresql"} == set()
    assert [name for name in imported_names(module, tree) if is_within(name, ["sqlalchemy.dialects"])] == []
