"""The form of payloads: values that every database can store, within the limits."""

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn_events.domain.errors import InvalidPayload
from bpmn_events.domain.payload import PayloadLimits, check_payload, is_surely_valid

LIMITS = PayloadLimits(max_depth=3)
HALF = "\ud800"


@pytest.mark.parametrize(
    ("payload", "path", "keyword"),
    [
        ([], "", "type"),
        ({"a": {1, 2}}, "/a", "type"),
        ({"a": [1, {"b/c": HALF}]}, "/a/1/b~1c", "string"),
        ({"a": {HALF: 1}}, "/a", "string"),
        ({"a": 2**64}, "/a", "integer"),
        ({"a": [-(2**63) - 1]}, "/a/0", "integer"),
        ({"a": float("nan")}, "/a", "number"),
        ({"a": {"b": float("-inf")}}, "/a/b", "number"),
        ({"a": {"b": {"c": {}}}}, "/a/b/c", "maxDepth"),
        ({"a": [[[[]]]]}, "/a/0/0", "maxDepth"),
        ({"first": 2**64, "second": HALF}, "/first", "integer"),
        ({"many": [*range(99), 2**64]}, "/many/99", "integer"),
        ({"many": [*range(99), -(2**63) - 1]}, "/many/99", "integer"),
        ({"many": [*([0.5] * 99), float("inf")]}, "/many/99", "number"),
        ({"many": [*("é" * 99), HALF]}, "/many/99", "string"),
        ({"many": {**dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 1), HALF: 1}}, "/many", "string"),
        ({"many": [*([[]] * 99), [[]]]}, "/many/99/0", "maxDepth"),
    ],
)
def test_the_first_violation_is_reported(payload: Any, path: str, keyword: str) -> None:
    with pytest.raises(InvalidPayload) as refused:
        check_payload(payload, LIMITS)
    assert [(each.path, each.keyword) for each in refused.value.violations] == [(path, keyword)]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(), JSON, max_size=3))
def test_every_json_object_within_the_limits_is_accepted(payload: dict[str, Any]) -> None:
    assert check_payload(payload, PayloadLimits()) is payload


WILD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**66), 2**66)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), WILD, max_size=3), st.integers(1, 5))
def test_the_bytes_of_a_payload_never_hide_a_violation(payload: dict[str, Any], max_depth: int) -> None:
    limits = PayloadLimits(max_depth=max_depth)
    is_valid = is_surely_valid(msgspec.json.encode(payload), limits)
    try:
        check_payload(payload, limits)
    except InvalidPayload:
        assert not is_valid
    else:
        # Integers of 19 digits may be within 64 bits or not.
        assert is_valid or "0" * 19 in re.sub("[1-9]", "0", str(payload))


@pytest.mark.parametrize("depth", [63, 64, 65])
def test_the_depth_of_the_bytes_is_exact(depth: int) -> None:
    encoded = b'{"a":' * (depth - 1) + b'[1,{"b":"]["}]' + b"}" * (depth - 1)
    assert is_surely_valid(encoded, PayloadLimits()) == (depth <= 63)


def test_no_payload_is_accepted() -> None:
    assert check_payload(None, LIMITS) is None
