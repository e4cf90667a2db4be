"""Dependencies point one way: web -> application -> domain, adapters -> application.ports and domain."""

import ast
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]

DATABASE = frozenset({"alembic", "asyncpg", "sqlalchemy", "sqlite3"})
WEB = frozenset({"graphql", "httptools", "starlette", "strawberry", "uvicorn", "websockets"})
PURE = frozenset({"uuid_utils"})
OUTSIDE = DATABASE | {"asyncio", "os", "pathlib", "socket", "subprocess", "threading", "urllib"}
ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.getenv", "os.getenvb", "pydantic_settings"})


@dataclass(frozen=True)
class Layer:
    """What a package of ``app`` may import: parts of ``app``, and libraries (``only`` does not limit Python's own)."""

    parts: tuple[str, ...]
    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()


LAYERS = {
    "app.domain": Layer(("app.domain",), only=PURE, never=OUTSIDE),
    "app.application": Layer(("app.application", "app.domain"), only=PURE | {"msgspec", "orjson"}, never=DATABASE),
    "app.adapters": Layer(("app.adapters", "app.application.pages", "app.application.ports", "app.domain"), never=WEB),
    "app.compiled": Layer(("app.compiled",), only=frozenset({"graphql"})),
    "app.web": Layer(("app.application", "app.compiled", "app.domain", "app.web"), never=DATABASE),
    "app.commands": Layer(
        (
            "app.adapters.storage.migrate",
            "app.application",
            "app.bootstrap",
            "app.commands",
            "app.config",
            "app.credentials",
            "app.domain",
            "app.web",
        ),
        never=DATABASE,
    ),
    "app.samples": Layer(("app.samples",), only=frozenset()),
}
KNOWS_BOTH_SIDES = "app.bootstrap"
READS_ENVIRONMENT = "app.config"


def imported_names(module: str, tree: ast.Module) -> Iterator[str]:
    """Every dotted name the module imports, at any depth; ``from a import b`` counts as ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")[: -node.level] if node.level else []
            source = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def used_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def within(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def is_forbidden(name: str, layer: Layer) -> bool:
    library = name.partition(".")[0]
    if library == "app":
        return not within(name, layer.parts)
    if library in layer.never:
        return True
    return layer.only is not None and library not in layer.only | sys.stdlib_module_names


def violations(module: str, source: str) -> list[str]:
    """One line for each rule that the module breaks."""
    tree = ast.parse(source)
    names = sorted(set(imported_names(module, tree)))
    layer = next((layer for package, layer in LAYERS.items() if within(module, [package])), None)
    found = [f"{module} imports {name}" for name in names if layer and is_forbidden(name, layer)]
    if layer is None and module != KNOWS_BOTH_SIDES:
        sides = {side for side in ("app.adapters", "app.web") for name in names if within(name, [side])}
        found += [f"{module} knows both {' and '.join(sorted(sides))}"] if len(sides) > 1 else []
    if module != READS_ENVIRONMENT:
        settings = sorted({name for name in (*names, *used_names(tree)) if within(name, ENVIRONMENT)})
        found += [f"{module} reads {name}" for name in settings]
    return found


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {module_name(path): path for path in sorted((ROOT / "app").rglob("*.py"))}


@pytest.mark.parametrize("module", SOURCES)
def test_imports_point_one_way(module: str) -> None:
    assert violations(module, SOURCES[module].read_text("utf-8")) == []


def test_imported_libraries_are_declared() -> None:
    """A library that only another one brings along may vanish with that one's next release."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    trees = {module: ast.parse(path.read_text("utf-8")) for module, path in SOURCES.items()}
    used = {name.partition(".")[0] for module, tree in trees.items() for name in imported_names(module, tree)}
    origins = packages_distributions()
    libraries = used - sys.stdlib_module_names - {"app"}
    assert {name for name in libraries if not declared & {canonicalize_name(d) for d in origins.get(name, [])}} == set()


def test_every_package_has_a_layer() -> None:
    packages = {f"app.{module.split('.')[1]}" for module, path in SOURCES.items() if path.parents[1] != ROOT}
    assert packages <= LAYERS.keys()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("app.domain.events", "import orjson"),
        ("app.domain.events", "from asyncio import Queue"),
        ("app.application.writer", "import sqlite3"),
        ("app.domain.events", "from app.application.ports.engine import Engine"),
        ("app.domain.events", "from ..application import ports"),
        ("app.application.writer", "from app.adapters.storage import tables"),
        ("app.application.writer", "from app import bootstrap"),
        ("app.application.writer", "def late():\n    import sqlalchemy"),
        ("app.adapters.tokens", "from app.application.writer import Writer"),
        ("app.adapters.tokens", "from app.web import asgi"),
        ("app.adapters.tokens", "from starlette.requests import Request"),
        ("app.adapters.tokens", "import os\nsecret = os.environ['SECRET']"),
        ("app.compiled.plan", "from app.domain.events import WaitingEvent"),
        ("app.compiled.plan", "import strawberry"),
        ("app.web.asgi", "import app.adapters.tokens"),
        ("app.web.asgi", "from sqlalchemy import select"),
        ("app.web.asgi", "from app.config import Settings"),
        ("app.cli", "from app.web import asgi\nfrom app.adapters import tokens"),
        ("app.cli", "from os import getenv"),
        ("app.supervisor", "from pydantic_settings import BaseSettings"),
    ],
)
def test_breaking_a_rule_is_noticed(module: str, source: str) -> None:
    assert len(violations(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("app.domain.ids", "from uuid_utils import uuid7"),
        ("app.application.writer", "from app.domain.events import WaitingEvent"),
        ("app.adapters.tokens", "import jwt\nfrom app.application import ports"),
        ("app.web.asgi", "from starlette.requests import Request\nfrom app.application.writer import Writer"),
        ("app.bootstrap", "from app.web import asgi\nfrom app.adapters import tokens"),
        ("app.config", "from pydantic_settings import BaseSettings"),
        ("app.cli", "from app.bootstrap import build\nimport os\nprint(os.path)"),
    ],
)
def test_keeping_the_rules_is_allowed(module: str, source: str) -> None:
    assert violations(module, source) == []


def test_graphql_folder_is_no_package() -> None:
    """A module in ``graphql/`` would be imported instead of graphql-core."""
    documents = ROOT / "graphql"
    modules = [path for path in documents.rglob("*.py") if "node_modules" not in path.parts]
    assert modules == []
