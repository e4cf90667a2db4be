"""Only one module uses internal parts of graphql-core, and only one module uses those of Strawberry."""

import ast
from collections.abc import Iterator

import graphql
import pytest
import strawberry
from graphql import Executor

from tests.support.sources import SOURCES

GRAPHQL_BRIDGE = "bpmn_events.compiler.graphql_core"
STRAWBERRY_BRIDGE = "bpmn_events.web.gql.strawberry_bridge"

# ``Executor`` itself is exported, for subclasses of which only three methods are documented.
PUBLIC_GRAPHQL = frozenset(f"graphql.{name}" for name in graphql.__all__ if name != "Executor")
# The names that Strawberry exports, and the names in its modules that its documentation imports.
PUBLIC_STRAWBERRY = frozenset(
    {
        *(f"strawberry.{name}" for name in strawberry.__all__),
        "strawberry.dataloader.DataLoader",
        "strawberry.schema.config.StrawberryConfig",
    }
)
PUBLIC = {"graphql": PUBLIC_GRAPHQL | {"graphql"}, "strawberry": PUBLIC_STRAWBERRY | {"strawberry"}}
BRIDGES = {"graphql": GRAPHQL_BRIDGE, "strawberry": STRAWBERRY_BRIDGE}

# The methods that graphql-core's docstrings mark as private, and two attributes that these methods use.
EXECUTOR_INTERNALS = frozenset(
    {name for name, value in vars(Executor).items() if ":meta private:" in (getattr(value, "__doc__", None) or "")}
    | {"async_helpers", "collected_errors"}
)
STRAWBERRY_INTERNALS = frozenset({"DEFINITION_BACKREF", "_raw_info", "base_resolver", "from_input", "wrapped_func"})
STRAWBERRY_KEYS = frozenset({"__strawberry_definition__", "strawberry-definition"})


def is_public(name: str) -> bool:
    library = name.partition(".")[0]
    return library not in PUBLIC or name in PUBLIC[library]


def library_names(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted names that a module imports, and those that it reads from an imported package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in PUBLIC:
            yield f"{node.value.id}.{node.attr}"


def internal_attributes(module: str, tree: ast.Module) -> Iterator[str]:
    """Yield the attributes and keys that only a bridge module may use.

    ``self._schema`` is a module's own attribute, ``schema._schema`` is Strawberry's.
    """
    in_compiler = module.startswith("bpmn_events.compiler.")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            is_own = isinstance(node.value, ast.Name) and node.value.id == "self"
            if module != STRAWBERRY_BRIDGE and (
                node.attr in STRAWBERRY_INTERNALS or (node.attr == "_schema" and not is_own)
            ):
                yield node.attr
            if in_compiler and module != GRAPHQL_BRIDGE and node.attr in EXECUTOR_INTERNALS:
                yield node.attr
        elif isinstance(node, ast.Constant) and module != STRAWBERRY_BRIDGE and node.value in STRAWBERRY_KEYS:
            yield str(node.value)


def violations(module: str, source: str) -> list[str]:
    """Return one line for each internal part that the module uses and must not."""
    tree = ast.parse(source)
    names = {name for name in library_names(tree) if not is_public(name) and BRIDGES[name.partition(".")[0]] != module}
    return [f"{module} uses {name}" for name in sorted({*names, *internal_attributes(module, tree)})]


def test_no_other_module_uses_internal_parts() -> None:
    assert [line for module, path in SOURCES.items() for line in violations(module, path.read_text("utf-8"))] == []


def test_the_bridges_use_internal_parts() -> None:
    """The rules must detect internal parts in the modules that use them."""
    assert len(violations("elsewhere", SOURCES[GRAPHQL_BRIDGE].read_text("utf-8"))) > 10
    assert len(violations("elsewhere", SOURCES[STRAWBERRY_BRIDGE].read_text("utf-8"))) > 10


def test_graphql_core_marks_private_methods() -> None:
    assert {"complete_value", "handle_field_error", "settle_in_background"} <= EXECUTOR_INTERNALS


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("bpmn_events.compiler.plan", "from graphql.pyutils import is_awaitable"),
        ("bpmn_events.compiler.plan", "from graphql import Executor"),
        ("bpmn_events.compiler.plan", "from graphql import pyutils"),
        ("bpmn_events.compiler.plan", "import graphql.execution"),
        ("bpmn_events.compiler.plan", "import graphql\nprint(graphql.pyutils)"),
        ("bpmn_events.compiler.plan", "def late():\n    from graphql.execution import VariableValues"),
        ("bpmn_events.compiler.executor", "self.complete_value(1)"),
        ("bpmn_events.compiler.completion", "executor.collected_errors.add(1)"),
        ("bpmn_events.web.gql.schema.fields", "from graphql.pyutils import Path"),
        ("bpmn_events.web.gql.schema.fields", "from strawberry.types.field import StrawberryField"),
        ("bpmn_events.web.gql.schema.fields", "from strawberry import types"),
        ("bpmn_events.web.gql.schema.fields", "import strawberry\nprint(strawberry.types)"),
        ("bpmn_events.web.gql.schema.fields", "import strawberry.utils.str_converters"),
        ("bpmn_events.web.gql.schema.fields", "if TYPE_CHECKING:\n    from strawberry.types import Info"),
        ("bpmn_events.web.gql.execution.executor", "self._core = schema._schema"),
        ("bpmn_events.web.gql.execution.executor", "core = build_schema()._schema"),
        ("bpmn_events.web.gql.execution.executor", "core = self.strawberry._schema"),
        ("bpmn_events.web.gql.schema.arguments", "raw = info._raw_info"),
        ("bpmn_events.web.gql.schema.enums", "setattr(enum, '__strawberry_definition__', definition)"),
        (GRAPHQL_BRIDGE, "from strawberry.types.field import StrawberryField"),
        (STRAWBERRY_BRIDGE, "from graphql.pyutils import Path"),
    ],
)
def test_an_internal_part_is_reported(module: str, source: str) -> None:
    assert len(violations(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("bpmn_events.compiler.plan", "from graphql import GraphQLSchema, VariableValues, execute"),
        ("bpmn_events.web.gql.schema.schema", "from strawberry.schema.config import StrawberryConfig"),
        ("bpmn_events.web.gql.data.loaders", "from strawberry.dataloader import DataLoader"),
        ("bpmn_events.web.gql.schema.fields", "import strawberry\nprint(strawberry.field, strawberry.UNSET)"),
        ("bpmn_events.web.gql.execution.executor", "self._schema = core_schema(schema)"),
        ("bpmn_events.application.commands.finish_task", "self.abort()"),
        (GRAPHQL_BRIDGE, "from graphql.pyutils import Path\nself.complete_value(1)"),
        (STRAWBERRY_BRIDGE, "from strawberry.types.field import StrawberryField\nschema._schema"),
    ],
)
def test_the_public_api_is_allowed(module: str, source: str) -> None:
    assert violations(module, source) == []
