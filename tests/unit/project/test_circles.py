"""No module of the product imports itself through other modules, and no folder has too many modules.

An import inside a function or under ``TYPE_CHECKING`` counts like any other: it hides a circle and does not remove it.
"""

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeAlias

import pytest

from tests.support.sources import ROOT, SOURCES, imported_names

# GraphQL types refer to each other; Strawberry resolves such references when it builds the schema.
MAY_BE_CIRCULAR = "bpmn_events.web.gql.schema.types"
MAX_MODULES = 18
FOLDERS = ("app/bpmn_events", "tests", "benchmarks")

Imports: TypeAlias = Mapping[str, set[str]]


def imported_modules(module: str, source: str, known: frozenset[str], *, is_package: bool = False) -> set[str]:
    """Return the known modules that the module imports.

    ``from package import name`` is an import of ``package.name`` if that is a module, otherwise of ``package``.
    """
    names = set(imported_names(module, ast.parse(source), is_package=is_package))
    return {name if name in known else name.rpartition(".")[0] for name in names} & known


@cache
def read_imports() -> Imports:
    known = frozenset(SOURCES)
    return {
        module: imported_modules(module, path.read_text("utf-8"), known, is_package=path.name == "__init__.py")
        for module, path in SOURCES.items()
    }


def reachable(imports: Imports, start: str) -> set[str]:
    """Return the modules that a chain of imports reaches. The start is included only if a chain leads back to it."""
    modules: set[str] = set()
    pending = list(imports[start])
    while pending:
        module = pending.pop()
        if module not in modules:
            modules.add(module)
            pending += imports[module]
    return modules


def circles(imports: Imports) -> set[tuple[str, ...]]:
    """Return the strongly connected components of more than one module, and modules that import themselves."""
    reached = {module: reachable(imports, module) for module in imports}
    return {
        tuple(sorted(other for other in reached[module] if module in reached[other]))
        for module in imports
        if module in reached[module]
    }


def is_allowed(circle: tuple[str, ...]) -> bool:
    return all(module.startswith(f"{MAY_BE_CIRCULAR}.") for module in circle)


def test_no_module_imports_itself_through_others() -> None:
    forbidden = [circle for circle in circles(read_imports()) if not is_allowed(circle)]
    assert not forbidden, "\n".join(" <-> ".join(circle) for circle in forbidden)


def subpackage_imports(imports: Imports, package: str) -> dict[str, set[str]]:
    """Return the subpackages of a package with the other subpackages that their modules import.

    Modules directly in the package do not count: they and its subpackages may import each other.
    """
    packages = {module for module, path in SOURCES.items() if path.name == "__init__.py"}

    def subpackage(module: str) -> str | None:
        name = f"{package}.{module.removeprefix(f'{package}.').partition('.')[0]}"
        return name if module.startswith(f"{package}.") and name in packages else None

    imports_by_subpackage: dict[str, set[str]] = {}
    for module, imported in imports.items():
        own = subpackage(module)
        if own is not None:
            imports_by_subpackage.setdefault(own, set()).update(_without(own, map(subpackage, imported)))
    return imports_by_subpackage


def _without(own: str, names: Iterable[str | None]) -> set[str]:
    return {name for name in names if name is not None and name != own}


@pytest.mark.parametrize("package", [name for name, path in SOURCES.items() if path.name == "__init__.py"])
def test_no_two_subpackages_import_each_other(package: str) -> None:
    imports = subpackage_imports(read_imports(), package)
    mutual = circles({name: imported & imports.keys() for name, imported in imports.items()})
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


def test_no_folder_has_too_many_modules() -> None:
    counts = {
        folder.relative_to(ROOT).as_posix(): sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        for top in FOLDERS
        for folder in (ROOT / top, *(path for path in (ROOT / top).rglob("*") if path.is_dir()))
    }
    assert counts
    assert {folder: count for folder, count in counts.items() if count > MAX_MODULES} == {}
