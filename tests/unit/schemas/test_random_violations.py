"""The bounded search reports violations of jsonschema-rs, or leaves them out; it never reports another one."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from bpmn_events.adapters.json_schema.compiled_schema import CompiledSchema
from bpmn_events.adapters.json_schema.explanation import explainer, report, values
from bpmn_events.adapters.json_schema.graph.drafts import DRAFTS, Draft
from bpmn_events.adapters.json_schema.refusal import SchemaRefusal
from bpmn_events.adapters.json_schema.violations import MAX_VIOLATIONS
from bpmn_events.domain.errors import PayloadViolation
from tests.unit.schemas.random_schemas import PAYLOADS, SCHEMAS, WIDE_PAYLOADS
from tests.unit.schemas.reference import all_violations

SETTINGS = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)


def check(schema: Any, payload: Any) -> tuple[set[PayloadViolation], set[PayloadViolation]]:
    """Return the violations that were found, and all."""
    try:
        compiled = CompiledSchema(schema)
    except SchemaRefusal:
        assume(False)
    found, every = compiled.violations(payload), all_violations(schema, payload)
    assert bool(found) == bool(every)
    assert set(found) <= set(every)
    assert len(found) <= 100
    event("invalid" if every else "valid")
    return set(found), set(every)


def is_left_out(violation: PayloadViolation) -> bool:
    """Return True for the violations that the search may leave out although it has allowance.

    Unevaluated members and equal items count only if nothing else is wrong. If the schema has `additionalProperties`,
    jsonschema-rs reports a required member as missing although the object has it, unless it is among the properties.
    """
    return violation.keyword in ("unevaluatedProperties", "unevaluatedItems", "uniqueItems", "required")


@pytest.fixture
def always_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the search explain small payloads, too."""
    monkeypatch.setattr(explainer, "_MAX_BYTES", -1)


@SETTINGS
@given(SCHEMAS, PAYLOADS)
def test_small_payloads(schema: Any, payload: Any) -> None:
    check(schema, payload)


@pytest.mark.usefixtures("always_search")
@SETTINGS
@given(SCHEMAS, WIDE_PAYLOADS)
def test_with_enough_allowance_everything_is_found(schema: Any, payload: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "_LEAST_ALLOWANCE", 10**9)
        found, every = check(schema, payload)
    if len(every) < MAX_VIOLATIONS:
        assert {violation for violation in every - found if not is_left_out(violation)} == set()


@pytest.mark.usefixtures("always_search")
@SETTINGS
@given(SCHEMAS, WIDE_PAYLOADS)
def test_without_allowance_one_is_found(schema: Any, payload: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "_LEAST_ALLOWANCE", -(10**9))
        check(schema, payload)


@pytest.mark.usefixtures("always_search")
@SETTINGS
@given(SCHEMAS, PAYLOADS)
def test_values_are_divided_into_small_and_large_anywhere(schema: Any, payload: Any) -> None:
    """The search defers the largest of several members, at every size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "_LEAST_ALLOWANCE", -(10**9))
        patch.setattr(values, "_CHUNK", 2)
        patch.setattr(values, "_UNDIVIDED", 0)
        check(schema, payload)


@pytest.mark.usefixtures("always_search")
@SETTINGS
@given(st.sampled_from(DRAFTS[:-1]), SCHEMAS, WIDE_PAYLOADS)
def test_the_search_knows_the_keywords_of_each_draft(draft: Draft, schema: Any, payload: Any) -> None:
    declared = {**schema, "$schema": draft.uri}
    try:
        compiled = CompiledSchema(declared)
    except SchemaRefusal:
        assume(False)
    found, every = compiled.violations(payload), all_violations(declared, payload, draft)
    assert bool(found) == bool(every)
    assert set(found) <= set(every)
    event("invalid" if every else "valid")
