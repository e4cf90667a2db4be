"""Preflight checks: a mutation whose response would fail changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import FieldNode, GraphQLField, GraphQLObjectType, OperationDefinitionNode, OperationType

from bpmn_events.application.services import Services
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.schema.fields import field_policy
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.gql.strawberry_bridge import core_schema
from tests.api.gql.cases import VARIABLES, Demo
from tests.api.gql.client import ALL, GraphQLClient, GraphQLResponse
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.models import APPROVAL, ORDER
from tests.api.gql.steps import deploy, start, trigger
from tests.support.documents import OPERATIONS, operation_text

SCHEMA = core_schema(build_schema())
READ_PROCESSES = Permission.PROCESSES_READ
READ_EVENTS = Permission.EVENTS_READ

STATE = """{
  events: waitingEvents { ... on WaitingEventConnection { nodes { id elementId } } }
  tasks: openTasks { ... on OpenTaskConnection { nodes { id } } }
  triggers: eventTriggers { ... on EventTriggerConnection { totalCount } }
  models: processModels { ... on ProcessModelConnection { nodes { key version } } }
}"""
SHIP: dict[str, Any] = {"processModelKey": "order", "correlationId": "c1", "eventId": "ship"}

TRIGGER = "mutation($input: TriggerEventInput!) { triggerEvent(input: $input) { __typename %s } }"
SUCCESS = "... on TriggerEventSuccess { processInstance { id %s } }"


async def mutations(ada: GraphQLClient) -> dict[str, tuple[str, Any]]:
    """Return the type of each mutation's argument, and a value with which the mutation succeeds."""
    await deploy(ada, ORDER)
    await deploy(ada, APPROVAL)
    instance = await start(ada, "order", "c1")
    await start(ada, "order", "c2")
    await start(ada, "approval", "user")
    await start(ada, "approval", "program")
    finish = """mutation { finishUserTask(input: {processModelKey: "approval", correlationId: "program",
        userTaskId: "approve"}) { __typename } }"""
    assert (await ada(finish)).data["finishUserTask"]["__typename"] == "FinishTaskSuccess"
    task = {"processModelKey": "approval"}
    return {
        "triggerEvent": ("TriggerEventInput!", SHIP),
        "triggerEvents": ("[TriggerEventInput!]!", [SHIP, {**SHIP, "correlationId": "c2"}]),
        "triggerMessage": ("TriggerByNameInput!", {"name": "shipment", "correlationId": "c1"}),
        "triggerSignal": ("TriggerByNameInput!", {"name": "nobody waits for this"}),
        "deployProcessModel": ("DeployProcessModelInput!", {"bpmnXml": ORDER.replace("Order", "Big order")}),
        "startProcessInstance": ("StartProcessInstanceInput!", {"processModelKey": "order"}),
        "terminateProcessInstance": ("TerminateProcessInstanceInput!", {"processInstanceId": instance["id"]}),
        "finishUserTask": ("FinishUserTaskInput!", {**task, "correlationId": "user", "userTaskId": "approve"}),
        "finishExternalTask": (
            "FinishExternalTaskInput!",
            {**task, "correlationId": "program", "externalTaskId": "book"},
        ),
        "throwBpmnError": (
            "ThrowBpmnErrorInput!",
            {**task, "correlationId": "program", "externalTaskId": "book", "errorCode": "E"},
        ),
    }


def document(mutation: str, input_type: str, selection: str) -> str:
    argument = "inputs" if input_type.startswith("[") else "input"
    return f"mutation($value: {input_type}) {{ {mutation}({argument}: $value) {{ {selection} }} }}"


def operation(name: str) -> OperationDefinitionNode:
    node = OPERATIONS[name].definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    return node


def mutation_permission(mutation: str) -> Permission:
    assert SCHEMA.mutation_type is not None
    permission = field_policy(SCHEMA.mutation_type.fields[mutation]).permission
    assert permission is not None
    return permission


def assert_forbidden(response: GraphQLResponse, permission: Permission, field: str, path: str) -> None:
    assert "data" not in response.body
    assert response.error["extensions"] == {
        "code": "FORBIDDEN",
        "requiredPermission": permission,
        "field": field,
        "answerPath": path,
    }
    assert response.error["message"] == (
        f"Nothing was done, because {path} cannot be answered. The token lacks the permission {permission}, which "
        "this field needs."
    )
    assert response.error["locations"]
    assert "path" not in response.error  # a request error has no path


