"""No module of the product imports itself by way of others, and no folder holds more modules than one sees at a glance.

An import inside a function or under ``TYPE_CHECKING`` counts like any other: it hides a circle, it does not cut it.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "app"
# GraphQL types refer to each other; Strawberry resolves such references when it builds the schema.
MAY_BE_CIRCULAR = "bpmn_events.web.gql.schema.types"
MAX_MODULES = 18
FOLDERS = ("app/bpmn_events", "tests", "benchmarks")

Imports: TypeAlias = Mapping[str, set[str]]


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


def imported_modules(module: str, source: str, known: frozenset[str], *, is_package: bool = False) -> Iterator[str]:
    """Yield what the module imports of the known ones.

    ``from package import name`` is an import of ``package.name`` where that is a module, otherwise of ``package``.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            levels = node.level - is_package if node.level else 0
            parents = module.split(".")[: -levels or None] if node.level else []
            origin = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                name = f"{origin}.{alias.name}"
                if name in known:
                    yield name
                elif origin in known:
                    yield origin


def read_imports() -> dict[str, set[str]]:
    paths = {module_name(path): path for path in sorted((SOURCE / "bpmn_events").rglob("*.py"))}
    known = frozenset(paths)
    return {
        module: set(imported_modules(module, path.read_text("utf-8"), known, is_package=path.name == "__init__.py"))
        for module, path in paths.items()
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
    imports = {module: set(imported_modules(module, source, known)) for module, source in sources.items()}
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
