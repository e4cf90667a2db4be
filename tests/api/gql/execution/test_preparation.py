"""Preparation of documents: in threads, once for all requests that wait for it, and without garbage."""

import asyncio
import gc
import sys
import threading
from typing import Any

import pytest
from graphql import GraphQLError, ScalarLeafsRule, Token, parse, specified_rules, validate

from bpmn_events.web.gql.execution.documents import Documents
from bpmn_events.web.gql.execution.garbage import release_tokens, released_rules
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preparation import DocumentPreparer, InvalidDocument
from bpmn_events.web.gql.execution.workers import DocumentWorkers
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.gql.strawberry_bridge import core_schema
from tests.support.hostile_requests import REPETITIONS

SCHEMA = core_schema(build_schema())
VIEWER = "{ viewer { ... on Viewer { subject } } }"
LARGE = "{ waitingEvents(first: 500) { ... on WaitingEventConnection { nodes { id elementId name lane dueAt } } } }"


def create_documents(compile_at_execution: int | None = 2, **limits: int) -> Documents:
    return Documents(SCHEMA, GraphQLLimits(**limits), compile_at_execution)


class Recorder:
    """Counts the preparations of each text, and holds them up until ``release`` is called."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.texts: list[str] = []
        self._may_go_on = threading.Event()
        prepare = DocumentPreparer.prepare

        def record(preparer: DocumentPreparer, text: str) -> Any:
            self.texts.append(text)
            self._may_go_on.wait(60)
            return prepare(preparer, text)

        patch.setattr(DocumentPreparer, "prepare", record)

    def release(self) -> None:
        self._may_go_on.set()


async def test_requests_for_one_text_share_its_preparation(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder, documents = Recorder(monkeypatch), create_documents()
    waiting = [asyncio.create_task(documents.load(VIEWER)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # the others still get the document
    await asyncio.sleep(0)
    recorder.release()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [documents.find(VIEWER)] * 4
    assert recorder.texts == [VIEWER]


async def test_each_request_for_an_invalid_text_gets_its_errors() -> None:
    documents = create_documents()
    results = await asyncio.gather(*(documents.load("{ nothing }") for _ in range(3)), return_exceptions=True)
    for result in results:
        assert isinstance(result, InvalidDocument)
        assert [error.message for error in result.errors] == ["Cannot query field 'nothing' on type 'Query'."]
    assert len({id(result) for result in results}) == 3
    with pytest.raises(InvalidDocument):
        await documents.load("{ nothing }")


async def test_a_short_document_does_not_wait_for_a_long_one() -> None:
    workers, is_blocked = DocumentWorkers(), threading.Event()
    usual = sys.getswitchinterval()
    long = asyncio.create_task(workers.run(50_000, lambda: is_blocked.wait(60)))
    assert await workers.run(100, lambda: "short") == "short"
    assert not long.done()
    assert sys.getswitchinterval() <= 0.001 + 1e-9
    is_blocked.set()
    assert await long
    assert sys.getswitchinterval() == usual


async def test_an_operation_with_a_large_response_is_compiled_before_its_first_execution() -> None:
    documents = create_documents()
    for text, is_compiled in ((VIEWER, False), (LARGE, True)):
        operation = (await documents.load(text)).operation(None)
        assert (operation.plan is not None) is is_compiled
    documents = create_documents(compile_at_execution=None)
    assert (await documents.load(LARGE)).operation(None).plan is None


async def test_a_plan_that_is_too_large_for_the_cache_is_used_once() -> None:
    documents = create_documents(cached_characters=8 * len(LARGE))
    document = await documents.load(LARGE)
    assert document.operation(None).plan is not None
    assert documents.find(LARGE) is None


def _tokens(text: str) -> tuple[Any, list[Token]]:
    document, tokens = parse(text), []
    token = document.loc.start_token if document.loc else None
    while token is not None:
        tokens.append(token)
        token = token.next
    return document, tokens


def test_tokens_are_released_and_positions_kept() -> None:
    text = '{ waitingEvent(id: "a") { ... on WaitingEvent { id } ...F } } fragment F on Error { code }'
    document, tokens = _tokens(text)
    assert len(tokens) > 20
    assert release_tokens(document) == {"waitingEvent", "id", "code"}
    assert all(token.prev is None and token.next is None for token in tokens)
    field = document.definitions[0].selection_set.selections[0]
    assert not any(field.loc.start_token is token for token in tokens)
    assert GraphQLError("wrong", field).locations == [(1, 3)]
    assert validate(SCHEMA, document) == []


def test_rules_lose_their_state() -> None:
    rules: list[Any] = []

    class Recorded(ScalarLeafsRule):
        def __init__(self, context: Any) -> None:
            super().__init__(context)
            rules.append(self)

    with released_rules([Recorded, *specified_rules]) as released:
        errors = validate(SCHEMA, parse("{ nothing }"), released)
        assert vars(rules[0])
    assert [error.message for error in errors] == ["Cannot query field 'nothing' on type 'Query'."]
    assert vars(rules[0]) == {}


def test_a_hostile_document_leaves_little_garbage() -> None:
    """Fields that are compared in pairs leave some ten thousand objects, which refer to each other."""
    preparer = create_documents()._preparer
    text = REPETITIONS["one field many times"]
    gc.collect()
    gc.disable()
    try:
        with pytest.raises(InvalidDocument):
            preparer.prepare(text)
        assert gc.collect() < 10_000
    finally:
        gc.enable()