STARTED = "... on StartProcessInstanceSuccess { processInstance { %s } }"
# Cover every mutation, and every field that needs a further permission: a selection, the field, and its path.
GUARDED_FIELDS = [
    ("triggerEvent", SUCCESS % "variables", "ProcessInstance.variables", "processInstance.variables"),
    (
        "triggerEvent",
        "... on EventNotFoundError { trigger { processModel { bpmnXml } } }",
        "ProcessModel.bpmnXml",
        "trigger.processModel.bpmnXml",
    ),
    (
        "triggerEvent",
        "... on EventNotFoundError { trigger { processModel { startEvents { elementId } } } }",
        "ProcessModel.startEvents",
        "trigger.processModel.startEvents",
    ),
    (
        "triggerEvent",
        "... on TriggerEventSuccess { nextWaitingEvents { correlation { processInstances { totalCount } } } }",
        "Correlation.processInstances",
        "nextWaitingEvents.correlation.processInstances",
    ),
    (
        "triggerEvents",
        f"results {{ {SUCCESS % 'variables'} }}",
        "ProcessInstance.variables",
        "results.processInstance.variables",
    ),
    (
        "triggerMessage",
        "... on TriggerByNameSuccess { triggers { processInstance { openTasks { totalCount } } } }",
        "ProcessInstance.openTasks",
        "triggers.processInstance.openTasks",
    ),
    (
        "triggerSignal",
        "... on TriggerByNameSuccess { startedProcessInstances { waitingEvents { nodes { id } } } }",
        "ProcessInstance.waitingEvents",
        "startedProcessInstances.waitingEvents",
    ),
    (
        "deployProcessModel",
        "... on DeployProcessModelSuccess { processModels { waitingEvents { totalCount } } }",
        "ProcessModel.waitingEvents",
        "processModels.waitingEvents",
    ),
    (
        "startProcessInstance",
        STARTED % "triggers { totalCount }",
        "ProcessInstance.triggers",
        "processInstance.triggers",
    ),
    (
        "startProcessInstance",
        STARTED % "correlation { waitingEvents { totalCount } }",
        "Correlation.waitingEvents",
        "processInstance.correlation.waitingEvents",
    ),
    (
        "terminateProcessInstance",
        "... on TerminateProcessInstanceSuccess { processInstance { variables } }",
        "ProcessInstance.variables",
        "processInstance.variables",
    ),
    (
        "finishUserTask",
        "... on FinishTaskSuccess { nextOpenTasks { processInstance { variables } } }",
        "ProcessInstance.variables",
        "nextOpenTasks.processInstance.variables",
    ),
    (
        "finishExternalTask",
        "... on TaskAmbiguousError { candidates { processModel { bpmnXml } } }",
        "ProcessModel.bpmnXml",
        "candidates.processModel.bpmnXml",
    ),
    (
        "throwBpmnError",
        "... on FinishTaskSuccess { processInstance { variables } }",
        "ProcessInstance.variables",
        "processInstance.variables",
    ),
]
PROCESS_FIELDS = ("variables", "bpmnXml", "processInstances", "startEvents")


@pytest.mark.parametrize(("mutation", "selection", "field", "path"), GUARDED_FIELDS)
async def test_without_the_permission_for_a_selected_field_nothing_is_done(
    mutation: str, selection: str, field: str, path: str, ada: GraphQLClient, caller: CallerFactory
) -> None:
    input_type, value = (await mutations(ada))[mutation]
    before = (await ada(STATE)).data
    permission = READ_PROCESSES if field.endswith(PROCESS_FIELDS) else READ_EVENTS
    required = mutation_permission(mutation)
    query = document(mutation, input_type, selection)
    for _ in range(2):
        assert_forbidden(await caller(required)(query, value=value), permission, field, f"{mutation}.{path}")
    assert (await ada(STATE)).data == before
    response = await caller(required, permission)(query, value=value)
    assert response.data[mutation] is not None


def test_the_cases_cover_every_mutation_and_every_guarded_field() -> None:
    assert SCHEMA.mutation_type is not None
    assert {case[0] for case in GUARDED_FIELDS} == set(SCHEMA.mutation_type.fields)
    assert {case[2] for case in GUARDED_FIELDS} == {name for name, field in fields() if field_policy(field).permission}


