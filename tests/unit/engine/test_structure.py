"""The engine's modules know each other in one direction, and every kind of node has a behaviour."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import bpmn_events
from bpmn_events.adapters.hosts.embedded.model.elements import Kind
from bpmn_events.adapters.hosts.embedded.runtime.behaviours.table import BEHAVIOURS

SOURCE = Path(bpmn_events.__file__).parents[1]
ENGINE = "bpmn_events.adapters.hosts.embedded"


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in (SOURCE / ENGINE.replace(".", "/")).rglob("*.py")}


def imported(path: Path) -> Iterator[str]:
    """The modules of the engine that a module imports, at any depth and for types alone too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            yield from [module for module in (name, name.rpartition(".")[0]) if module in MODULES][:1]


IMPORTS = {module: set(imported(path)) for module, path in MODULES.items()}


def test_no_module_imports_itself_through_others() -> None:
    order = list(TopologicalSorter(IMPORTS).static_order())
    assert f"{ENGINE}.runtime.interpreter" in order


def test_parsing_and_runtime_meet_in_the_model_alone() -> None:
    def packages(name: str) -> set[str]:
        within = [imports for module, imports in IMPORTS.items() if module.startswith(f"{ENGINE}.{name}")]
        return {each.removeprefix(f"{ENGINE}.").partition(".")[0] for imports in within for each in imports}

    assert packages("expressions") == {"expressions"}
    assert packages("model") == {"expressions", "model"}
    assert packages("parsing") == {"expressions", "model", "parsing"}
    assert packages("runtime") == {"expressions", "model", "runtime"}


def test_every_kind_of_node_has_a_behaviour() -> None:
    assert set(BEHAVIOURS) == set(Kind)
