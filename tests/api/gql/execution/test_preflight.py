"""A mutation never loses its answer: what the answer demands is checked before anything is done."""

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
from tests.api.gql.client import ALL, Answer, GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.models import APPROVAL, ORDER
from tests.api.gql.steps import deploy, start, trigger
from tests.support.documents import OPERATIONS, text

SCHEMA = core_schema(build_schema())
READ_PROCESSES = Permission.PROCESSES_READ
READ_EVENTS = Permission.EVENTS_READ

EVERYTHING_DONE = """{
  events: waitingEvents { ... on WaitingEventConnection { nodes { id elementId } } }
  tasks: openTasks { ... on OpenTaskConnection { nodes { id } } }
  triggers: eventTriggers { ... on EventTriggerConnection { totalCount } }
  models: processModels { ... on ProcessModelConnection { nodes { key version } } }
}"""
SHIP: dict[str, Any] = {"processModelKey": "order", "correlationId": "c1", "eventId": "ship"}

TRIGGER = "mutation($input: TriggerEventInput!) { triggerEvent(input: $input) { __typename %s } }"
SUCCESS = "... on TriggerEventSuccess { processInstance { id %s } }"


async def mutations(ada: GraphQLClient) -> dict[str, tuple[str, Any]]:
    """Each mutation with its input type and an input with which it succeeds."""
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


def document(mutation: str, given: str, selection: str) -> str:
    argument = "inputs" if given.startswith("[") else "input"
    return f"mutation($given: {given}) {{ {mutation}({argument}: $given) {{ {selection} }} }}"


def operation(name: str) -> OperationDefinitionNode:
    node = OPERATIONS[name].definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    return node


def own_permission(mutation: str) -> Permission:
    assert SCHEMA.mutation_type is not None
    permission = field_policy(SCHEMA.mutation_type.fields[mutation]).permission
    assert permission is not None
    return permission


def refused(answer: Answer, permission: Permission, field: str, where: str) -> None:
    assert "data" not in answer.body
    assert answer.error["extensions"] == {
        "code": "FORBIDDEN",
        "requiredPermission": permission,
        "field": field,
        "answerPath": where,
    }
    assert answer.error["message"] == (
        f"Nothing was done, because {where} cannot be answered. The token lacks the permission {permission}, which "
        "this field needs."
    )
    assert answer.error["locations"]
    assert "path" not in answer.error  # there is no answer that it could point into