def fields() -> Iterator[tuple[str, GraphQLField]]:
    """Yield every field of the object types, without the root types."""
    for graphql_type in SCHEMA.type_map.values():
        if isinstance(graphql_type, GraphQLObjectType) and graphql_type not in (
            SCHEMA.query_type,
            SCHEMA.mutation_type,
        ):
            yield from ((f"{graphql_type.name}.{name}", field) for name, field in graphql_type.fields.items())


def test_every_field_with_pages_declares_its_list() -> None:
    paged = {name for name, field in fields() if "first" in field.args}
    assert paged == {name for name, field in fields() if field_policy(field).list_name}
    assert paged


MUTATIONS = [name for name in OPERATIONS if operation(name).operation is OperationType.MUTATION]


@pytest.mark.parametrize("name", MUTATIONS)
async def test_a_caller_without_the_permission_gets_a_typed_error(
    name: str, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory, services: Services
) -> None:
    """The typed error comes before preflight errors, and names the declared permission."""
    variables = await VARIABLES[name](await Demo.start(services, ada))
    (field,) = operation(name).selection_set.selections
    assert isinstance(field, FieldNode)
    permission = mutation_permission(field.name.value)
    for client, typename in ((nobody, "UnauthorizedError"), (caller(*{*ALL} - {permission}), "ForbiddenError")):
        (payload,) = (await client(operation_text(name), **variables)).data.values()
        (result,) = payload["results"][:1] if "results" in payload else [payload]
        assert result["__typename"] == typename
    assert result["requiredPermission"] == permission


async def test_the_typed_error_of_the_mutation_comes_before_preflight_errors(
    ada: GraphQLClient, caller: CallerFactory
) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    response = await caller("events:read")(TRIGGER % (SUCCESS % "variables"), input=SHIP)
    assert response.data == {"triggerEvent": {"__typename": "ForbiddenError"}}


