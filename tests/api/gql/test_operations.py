"""The documents in ``graphql/``: they use every root field, and each succeeds against the sample processes."""

import json
from hashlib import sha256

import pytest
import pytest_asyncio
from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLUnionType,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    specified_rules,
    validate,
    visit,
)

from bpmn_events.application.services import Services
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from tests.api.gql.cases import VARIABLES, Demo
from tests.api.gql.client import GraphQLClient
from tests.api.payload_streams import PayloadStreams
from tests.support.documents import FRAGMENTS, OPERATIONS, ROOT, SCHEMA, is_subscription, operation_text
from tests.support.responses import find_faults

SUBSCRIPTIONS = [name for name, document in OPERATIONS.items() if is_subscription(document)]
REQUESTS = [name for name in OPERATIONS if name not in SUBSCRIPTIONS]
ROOTS = [
    f"{root.name}.{field}"
    for root in (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type)
    if root
    for field in root.fields
]


class _SelectedFields(Visitor):
    """Collects the fields that a document selects, as ``Type.field``."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.fields: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self._info.get_parent_type()
        assert parent is not None
        self.fields.add(f"{parent.name}.{node.name.value}")


def selected_fields(document: DocumentNode) -> set[str]:
    info = TypeInfo(SCHEMA)
    visitor = _SelectedFields(info)
    visit(document, TypeInfoVisitor(info, visitor))
    return visitor.fields


class _SelectionSorter(Visitor):
    """Sorts every selection set, so that documents can be compared regardless of its order."""

    def leave_selection_set(self, node: SelectionSetNode, *_: object) -> SelectionSetNode:
        return SelectionSetNode(selections=tuple(sorted(node.selections, key=print_ast)))


def normalized(document: DocumentNode) -> frozenset[str]:
    ordered: DocumentNode = visit(document, _SelectionSorter())
    return frozenset(_definition(node) for node in ordered.definitions)


def _definition(node: DefinitionNode) -> str:
    """Return the text of the definition, with the variables of an operation sorted."""
    if not isinstance(node, OperationDefinitionNode) or not node.name:
        return print_ast(node)
    variables = sorted(print_ast(each) for each in node.variable_definitions or ())
    return f"{node.operation.value} {node.name.value}({variables}) {print_ast(node.selection_set)}"


@pytest_asyncio.fixture
async def demo(services: Services, ada: GraphQLClient) -> Demo:
    return await Demo.start(services, ada)


@pytest.mark.parametrize("field", ROOTS)
def test_every_root_field_is_used_by_an_operation(field: str) -> None:
    operations = [name for name, document in OPERATIONS.items() if field in selected_fields(document)]
    assert operations, (
        f"No operation uses {field}. Add graphql/operations/{_operation_name(field)}.graphql with an operation of that "
        "name, variables for it to tests/api/gql/cases.py, and run `make documents`."
    )


def _operation_name(field: str) -> str:
    name = field.partition(".")[2]
    return name[0].upper() + name[1:]


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_operation_is_valid(name: str) -> None:
    assert validate(SCHEMA, OPERATIONS[name], specified_rules) == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_operation_selects_every_field_of_each_error(name: str) -> None:
    """People and programs that handle the error need all of them."""
    document = OPERATIONS[name]
    fields = selected_fields(document)
    missing = {
        f"{member.name}.{field}"
        for union in _unions(document)
        for member in union.types
        if member.name.endswith("Error")
        for field in member.fields
        if field not in SCHEMA.type_map["Error"].fields and f"{member.name}.{field}" not in fields  # type: ignore[attr-defined]
    }
    assert missing == set()
    assert not _unions(document) or {"Error.code", "Error.message"} <= fields


def _unions(document: DocumentNode) -> list[GraphQLUnionType]:
    """Return the unions that are types of the document's fields."""
    unions: list[GraphQLUnionType] = []
    for path in selected_fields(document):
        kind, _, field = path.partition(".")
        definition = getattr(SCHEMA.type_map[kind], "fields", {}).get(field)
        graphql_type = get_named_type(definition.type) if definition else None
        if isinstance(graphql_type, GraphQLUnionType):
            unions.append(graphql_type)
    return unions