STARTED = "... on StartProcessInstanceSuccess { processInstance { %s } }"
# For each mutation and for each field that needs another permission: a selection, the field, and where it stands.
DEMANDING = [
    ("triggerEvent", SUCCESS % "variables", "ProcessInstance.variables", "processInstance.variables"),
    (
        "triggerEvent",
        "... on EventNotFoundError { trigger { processModel { bpmnXml } } }",
        "ProcessModel.bpmnXml",
        "trigger.processModel.bpmnXml",
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
NEEDS_PROCESSES = ("variables", "bpmnXml", "processInstances")


@pytest.mark.parametrize(("mutation", "selection", "field", "where"), DEMANDING)
async def test_without_the_permission_for_the_answer_nothing_is_done(
    mutation: str, selection: str, field: str, where: str, ada: GraphQLClient, caller: CallerFactory
) -> None:
    kind, given = (await mutations(ada))[mutation]
    before = (await ada(EVERYTHING_DONE)).data
    permission = READ_PROCESSES if field.endswith(NEEDS_PROCESSES) else READ_EVENTS
    own = own_permission(mutation)
    query = document(mutation, kind, selection)
    for _ in range(2):
        refused(await caller(own)(query, given=given), permission, field, f"{mutation}.{where}")
    assert (await ada(EVERYTHING_DONE)).data == before
    done = await caller(own, permission)(query, given=given)
    assert done.data[mutation] is not None


def test_every_mutation_and_every_demanding_field_is_among_them() -> None:
    assert SCHEMA.mutation_type is not None
    assert {case[0] for case in DEMANDING} == set(SCHEMA.mutation_type.fields)
    assert {case[2] for case in DEMANDING} == {name for name, field in fields() if field_policy(field).permission}


def fields() -> Iterator[tuple[str, GraphQLField]]:
    """Every field but those of the roots."""
    for graphql_type in SCHEMA.type_map.values():
        if isinstance(graphql_type, GraphQLObjectType) and graphql_type not in (
            SCHEMA.query_type,
            SCHEMA.mutation_type,
        ):
            yield from ((f"{graphql_type.name}.{name}", field) for name, field in graphql_type.fields.items())


def test_every_field_that_picks_a_page_says_of_which_list() -> None:
    paged = {name for name, field in fields() if "first" in field.args}
    assert paged == {name for name, field in fields() if field_policy(field).list_name}
    assert paged


MUTATIONS = [name for name in OPERATIONS if operation(name).operation is OperationType.MUTATION]


@pytest.mark.parametrize("name", MUTATIONS)
async def test_who_may_not_do_it_learns_that_as_data(
    name: str, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory, services: Services
) -> None:
    """Whatever the answer demands: the mutation's own refusal comes first, and is the one that was declared."""
    variables = await VARIABLES[name](await Demo.start(services, ada))
    (field,) = operation(name).selection_set.selections
    assert isinstance(field, FieldNode)
    permission = own_permission(field.name.value)
    for client, typename in ((nobody, "UnauthorizedError"), (caller(*{*ALL} - {permission}), "ForbiddenError")):
        (answer,) = (await client(text(name), **variables)).data.values()
        (result,) = answer["results"][:1] if "results" in answer else [answer]
        assert result["__typename"] == typename
    assert result["requiredPermission"] == permission


async def test_lacking_both_the_mutations_own_refusal_comes_first(ada: GraphQLClient, caller: CallerFactory) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    answer = await caller("events:read")(TRIGGER % (SUCCESS % "variables"), input=SHIP)
    assert answer.data == {"triggerEvent": {"__typename": "ForbiddenError"}}


class TestWhatIsSelected:
    @pytest.fixture(autouse=True)
    async def order(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        await start(ada, "order", "c1")

    @pytest.fixture
    def trigger_only(self, caller: CallerFactory) -> GraphQLClient:
        return caller("events:trigger")

    @pytest.mark.parametrize(
        ("selection", "where"),
        [
            ("all: variables", "processInstance.all"),
            ("... { variables }", "processInstance.variables"),
            ("... on Node { ... on ProcessInstance { variables } }", "processInstance.variables"),
            ("... on ProcessInstance @include(if: true) { variables @skip(if: false) }", "processInstance.variables"),
            ("parent { parent { variables } }", "processInstance.parent.parent.variables"),
        ],
    )
    async def test_however_it_is_selected(self, trigger_only: GraphQLClient, selection: str, where: str) -> None:
        answer = await trigger_only(TRIGGER % (SUCCESS % selection), input=SHIP)
        refused(answer, READ_PROCESSES, "ProcessInstance.variables", f"triggerEvent.{where}")

    async def test_in_a_fragment_that_is_spread_again_and_again(self, trigger_only: GraphQLClient) -> None:
        query = f"""{TRIGGER % "...Outcome ...Outcome"}
            fragment Outcome on TriggerEventResult {{ ... on TriggerEventSuccess {{ processInstance {{ ...All }} }} }}
            fragment All on ProcessInstance {{ id ...Variables parent {{ ...Variables }} }}
            fragment Variables on ProcessInstance {{ variables }}"""
        answer = await trigger_only(query, input=SHIP)
        refused(answer, READ_PROCESSES, "ProcessInstance.variables", "triggerEvent.processInstance.variables")

    async def test_one_error_for_each_field(self, trigger_only: GraphQLClient) -> None:
        selection = SUCCESS % "variables variables openTasks { totalCount } processModel { bpmnXml }"
        answer = await trigger_only(TRIGGER % selection, input=SHIP)
        found = [
            (each["extensions"]["field"], each["extensions"]["requiredPermission"]) for each in answer.body["errors"]
        ]
        assert found == [
            ("ProcessInstance.variables", "processes:read"),
            ("ProcessInstance.openTasks", "events:read"),
            ("ProcessModel.bpmnXml", "processes:read"),
        ]

    async def test_the_first_twenty_are_listed(self, trigger_only: GraphQLClient) -> None:
        aliases = " ".join(f"a{number}: variables" for number in range(40))
        answer = await trigger_only(TRIGGER % (SUCCESS % aliases), input=SHIP)
        assert len(answer.body["errors"]) == 20

    async def test_a_field_that_is_left_out_demands_nothing(self, trigger_only: GraphQLClient) -> None:
        query = """mutation($input: TriggerEventInput!, $all: Boolean!, $few: Boolean = true) {
          triggerEvent(input: $input) { __typename ... on TriggerEventSuccess { processInstance {
            state variables @include(if: $all)
            ... on ProcessInstance @skip(if: $few) { openTasks { totalCount } }
            ...Events @skip(if: true)
          } } } }
          fragment Events on ProcessInstance { waitingEvents { totalCount } }"""
        dry = {**SHIP, "dryRun": True}
        refused_once = await trigger_only(query, input=dry, all=True)
        refused(refused_once, READ_PROCESSES, "ProcessInstance.variables", "triggerEvent.processInstance.variables")
        assert (await trigger_only(query, input=dry, all=False, few=False)).code == "FORBIDDEN"
        answer = await trigger_only(query, input=SHIP, all=False)
        assert answer.data["triggerEvent"] == {
            "__typename": "TriggerEventSuccess",
            "processInstance": {"state": "RUNNING"},
        }

    async def test_a_mutation_that_is_left_out_demands_nothing(self, trigger_only: GraphQLClient) -> None:
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
        answer = await trigger_only(query, input=SHIP)
        where = "again.trigger.processInstance.variables"
        refused(answer, READ_PROCESSES, "ProcessInstance.variables", where)
        assert (await trigger(ada, "order", "c1", "ship"))["__typename"] == "TriggerEventSuccess"

    async def test_a_mutation_the_caller_may_not_execute_does_not_stop_another(self, caller: CallerFactory) -> None:
        query = """mutation($input: TriggerEventInput!) {
          triggerEvent(input: $input) { __typename }
          startProcessInstance(input: {processModelKey: "order"}) {
            __typename ... on StartProcessInstanceSuccess { processInstance { variables } } }
        }"""
        answer = await caller("events:trigger")(query, input=SHIP)
        assert [each["__typename"] for each in answer.data.values()] == ["TriggerEventSuccess", "ForbiddenError"]

    async def test_only_the_operation_that_is_executed_counts(self, trigger_only: GraphQLClient) -> None:
        variables = f"mutation All($input: TriggerEventInput!) {(TRIGGER % (SUCCESS % 'variables')).partition(')')[2]}"
        few = f"mutation Few($input: TriggerEventInput!) {(TRIGGER % '').partition(')')[2]}"
        body = {"query": f"{variables} {few}", "variables": {"input": SHIP}}
        assert (await trigger_only.post({**body, "operationName": "All"})).code == "FORBIDDEN"
        assert (await trigger_only.post({**body, "operationName": "Few"})).data["triggerEvent"]

    async def test_variables_that_do_not_fit_are_refused_as_ever(self, trigger_only: GraphQLClient) -> None:
        answer = await trigger_only(TRIGGER % (SUCCESS % "variables"), input=1)
        assert answer.code == "BAD_USER_INPUT"
        assert "data" not in answer.body

    async def test_a_query_is_executed_as_ever(self, caller: CallerFactory) -> None:
        query = "{ waitingEvents { ... on WaitingEventConnection { nodes { processInstance { variables } } } } }"
        answer = await caller("events:read")(query)
        assert (answer.code, answer.body["data"]) == ("FORBIDDEN", None)
        assert answer.error["path"] == ["waitingEvents", "nodes", 0, "processInstance", "variables"]


class TestPages:
    """An argument that cannot be would take the answer with it, too."""

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

    async def test_a_page_that_cannot_be(self, ada: GraphQLClient) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({"first": 0}, "first: takes 1 to 500."),
            ({"first": 501}, "first: takes 1 to 500."),
            ({"events": "x"}, "after: is no cursor of this list in this order."),
            ({"triggers": "é"}, "after: is no cursor of this list in this order."),
        ]
        for given, reason in cases:
            answer = await ada(self.QUERY, input=SHIP, **given)
            assert "data" not in answer.body
            for error in answer.body["errors"]:
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
            answer = await ada(self.QUERY, input=dry, **{name: cursors[other]})
            assert answer.body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
            assert "data" not in answer.body

    async def test_the_cursor_of_a_task_passes(self, ada: GraphQLClient) -> None:
        await deploy(ada, APPROVAL)
        query = """mutation($after: String) { startProcessInstance(input: {processModelKey: "approval"}) {
          ... on StartProcessInstanceSuccess { processInstance {
            openTasks(after: $after) { pageInfo { endCursor } nodes { elementId } } } } } }"""
        tasks = (await ada(query)).data["startProcessInstance"]["processInstance"]["openTasks"]
        again = (await ada(query, after=tasks["pageInfo"]["endCursor"])).data["startProcessInstance"]["processInstance"]
        assert [each["elementId"] for each in again["openTasks"]["nodes"]] == ["approve"]  # a later one

    async def test_without_the_permission_that_is_what_is_said(self, caller: CallerFactory) -> None:
        answer = await caller("events:trigger")(TRIGGER % (SUCCESS % "openTasks(first: 0) { totalCount }"), input=SHIP)
        refused(answer, READ_EVENTS, "ProcessInstance.openTasks", "triggerEvent.processInstance.openTasks")

    async def test_a_null_where_none_may_be(self, ada: GraphQLClient) -> None:
        query = """mutation($input: TriggerEventInput!, $key: ID = "order", $no: Boolean = false) {
          triggerEvent(input: $input) { ... on TriggerEventSuccess { processInstance {
            id @skip(if: $no)
            processModel { waitingEvents(filter: {processModelKeys: [$key]}) { totalCount } } } } } }"""
        for given in ({"key": None}, {"no": None}):
            answer = await ada(query, input=SHIP, **given)
            assert "data" not in answer.body
            assert answer.code == "BAD_USER_INPUT"
        assert (await ada(query, input=SHIP)).data["triggerEvent"]["processInstance"]
