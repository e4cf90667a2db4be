"""No module of the product imports itself by way of others, and no folder holds more modules than one sees at a glance.

An import inside a function or under ``TYPE_CHECKING`` counts like any other: it hides a circle, it does not cut it.
"""

import ast
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import pytest

from tests.support.sources import ROOT, SOURCES, imported_names

# GraphQL types refer to each other; Strawberry resolves such references when it builds the schema.
MAY_BE_CIRCULAR = "bpmn_events.web.gql.schema.types"
MAX_MODULES = 18
FOLDERS = ("app/bpmn_events", "tests", "benchmarks")

Imports: TypeAlias = Mapping[str, set[str]]


def imported_modules(module: str, source: str, known: frozenset[str], *, is_package: bool = False) -> set[str]:
    """Return what the module imports of the known ones.

    ``from package import name`` is an import of ``package.name`` where that is a module, otherwise of ``package``.
    """
    names = set(imported_names(module, ast.parse(source), is_package=is_package))
    return {name if name in known else name.rpartition(".")[0] for name in names} & known


def read_imports() -> dict[str, set[str]]:
    known = frozenset(SOURCES)
    return {
        module: imported_modules(module, path.read_text("utf-8"), known, is_package=path.name == "__init__.py")
        for module, path in SOURCES.items()
    }


def reachable(imports: Imports, start: str) -> set[str]:
    """Return the modules that a chain of imports leads to; the start itself only if one leads back."""
    found: set[str] = set()
    ahead = list(imports[start])
    while ahead:
        module = ahead.pop()
        if module not in found:
            found.add(module)
            ahead += imports[module]
    return found


def circles(imports: Imports) -> set[tuple[str, ...]]:
    """Return the strongly connected components of more than one module, and modules that import themselves."""
    ways = {module: reachable(imports, module) for module in imports}
    return {
        tuple(sorted(other for other in ways[module] if module in ways[other]))
        for module in imports
        if module in ways[module]
    }


def is_allowed(circle: tuple[str, ...]) -> bool:
    return all(module.startswith(f"{MAY_BE_CIRCULAR}.") for module in circle)


def test_no_module_imports_itself_by_way_of_others() -> None:
    found = [circle for circle in circles(read_imports()) if not is_allowed(circle)]
    assert not found, "\n".join(" <-> ".join(circle) for circle in found)


def rooms(imports: Imports, house: str) -> dict[str, set[str]]:
    """Return which rooms of a house import which others: its packages, each with all that lies in it.

    Modules that lie in the house itself are no rooms; a room and the house around it may know each other.
    """
    packages = {module for module, path in SOURCES.items() if path.name == "__init__.py"}

    def room(module: str) -> str | None:
        first = f"{house}.{module.removeprefix(f'{house}.').partition('.')[0]}"
        return first if module.startswith(f"{house}.") and first in packages else None

    found: dict[str, set[str]] = {}
    for module, imported in imports.items():
        own = room(module)
        if own is not None:
            found.setdefault(own, set()).update(_others(own, map(room, imported)))
    return found


def _others(own: str, found: Iterable[str | None]) -> set[str]:
    return {each for each in found if each is not None and each != own}


@pytest.mark.parametrize("house", [name for name, path in SOURCES.items() if path.name == "__init__.py"])
def test_no_two_rooms_of_a_house_know_each_other(house: str) -> None:
    found = rooms(read_imports(), house)
    mutual = circles({room: others & found.keys() for room, others in found.items()})
    assert not [circle for circle in mutual if not is_allowed(circle)]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({"a": "import b", "b": "import c", "c": ""}, set()),
        ({"a": "import b", "b": "import c", "c": "import a"}, {("a", "b", "c")}),
        ({"a": "import b", "b": "def late():\n    from a import name"}, {("a", "b")}),
        ({"a": "import b", "b": "if TYPE_CHECKING:\n    from a import Name"}, {("a", "b")}),
        ({"a": "from a.b import name", "a.b": "from a import c", "a.c": ""}, set()),
        ({"a": "from a.b import name", "a.b": "from a import other"}, {("a", "a.b")}),
        ({"a.b": "from a import c", "a.c": "from .b import name", "a": ""}, {("a.b", "a.c")}),
        ({"a": "import a"}, {("a",)}),
    ],
)
def test_circles_are_found(sources: dict[str, str], expected: set[tuple[str, ...]]) -> None:
    known = frozenset(sources)
    imports = {module: imported_modules(module, source, known) for module, source in sources.items()}
    assert circles(imports) == expected


def test_only_circles_among_the_types_of_the_schema_are_allowed() -> None:
    types = f"{MAY_BE_CIRCULAR}.lazy", f"{MAY_BE_CIRCULAR}.viewer"
    assert is_allowed(types)
    assert not is_allowed((*types, "bpmn_events.web.gql.schema.fields"))


def test_no_folder_holds_too_many_modules() -> None:
    counts = {
        folder.relative_to(ROOT).as_posix(): sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        for top in FOLDERS
        for folder in (ROOT / top, *(path for path in (ROOT / top).rglob("*") if path.is_dir()))
    }
    assert counts
    assert {folder: count for folder, count in counts.items() if count > MAX_MODULES} == {}
