"""Files of the repository are consistent: locks with pyproject.toml, and links with their targets."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DECLARED = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]
# The product uses internal parts of these libraries. A release may move them, so each release must be checked.
CAPPED = frozenset({"graphql-core", "strawberry-graphql", "uvicorn"})
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "graphql" / "README.md"])


@pytest.mark.parametrize("line", sorted(set(DECLARED)))
def test_lock_satisfies_declared_dependency(line: str) -> None:
    """Run ``make lock`` after a change of the dependencies."""
    requirement = Requirement(line)
    pinned = re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, re.MULTILINE)
    versions = [version for name, version in pinned if name == canonicalize_name(requirement.name)]
    assert versions
    assert all(version in requirement.specifier for version in versions)


def test_lower_bounds_are_exact() -> None:
    requirements = {line: Requirement(line) for line in DECLARED}
    operators = {line: sorted(clause.operator for clause in parsed.specifier) for line, parsed in requirements.items()}
    allowed = {line: ["<", ">="] if parsed.name in CAPPED else [">="] for line, parsed in requirements.items()}
    assert {line for line, clauses in operators.items() if clauses != allowed[line]} == set()


def test_capped_libraries_are_declared() -> None:
    assert {Requirement(line).name for line in DECLARED} >= CAPPED


@pytest.mark.parametrize(
    "lock",
    [
        "requirements.lock",
        "deploy/requirements.lock",
        "deploy/build.lock",
        "tests/clients/python/requirements.lock",
    ],
)
def test_lock_names_no_index(lock: str) -> None:
    """The machine chooses the package index; the hashes identify the packages."""
    text = (ROOT / lock).read_text("utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash=)", text, re.MULTILINE)


def test_lock_of_the_client_tools_names_no_registry() -> None:
    """The machine also chooses the npm registry."""
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    dependencies = {name: package for name, package in packages.items() if name}
    assert dependencies
    assert [name for name, package in dependencies.items() if "resolved" in package or "integrity" not in package] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_have_targets(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL))
    files = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:", link)]
    assert [file for file in files if not (page.parent / file).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    decisions = ROOT / "docs" / "decisions"
    index = (decisions / "README.md").read_text("utf-8")
    assert [path.name for path in decisions.glob("[0-9]*.md") if f"({path.name})" not in index] == []


def test_every_recipe_is_in_the_index() -> None:
    recipes = ROOT / "docs" / "recipes"
    index = (recipes / "README.md").read_text("utf-8")
    assert [
        path.name for path in recipes.glob("*.md") if path.name != "README.md" and f"({path.name})" not in index
    ] == []
