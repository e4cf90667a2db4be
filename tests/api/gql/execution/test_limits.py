"""Documents that exceed a limit are refused before execution."""

from collections.abc import Callable

import pytest
from graphql import get_introspection_query

from bpmn_events.web.gql.execution.documents import Documents
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preparation import InvalidDocument
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.gql.strawberry_bridge import core_schema

SCHEMA = core_schema(build_schema())


def create_documents(**limits: int) -> Documents:
    return Documents(SCHEMA, GraphQLLimits(**limits))


def messages(text: str, **limits: int) -> list[str]:
    try:
        create_documents(**limits).get(text)
    except InvalidDocument as invalid:
        return [error.message for error in invalid.errors]
    return []


VIEWER = "{ viewer { ... on Viewer { subject } } }"


def test_depth_counts_fields_not_fragments() -> None:
    assert messages(VIEWER, max_depth=2) == []
    assert messages(VIEWER, max_depth=1) == ["The operation is 2 levels deep; at most 1 are accepted."]


def test_depth_goes_through_fragments() -> None:
    text = "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { subject }"
    assert messages(text, max_depth=2) == []
    assert messages(text, max_depth=1) == ["The operation is 2 levels deep; at most 1 are accepted."]


def test_a_fragment_named_like_introspection_is_not_exempt() -> None:
    text = "query __schema { viewer { ...__type } } fragment __type on Viewer { subject }"
    assert messages(text, max_depth=1) == ["The operation is 2 levels deep; at most 1 are accepted."]


def test_introspection_passes_the_default_limits() -> None:
    assert messages(get_introspection_query(descriptions=True, input_value_deprecation=True)) == []


def test_aliases_are_counted_in_every_spread() -> None:
    text = "{ viewer { ...A ...A } } fragment A on Viewer { a: subject b: subject }"
    assert messages(text, max_aliases=4) == []
    assert messages(text, max_aliases=3) == ["The operation is 4 aliases long; at most 3 are accepted."]


def test_fields_are_counted() -> None:
    assert messages(VIEWER, max_fields=2) == []
    assert messages(VIEWER, max_fields=1) == ["The operation is 2 fields long; at most 1 are accepted."]


def test_each_operation_is_measured_for_itself() -> None:
    text = "query a { viewer { __typename } } query b { viewer { __typename } }"
    assert messages(text, max_fields=2) == []


def test_fragments_that_double_themselves_are_measured_once_each() -> None:
    """Expanded, the operation would have 2**50 fields."""
    chain = "".join(f"fragment F{n} on Viewer {{ ...F{n + 1} ...F{n + 1} }} " for n in range(50))
    text = f"{{ viewer {{ ...F0 }} }} {chain} fragment F50 on Viewer {{ subject }}"
    (message,) = messages(text)
    assert message.startswith(f"The operation is {2**50 + 1} fields long")


def test_fragments_that_spread_each_other_are_refused() -> None:
    text = "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }"
    assert "Cannot spread fragment 'A' within itself via 'B'." in messages(text)


def _chain(length: int) -> str:
    links = "".join(f"fragment F{n} on Viewer {{ ...F{n + 1} }}" for n in range(length))
    return f"{{ viewer {{ ...F0 }} }} {links} fragment F{length} on Viewer {{ subject }}"


def _inline(levels: int) -> str:
    return "{ viewer " + "{ ... " * levels + "{ ... on Viewer { subject } }" + "}" * levels + "}"


def _fields(levels: int) -> str:
    return "{ " + "a { " * levels + "b" + "}" * levels + "}"


def _payload(levels: int) -> str:
    return (
        'mutation { triggerEvent(input: {processModelKey: "a", correlationId: "b", eventId: "c", payload: '
        + "[" * levels
        + "]" * levels
        + "}) { __typename } }"
    )


@pytest.mark.parametrize("text", [_chain, _inline, _fields, _payload])
@pytest.mark.parametrize("levels", [100, 190, 480])
def test_absurd_nesting_is_refused(text: Callable[[int], str], levels: int) -> None:
    """Within the interpreter's recursion limit and beyond it."""
    assert len(messages(text(levels))) >= 1 or (text is _payload and levels < 200)


