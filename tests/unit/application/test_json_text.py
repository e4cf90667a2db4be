"""Strict parsing of JSON texts."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn_events.application.json_text import parse_json
from bpmn_events.domain.errors import InvalidPayload

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(VALUES)
def test_valid_json_is_parsed(value: Any) -> None:
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary())
def test_only_valid_json_is_parsed(data: bytes) -> None:
    with suppress(InvalidPayload):
        parse_json(data)
        json.loads(data)


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        (b"", "json"),
        (b"nonsense", "json"),
        (b"NaN", "json"),
        (b"-Infinity", "json"),
        (b"{'a': 1}", "json"),
        (b'{"a": 1} {"b": 2}', "json"),
        (b'{"a": "\xff"}', "json"),
        (b'{"a": "\xed\xa0\x80"}', "json"),
        (b'{"a": "\\ud800"}', "json"),
        (b"\xef\xbb\xbf{}", "json"),
        (b"1e999", "number"),
        (b"1" * 5000, "number"),
        (b"[" * 100_000, "maxDepth"),
        (b'{"a":' * 100_000, "maxDepth"),
        ("\ud800", "json"),
    ],
)
def test_the_violation_has_the_keyword_of_the_error(text: bytes | str, keyword: str) -> None:
    with pytest.raises(InvalidPayload) as caught:
        parse_json(text)
    assert [violation.keyword for violation in caught.value.violations] == [keyword]
