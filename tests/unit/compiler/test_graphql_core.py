"""The parts of graphql-core that the compiler uses beyond the public API still exist with the same signatures.

After an upgrade, a failure names the part that has changed. ``bpmn_events/compiler/graphql_core.py`` uses it.
"""

from collections.abc import Sequence
from inspect import iscoroutinefunction
from typing import Any

import pytest
from graphql import (
    Executor,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    VariableValues,
    parse,
)

from bpmn_events.compiler.executor import PlanExecutor
from bpmn_events.compiler.graphql_core import CoreExecutor, FieldDetailsList, Path, collect_fields
from tests.support.internals import load_member, parameter_names

EXECUTOR = "graphql.execution.executor:Executor"
ERRORS = "graphql.execution.executor:CollectedErrors"
COLLECTING = "graphql.execution.collect_fields"

_COMPLETED = ("field_details_list", "info", "path", "result", "position_context")
_COMPLETED_ITEM = ("item_type", "field_details_list", "info", "item_path", "position_context")
# Functions and methods that are called or overridden, with the parameters that are passed. Others must be optional.
CALLED: dict[str, Sequence[str]] = {
    EXECUTOR: (
        "schema",
        "fragment_definitions",
        "fragments",
        "root_value",
        "context_value",
        "operation",
        "variable_values",
        "field_resolver",
        "type_resolver",
        "subscribe_field_resolver",
    ),
    f"{EXECUTOR}.complete_value": ("self", "return_type", *_COMPLETED),
    f"{EXECUTOR}.complete_awaitable_value": ("self", "return_type", *_COMPLETED),
    f"{EXECUTOR}.complete_list_item_value": ("self", "item", "complete_results", *_COMPLETED_ITEM),
    f"{EXECUTOR}.complete_awaitable_list_item_value": ("self", "item", *_COMPLETED_ITEM),
    f"{EXECUTOR}.collect_and_execute_subfields": (
        "self",
        "return_type",
        "field_details_list",
        "path",
        "result",
        "position_context",
    ),
    f"{EXECUTOR}.handle_field_error": ("self", "raw_error", "return_type", "field_details_list", "path"),
    f"{EXECUTOR}.settle_in_background": ("self", "awaitables"),
    f"{ERRORS}.add": ("self", "error", "path"),
    f"{COLLECTING}:collect_fields": ("schema", "fragments", "variable_values", "runtime_type", "operation"),
    f"{COLLECTING}:collect_subfields": (
        "schema",
        "fragments",
        "variable_values",
        "operation",
        "return_type",
        "field_details_list",
    ),
    f"{COLLECTING}:FragmentDetails": ("definition",),
    "graphql.execution.get_variable_signature:get_variable_signature": ("schema", "var_def_node"),
    "graphql.execution.values:VariableValueSource": ("signature", "value"),
    "graphql.execution.values:VariableValues": ("sources", "coerced"),
    "graphql.pyutils:Path": ("prev", "key", "typename"),
    "graphql.pyutils:gather_with_cancel": ("awaitables",),
    "graphql.pyutils:is_awaitable": ("value",),
    "graphql.pyutils:is_iterable": ("value",),
    "graphql.utilities.coerce_input_value:coerce_default_value": ("input_value",),
}
# Named tuples that are read by name or created by position, with the members that are used.
TUPLES: dict[str, Sequence[str]] = {
    f"{COLLECTING}:CollectedFields": ("grouped_field_set",),
    f"{COLLECTING}:FieldDetails": ("node",),
    "graphql.execution.get_variable_signature:GraphQLVariableSignature": ("name", "type"),
    "graphql.type.definition:GraphQLResolveInfo": (
        "field_name",
        "field_nodes",
        "return_type",
        "parent_type",
        "path",
        "schema",
        "fragments",
        "root_value",
        "operation",
        "variable_values",
        "context",
        "is_awaitable",
        "abort_signal",
        "async_helpers",
    ),
}
CREATED_BY_POSITION = "graphql.type.definition:GraphQLResolveInfo"
COROUTINES = (
    f"{EXECUTOR}.complete_awaitable_value",
    f"{EXECUTOR}.complete_awaitable_list_item_value",
    "graphql.pyutils:gather_with_cancel",
)
INSTANCE_ATTRIBUTES = ("async_helpers", "collected_errors", "root_value", "variable_values")

