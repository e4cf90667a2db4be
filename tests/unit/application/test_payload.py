"""The form of payloads: the first violation, with the path to its value."""

import math
from typing import Any

import pytest

from bpmn_events.domain.errors import InvalidPayload
from bpmn_events.domain.payload import PayloadLimits, check_payload

LIMITS = PayloadLimits(max_depth=3)


@pytest.mark.parametrize(
    ("payload", "path", "keyword"),
    [
        ([], "", "type"),
        ({"a": {1, 2}}, "/a", "type"),
        ({"a": [1, {"b/c": {}}]}, "/a/1/b~1c", "maxDepth"),
        ({"a": [1, {"b~": math.inf}]}, "/a/1/b~0", "number"),
        ({"a": [2**64]}, "/a/0", "integer"),
        ({"a": [-(2**63) - 1]}, "/a/0", "integer"),
        ({"a": ["\udc80", 2**64]}, "/a/0", "string"),
        ({"a": {"\ud800": 1}}, "/a", "string"),
        ({"a": 1, "b": math.nan, "c": math.nan}, "/b", "number"),
    ],
)
def test_the_first_violation(payload: Any, path: str, keyword: str) -> None:
    with pytest.raises(InvalidPayload) as refused:
        check_payload(payload, LIMITS)
    assert [(each.path, each.keyword) for each in refused.value.violations] == [(path, keyword)]


@pytest.mark.parametrize(
    "payload", [{}, {"a": [[], {}]}, {"a": None, "b": True, "c": [2**64 - 1, -(2**63), 1.5, "ü", ""]}]
)
def test_a_payload_within_the_limits(payload: Any) -> None:
    assert check_payload(payload, LIMITS) is payload
    assert check_payload(None, LIMITS) is None