def test_the_trusted_documents_are_up_to_date() -> None:
    """If not: run ``make documents`` and commit the change."""
    trusted = json.loads((ROOT / "graphql" / "trusted-documents.json").read_text("utf-8"))
    assert [digest for digest, document in trusted.items() if sha256(document.encode()).hexdigest() != digest] == []
    documents = {normalized(parse(document)) for document in trusted.values()}
    assert [name for name, document in OPERATIONS.items() if normalized(document) not in documents] == []
    assert len(trusted) == len(OPERATIONS)


def test_every_fragment_is_used() -> None:
    used = {
        node.name.value
        for document in OPERATIONS.values()
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    assert used == set(FRAGMENTS)


@pytest.mark.parametrize("name", REQUESTS)
async def test_the_operation_succeeds(name: str, demo: Demo) -> None:
    assert name in VARIABLES, f"tests/api/gql/cases.py has no variables for {name}"
    result = await demo.execute(name, **await VARIABLES[name](demo))
    assert result is not None
    assert find_faults(SCHEMA, OPERATIONS[name], {_root_field(name): result}) == []
    assert not result.get("__typename", "").endswith("Error"), result


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
async def test_the_subscription_delivers_every_member(
    name: str, demo: Demo, services: Services, compile_at_execution: int | None
) -> None:
    """Each delivers every member of its union that is no error, with all values that the document selects."""
    streams = PayloadStreams(services, GraphQLLimits(), compile_at_execution)
    received = await streams.start(SYSTEM, operation_text(name), **await VARIABLES[name](demo))
    (union,) = set(_unions(OPERATIONS[name]))
    members = {member.name for member in union.types if not member.name.endswith("Error")}
    assert {change["__typename"] for change in received.changes} == members
    for change in received.changes:
        assert find_faults(SCHEMA, OPERATIONS[name], {_root_field(name): change}) == []
    received.stream.close()


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
async def test_without_a_credential_the_subscription_ends_with_an_unauthorized_error(
    name: str, services: Services, compile_at_execution: int | None
) -> None:
    streams = PayloadStreams(services, GraphQLLimits(), compile_at_execution)
    received = await streams.start(None, operation_text(name))
    assert [change["__typename"] for change in received.changes] == ["UnauthorizedError"]
    assert received.sink.is_complete


def _root_field(name: str) -> str:
    selections = next(iter(OPERATIONS[name].definitions)).selection_set.selections  # type: ignore[attr-defined]
    return str(selections[0].name.value)


def test_no_variables_are_left_over() -> None:
    assert VARIABLES.keys() - OPERATIONS.keys() == set()


@pytest.mark.parametrize("name", REQUESTS)
async def test_without_a_credential_the_operation_returns_an_unauthorized_error(
    name: str, demo: Demo, nobody: GraphQLClient
) -> None:
    variables = await VARIABLES[name](demo)
    result = await Demo(nobody).execute(name, **variables)
    results = result["results"] if result and "results" in result else [result]
    assert [each and each["__typename"] for each in results] in (
        ["UnauthorizedError"] * len(results),
        [None],  # without a credential, every node is null
    )


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"viewer": None}, "query.viewer: null, which ViewerResult! does not allow"),
        ({"viewer": {"subject": "ada"}}, "query.viewer: does not say which ViewerResult it is"),
        ({"viewer": {"__typename": "ForbiddenError"}}, "query.viewer: ForbiddenError is no ViewerResult"),
        ({"viewer": {"__typename": "Viewer", "subject": 7}}, "query.viewer.subject: 7 is no String"),
        ({"viewer": {"__typename": "Viewer"}}, "query.viewer: has ['__typename'] instead of ['__typename', 'subject']"),
        ({}, "query: has [] instead of ['viewer']"),
    ],
)
def test_a_result_that_violates_the_schema_is_noticed(data: object, fault: str) -> None:
    document = parse("{ viewer { __typename ... on Viewer { subject } } }")
    assert find_faults(SCHEMA, document, data) == [fault]