class TestSelections:
    @pytest.fixture(autouse=True)
    async def order(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        await start(ada, "order", "c1")

    @pytest.fixture
    def trigger_only(self, caller: CallerFactory) -> GraphQLClient:
        return caller("events:trigger")

    @pytest.mark.parametrize(
        ("selection", "path"),
        [
            ("all: variables", "processInstance.all"),
            ("... { variables }", "processInstance.variables"),
            ("... on Node { ... on ProcessInstance { variables } }", "processInstance.variables"),
            ("... on ProcessInstance @include(if: true) { variables @skip(if: false) }", "processInstance.variables"),
            ("parent { parent { variables } }", "processInstance.parent.parent.variables"),
        ],
    )
    async def test_however_it_is_selected(self, trigger_only: GraphQLClient, selection: str, path: str) -> None:
        response = await trigger_only(TRIGGER % (SUCCESS % selection), input=SHIP)
        assert_forbidden(response, READ_PROCESSES, "ProcessInstance.variables", f"triggerEvent.{path}")

    async def test_in_a_fragment_that_is_spread_again_and_again(self, trigger_only: GraphQLClient) -> None:
        query = f"""{TRIGGER % "...Outcome ...Outcome"}
            fragment Outcome on TriggerEventResult {{ ... on TriggerEventSuccess {{ processInstance {{ ...All }} }} }}
            fragment All on ProcessInstance {{ id ...Variables parent {{ ...Variables }} }}
            fragment Variables on ProcessInstance {{ variables }}"""
        response = await trigger_only(query, input=SHIP)
        assert_forbidden(
            response, READ_PROCESSES, "ProcessInstance.variables", "triggerEvent.processInstance.variables"
        )

    async def test_one_error_for_each_field(self, trigger_only: GraphQLClient) -> None:
        selection = SUCCESS % "variables variables openTasks { totalCount } processModel { bpmnXml }"
        response = await trigger_only(TRIGGER % selection, input=SHIP)
        errors = [
            (each["extensions"]["field"], each["extensions"]["requiredPermission"]) for each in response.body["errors"]
        ]
        assert errors == [
            ("ProcessInstance.variables", "processes:read"),
            ("ProcessInstance.openTasks", "events:read"),
            ("ProcessModel.bpmnXml", "processes:read"),
        ]

    async def test_the_first_twenty_are_listed(self, trigger_only: GraphQLClient) -> None:
        aliases = " ".join(f"a{number}: variables" for number in range(40))
        response = await trigger_only(TRIGGER % (SUCCESS % aliases), input=SHIP)
        assert len(response.body["errors"]) == 20

    async def test_a_skipped_field_is_not_checked(self, trigger_only: GraphQLClient) -> None:
        query = """mutation($input: TriggerEventInput!, $all: Boolean!, $few: Boolean = true) {
          triggerEvent(input: $input) { __typename ... on TriggerEventSuccess { processInstance {
            state variables @include(if: $all)
            ... on ProcessInstance @skip(if: $few) { openTasks { totalCount } }
            ...Events @skip(if: true)
          } } } }
          fragment Events on ProcessInstance { waitingEvents { totalCount } }"""
        dry = {**SHIP, "dryRun": True}
        response = await trigger_only(query, input=dry, all=True)
        assert_forbidden(
            response, READ_PROCESSES, "ProcessInstance.variables", "triggerEvent.processInstance.variables"
        )
        assert (await trigger_only(query, input=dry, all=False, few=False)).code == "FORBIDDEN"
        response = await trigger_only(query, input=SHIP, all=False)
        assert response.data["triggerEvent"] == {
            "__typename": "TriggerEventSuccess",
            "processInstance": {"state": "RUNNING"},
        }

    async def test_a_skipped_mutation_is_not_checked(self, trigger_only: GraphQLClient) -> None:
        query = """mutation($input: TriggerEventInput!, $also: Boolean!) {
          triggerEvent(input: $input) { __typename }
          ... on Mutation @include(if: $also) { again: triggerEvent(input: $input) {
            ... on TriggerEventSuccess { processInstance { variables } } } } }"""
        assert (await trigger_only(query, input=SHIP, also=True)).code == "FORBIDDEN"
        assert (await trigger_only(query, input=SHIP, also=False)).data["triggerEvent"]

    async def test_none_of_several_mutations_is_done(self, ada: GraphQLClient, trigger_only: GraphQLClient) -> None:
        query = """mutation($input: TriggerEventInput!) {
          triggerEvent(input: $input) { __typename }
          again: triggerEvent(input: $input) { ... on EventNotFoundError { trigger { processInstance { variables } } } }
        }"""
        response = await trigger_only(query, input=SHIP)
        path = "again.trigger.processInstance.variables"
        assert_forbidden(response, READ_PROCESSES, "ProcessInstance.variables", path)
        assert (await trigger(ada, "order", "c1", "ship"))["__typename"] == "TriggerEventSuccess"

    async def test_a_mutation_the_caller_may_not_execute_does_not_stop_another(self, caller: CallerFactory) -> None:
        query = """mutation($input: TriggerEventInput!) {
          triggerEvent(input: $input) { __typename }
          startProcessInstance(input: {processModelKey: "order"}) {
            __typename ... on StartProcessInstanceSuccess { processInstance { variables } } }
        }"""
        response = await caller("events:trigger")(query, input=SHIP)
        assert [each["__typename"] for each in response.data.values()] == ["TriggerEventSuccess", "ForbiddenError"]

    async def test_only_the_operation_that_is_executed_counts(self, trigger_only: GraphQLClient) -> None:
        variables = f"mutation All($input: TriggerEventInput!) {(TRIGGER % (SUCCESS % 'variables')).partition(')')[2]}"
        few = f"mutation Few($input: TriggerEventInput!) {(TRIGGER % '').partition(')')[2]}"
        body = {"query": f"{variables} {few}", "variables": {"input": SHIP}}
        assert (await trigger_only.post({**body, "operationName": "All"})).code == "FORBIDDEN"
        assert (await trigger_only.post({**body, "operationName": "Few"})).data["triggerEvent"]

    async def test_invalid_variables_are_refused_as_usual(self, trigger_only: GraphQLClient) -> None:
        response = await trigger_only(TRIGGER % (SUCCESS % "variables"), input=1)
        assert response.code == "BAD_USER_INPUT"
        assert "data" not in response.body

    async def test_a_query_is_not_checked(self, caller: CallerFactory) -> None:
        query = "{ waitingEvents { ... on WaitingEventConnection { nodes { processInstance { variables } } } } }"
        response = await caller("events:read")(query)
        assert (response.code, response.body["data"]) == ("FORBIDDEN", None)
        assert response.error["path"] == ["waitingEvents", "nodes", 0, "processInstance", "variables"]


class TestPages:
    """Invalid page arguments are checked before the mutation, too."""

    LISTS = """id
      waitingEvents(first: $first, after: $events) { pageInfo { endCursor } nodes { id } }
      triggers(first: $first, after: $triggers) { pageInfo { endCursor } nodes { id } }
      openTasks(first: $first, after: $tasks) { pageInfo { endCursor } nodes { id } }
      processModel { waitingEvents(first: $first, after: $events, filter: {search: "s"}) { totalCount } }
      correlation {
        waitingEvents(first: $first, after: $events) { totalCount }
        processInstances(first: $first, after: $instances) { pageInfo { endCursor } nodes { id } }
      }"""
    CURSORS = "$events: String, $triggers: String, $tasks: String, $instances: String"
    QUERY = f"""mutation($input: TriggerEventInput!, $first: Int, {CURSORS}) {{
      triggerEvent(input: $input) {{ ... on TriggerEventSuccess {{ processInstance {{ {LISTS} }} }} }} }}"""

    @pytest.fixture(autouse=True)
    async def orders(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        await start(ada, "order", "c1")
        await trigger(ada, "order", "c1", "pay", payload={"amount": 1})

    async def test_invalid_page_arguments(self, ada: GraphQLClient) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({"first": 0}, "first: takes 1 to 500."),
            ({"first": 501}, "first: takes 1 to 500."),
            ({"events": "x"}, "after: is no cursor of this list in this order."),
            ({"triggers": "é"}, "after: is no cursor of this list in this order."),
        ]
        for arguments, reason in cases:
            response = await ada(self.QUERY, input=SHIP, **arguments)
            assert "data" not in response.body
            for error in response.body["errors"]:
                assert error["extensions"]["code"] == "BAD_USER_INPUT"
                assert error["message"].endswith(reason)
        literal = await ada(TRIGGER % (SUCCESS % "openTasks(first: 0) { totalCount }"), input=SHIP)
        assert literal.error["extensions"]["answerPath"] == "triggerEvent.processInstance.openTasks"
        assert (await trigger(ada, "order", "c1", "ship"))["__typename"] == "TriggerEventSuccess"

    async def test_the_cursors_of_each_list_pass(self, ada: GraphQLClient) -> None:
        dry = {**SHIP, "dryRun": True}
        instance = (await ada(self.QUERY, input=dry, first=1)).data["triggerEvent"]["processInstance"]
        cursors = {
            "events": instance["waitingEvents"]["pageInfo"]["endCursor"],
            "triggers": instance["triggers"]["pageInfo"]["endCursor"],
            "instances": instance["correlation"]["processInstances"]["pageInfo"]["endCursor"],
        }
        assert all(cursors.values())
        after = (await ada(self.QUERY, input=dry, **cursors)).data["triggerEvent"]["processInstance"]
        assert after["correlation"]["processInstances"]["nodes"] == []
        for name, other in (("events", "triggers"), ("triggers", "instances"), ("instances", "events")):
            response = await ada(self.QUERY, input=dry, **{name: cursors[other]})
            assert response.body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
            assert "data" not in response.body

    async def test_the_cursor_of_a_task_passes(self, ada: GraphQLClient) -> None:
        await deploy(ada, APPROVAL)
        query = """mutation($after: String) { startProcessInstance(input: {processModelKey: "approval"}) {
          ... on StartProcessInstanceSuccess { processInstance {
            openTasks(after: $after) { pageInfo { endCursor } nodes { elementId } } } } } }"""
        tasks = (await ada(query)).data["startProcessInstance"]["processInstance"]["openTasks"]
        again = (await ada(query, after=tasks["pageInfo"]["endCursor"])).data["startProcessInstance"]["processInstance"]
        assert [each["elementId"] for each in again["openTasks"]["nodes"]] == ["approve"]  # a later one

    async def test_a_missing_permission_comes_before_page_arguments(self, caller: CallerFactory) -> None:
        response = await caller("events:trigger")(
            TRIGGER % (SUCCESS % "openTasks(first: 0) { totalCount }"), input=SHIP
        )
        assert_forbidden(response, READ_EVENTS, "ProcessInstance.openTasks", "triggerEvent.processInstance.openTasks")

    async def test_a_null_where_the_schema_requires_a_value(self, ada: GraphQLClient) -> None:
        query = """mutation($input: TriggerEventInput!, $key: ID = "order", $no: Boolean = false) {
          triggerEvent(input: $input) { ... on TriggerEventSuccess { processInstance {
            id @skip(if: $no)
            processModel { waitingEvents(filter: {processModelKeys: [$key]}) { totalCount } } } } } }"""
        for variables in ({"key": None}, {"no": None}):
            response = await ada(query, input=SHIP, **variables)
            assert "data" not in response.body
            assert response.code == "BAD_USER_INPUT"
        assert (await ada(query, input=SHIP)).data["triggerEvent"]["processInstance"]
