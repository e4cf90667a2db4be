"""Strict parsing of JSON texts."""

import json
from codecs import BOM_UTF8
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


@given(VALUES)
def test_a_byte_order_mark_before_the_text_is_ignored(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert parse_json(BOM_UTF8 + text.encode()) == parse_json("\ufeff" + text) == value


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["{}", '{"name": "Ä"}', "7", "\ufeff{}"])
def test_a_text_in_another_encoding_is_refused_with_that_reason(encoding: str, text: str) -> None:
    with pytest.raises(InvalidPayload) as caught:
        parse_json(text.encode(encoding))
    (violation,) = caught.value.violations
    assert (violation.keyword, violation.message) == (
        "json",
        "this looks like UTF-16 or UTF-32, but JSON has to be UTF-8",
    )


@pytest.mark.parametrize("text", [b"\xff{}", b"{}\x00", b'{"a": "\xfe\xff"}', b"\xef\xbb{}"])
def test_other_bytes_are_not_taken_for_another_encoding(text: bytes) -> None:
    with pytest.raises(InvalidPayload) as caught:
        parse_json(text)
    assert "UTF-16" not in caught.value.violations[0].message


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
        (BOM_UTF8, "json"),
        (BOM_UTF8 + BOM_UTF8 + b"{}", "json"),
        (b" " + BOM_UTF8 + b"{}", "json"),
        (b"{" + BOM_UTF8 + b"}", "json"),
        (b"{}" + BOM_UTF8, "json"),
        ("\ufeff\ufeff{}", "json"),
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