def test_fragments_count_as_nesting() -> None:
    assert messages(_chain(7), max_nesting=10) == []
    assert messages(_chain(8), max_nesting=10) == [
        "The operation is 11 levels deep with its fragments; at most 10 are accepted."
    ]
    assert messages(_inline(7), max_nesting=10) == []
    assert messages(_inline(8), max_nesting=10) == [
        "The operation is 11 levels deep with its fragments; at most 10 are accepted."
    ]


def test_tokens_are_counted() -> None:
    assert messages(VIEWER, max_tokens=100) == []
    assert "Syntax Error" in messages(VIEWER, max_tokens=5)[0]


def test_characters_and_lines_are_counted() -> None:
    advice = "Send long values as variables."
    assert messages(VIEWER, max_characters=len(VIEWER)) == []
    assert messages(VIEWER, max_characters=30) == [
        f"The document has {len(VIEWER)} characters; at most 30 are accepted. {advice}"
    ]
    for line_break in ("\n", "\r", "\r\n"):
        text = VIEWER + line_break * 3
        assert messages(text, max_lines=4) == []
        assert messages(text, max_lines=3) == [f"The document has 4 lines; at most 3 are accepted. {advice}"]


def test_operations_are_counted() -> None:
    text = "query a { viewer { __typename } } query b { viewer { __typename } }"
    assert messages(text, max_operations=2) == []
    assert messages(text, max_operations=1) == ["The document has 2 operations; at most 1 are accepted."]


@pytest.mark.parametrize(
    "text",
    [
        "{ abcdefghijkl: __typename }",
        "query abcdefghijkl { __typename }",
        "query($abcdefghijkl: ID!) { node(id: $abcdefghijkl) { id } }",
        "{ ...abcdefghijkl } fragment abcdefghijkl on Query { __typename }",
    ],
)
def test_names_are_measured(text: str) -> None:
    assert messages(text, max_name=12) == []
    assert set(messages(text, max_name=11)) == {"A name has 12 characters; at most 11 are accepted."}


def test_lists_in_literals_are_measured_except_in_json() -> None:
    values = "[LANE, LANE, LANE]"
    text = f"{{ waitingEventStats(groupBy: {values}) {{ __typename }} }}"
    assert messages(text, max_list=3) == []
    assert messages(text, max_list=2) == ["A list has 3 values; at most 2 are accepted."]
    arguments = 'processModelKey: "a", correlationId: "b", eventId: "c", payload: { list: [1, 2, 3] }'
    assert messages(f"mutation {{ triggerEvent(input: {{ {arguments} }}) {{ __typename }} }}", max_list=2) == []


def test_members_in_literals_are_counted_except_in_json() -> None:
    members = " ".join(f"search: {number}" for number in range(20))
    assert messages(f"{{ waitingEvents(filter: {{ {members} }}) {{ __typename }} }}") == [
        "The WaitingEventFilter has 20 members; at most 10 are accepted."
    ]
    payload = " ".join(f"member{number}: 1" for number in range(20))
    arguments = f'processModelKey: "a", correlationId: "b", eventId: "c", payload: {{ {payload} }}'
    assert messages(f"mutation {{ triggerEvent(input: {{ {arguments} }}) {{ __typename }} }}") == []


@pytest.mark.parametrize("digits", [4_300, 4_301])
def test_digits_are_counted(digits: int) -> None:
    text = f"{{ node(id: {'9' * digits}) {{ id }} }}"
    assert messages(text) == ([] if digits == 4_300 else ["An integer has too many digits."])


STANDARD = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
    one_of=True,
)


def _twice(text: str, *more: str) -> str:
    """Return the introspection query with its root field twice, and more fields."""
    _, _, rest = text.partition("__schema")
    selection, fragments = rest.split("fragment", 1)[0].rstrip().removesuffix("}"), rest.partition("fragment")[2]
    fields = f"a: __schema {selection} b: __schema {selection} {' '.join(more)}"
    return f"query {{ {fields} }} fragment {fragments}"