QUERY = GraphQLObjectType("Query", {"name": GraphQLField(GraphQLString)})
SCHEMA = GraphQLSchema(QUERY)


class Recorder(CoreExecutor):
    """An executor that records the selections it executes."""

    def __init__(self) -> None:
        operation = parse("{ name }").definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        super().__init__(SCHEMA, {}, {}, None, None, operation, VariableValues({}, {}))
        self.recorded: list[tuple[Any, ...]] = []

    def execute_selection(
        self, graphql_type: GraphQLObjectType, details: FieldDetailsList, path: Path, source: Any
    ) -> Any:
        self.recorded.append((graphql_type, details, path, source))
        return {"name": "recorded"}


@pytest.mark.parametrize("name", CALLED)
def test_parameters_are_unchanged(name: str) -> None:
    expected, actual = list(CALLED[name]), parameter_names(name)
    assert actual[: len(expected)] == expected, f"the parameters of {name} have changed"


@pytest.mark.parametrize("name", TUPLES)
def test_tuples_have_the_members(name: str) -> None:
    fields = load_member(f"{name}._fields")
    missing = [field for field in TUPLES[name] if field not in fields]
    assert missing == [], f"{name} has lost {missing}"


def test_an_info_has_the_same_member_order() -> None:
    fields = load_member(f"{CREATED_BY_POSITION}._fields")
    assert fields == TUPLES[CREATED_BY_POSITION], f"the members of {CREATED_BY_POSITION} have changed"


@pytest.mark.parametrize("name", COROUTINES)
def test_coroutine_functions(name: str) -> None:
    assert iscoroutinefunction(load_member(name)), f"{name} is no coroutine function any more"


@pytest.mark.parametrize("name", INSTANCE_ATTRIBUTES)
def test_an_executor_has_the_attribute(name: str) -> None:
    assert hasattr(Recorder(), name), f"{EXECUTOR}.{name} has moved or is gone"


def test_errors_are_collected_in_a_list() -> None:
    errors = load_member(f"{ERRORS}.errors")
    assert isinstance(errors, property), f"{ERRORS}.errors is no property any more"
    assert Recorder().collected_errors.errors == []


@pytest.mark.parametrize("executor", [CoreExecutor, PlanExecutor])
def test_only_one_step_is_replaced(executor: type[Executor[None]]) -> None:
    """A method of our executor must not override a new method of graphql-core."""
    own = {name for each in executor.__mro__[: executor.__mro__.index(Executor)] for name in vars(each)}
    names = {name for name in own if not name.startswith(("__", "_abc_"))} | {"context", "info_tail", "_find_selection"}
    overridden = names & {*dir(Executor), *vars(Recorder()).keys() - {"recorded", "info_tail"}}
    clashing = overridden - {"collect_and_execute_subfields"}
    assert not clashing, f"{EXECUTOR} now has names of ours: {clashing}"


def test_graphql_core_executes_selections_by_the_replaced_step() -> None:
    executor, source = Recorder(), object()
    fields = collect_fields(SCHEMA, {}, executor.variable_values, QUERY, executor.operation).grouped_field_set
    details, path = fields["name"], Path(None, "name", "Query")
    info = tuple.__new__(GraphQLResolveInfo, ("name", [details[0].node], QUERY, QUERY, path, *executor.info_tail))
    completed = executor.complete(QUERY, details, info, path, source)
    step = f"{EXECUTOR}.collect_and_execute_subfields"
    assert executor.recorded == [(QUERY, details, path, source)], f"{step} is not how selections are executed any more"
    assert completed == {"name": "recorded"}
