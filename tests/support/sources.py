"""The modules of the product and their imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "app"


def module_name(path: Path) -> str:
    """Return the dotted name of a module or package."""
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {module_name(path): path for path in sorted((SOURCE / "bpmn_events").rglob("*.py"))}


def imported_names(module: str, tree: ast.Module, *, is_package: bool = False) -> Iterator[str]:
    """Yield each dotted name that a module imports, also inside functions. ``from a import b`` gives ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            levels = node.level - is_package if node.level else 0
            parents = module.split(".")[: -levels or None] if node.level else []
            source = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)