def test_introspection_is_limited_to_twice_the_standard_query() -> None:
    too_much = "The operation introspects too much: select less of the schema."
    assert messages(STANDARD) == []
    assert messages(_twice(STANDARD)) == []
    assert messages(_twice(STANDARD, "c: __schema { types { name } }")) == [too_much]


@pytest.mark.parametrize(
    ("beside", "accepted"),
    [
        ("__typename", True),
        ("viewer { __typename }", False),
    ],
)
def test_beside_other_fields_introspection_is_limited_to_a_quarter(beside: str, accepted: bool) -> None:
    text = STANDARD.replace("__schema", f"{beside} __schema", 1)
    message = "The operation introspects too much beside other fields: introspect in an operation of its own."
    assert messages(text) == ([] if accepted else [message])


def test_little_introspection_is_accepted_beside_fields_without_a_large_response() -> None:
    """graphql-core executes all fields of such an operation, in one piece."""
    text = "{ __schema { types { name } } waitingEvents(first: %d) { ... on WaitingEventConnection { nodes { id } } } }"
    assert messages(text % 50) == []
    assert (
        messages("{ waitingEvents(first: 500) { ... on WaitingEventConnection { nodes { id lane name dueAt } } } }")
        == []
    )
    (message,) = messages((text % 500).replace("id", "id lane name dueAt"))
    assert "beside other fields" in message


def test_valid_documents_are_cached_and_the_least_recently_used_are_evicted() -> None:
    texts = [f"{{ a{n}: viewer {{ __typename }} }}" for n in range(10)]
    documents = create_documents(cached_characters=8 * len(texts[0]))
    first, second = documents.get(texts[0]), documents.get(texts[1])
    with pytest.raises(InvalidDocument):
        documents.get("{ nothing }")
    for text in texts[2:8]:
        documents.get(text)
    assert documents.get(texts[0]) is first
    documents.get(texts[8])
    assert documents.get(texts[0]) is first
    assert documents.get(texts[1]) is not second


def test_a_document_that_would_fill_the_cache_is_not_cached() -> None:
    documents = create_documents(cached_characters=7 * len(VIEWER))
    assert documents.get(VIEWER) is not documents.get(VIEWER)


NESTED = """
query($n: Int, $m: Int = 500) { waitingEvents(first: $n) { ... on WaitingEventConnection { nodes {
  processInstance { waitingEvents(first: $m) { nodes { id elementId } } } } } } }
"""


@pytest.mark.parametrize(
    ("variables", "accepted"),
    [
        ({"n": 500, "m": 500}, False),
        ({"n": 500, "m": 10}, True),
        ({"n": 10, "m": 500}, True),
        ({"n": 500}, False),
        ({}, False),
        ({"m": None}, True),
        ({"n": "many", "m": 1}, True),
    ],
)
def test_cost_multiplies_the_sizes_of_nested_lists(variables: dict[str, object], accepted: bool) -> None:
    documents = create_documents(max_cost=50_000)
    document = documents.get(NESTED)
    try:
        documents.check_cost(document, document.operation(None), variables)
        refused = False
    except Exception as error:
        refused = "The answer may hold" in str(error)
    assert refused is not accepted


def test_cost_counts_the_inputs_of_many_triggers() -> None:
    text = """mutation($inputs: [TriggerEventInput!]!) { triggerEvents(inputs: $inputs) { results {
        ... on TriggerEventSuccess { nextWaitingEvents { id } } } } }"""
    documents = create_documents(max_cost=500)
    document = documents.get(text)
    assert document.operation(None).max_cost > 500
    documents.check_cost(document, document.operation(None), {"inputs": [{}] * 10})
    with pytest.raises(Exception, match="The answer may hold"):
        documents.check_cost(document, document.operation(None), {"inputs": [{}] * 100})


def test_cost_is_bounded_for_the_largest_page_of_every_list() -> None:
    text = "{ waitingEvents(first: 3) { ... on WaitingEventConnection { nodes { id } } } }"
    assert create_documents().get(text).operation(None).max_cost == 1 + 3 * (1 + 1)
