"""Timestamps of each unit, at the edges of the tolerance, and with several secrets."""

import hashlib
import hmac

import pytest

from bpmn_events.application.hooks.signature import BadSignature, SignatureScheme, split_template
from bpmn_events.application.hooks.timestamps import TimestampSource, TimestampUnit

KEY, BODY = b"a secret of the provider", b"\x00\xff not UTF-8"
AT = 1_700_000_000


def scheme(unit: TimestampUnit, *secrets: bytes) -> SignatureScheme:
    return SignatureScheme(
        "x-signature",
        split_template("ü{header:X-Id}.{timestamp}.{body}"),
        secrets or (KEY,),
        timestamp=TimestampSource("x-time", unit=unit),
        tolerance_seconds=300,
    )


def headers(timestamp: str, key: bytes = KEY) -> dict[str, list[str]]:
    content = "ü".encode() + "ä".encode("latin-1") + f".{timestamp}.".encode() + BODY
    signature = hmac.new(key, content, hashlib.sha256).hexdigest()
    return {"x-signature": [signature], "x-id": ["ä"], "x-time": [timestamp]}


@pytest.mark.parametrize(
    ("unit", "timestamp"),
    [
        ("seconds", "1700000000"),
        ("milliseconds", "1700000000000"),
        ("iso8601", "2023-11-14T22:13:20Z"),
        ("iso8601", "2023-11-14T23:13:20+01:00"),
        ("iso8601", "2023-11-14T22:13:20"),
    ],
)
def test_a_timestamp_counts_for_the_tolerance_in_both_directions(unit: TimestampUnit, timestamp: str) -> None:
    for now in (AT, AT - 300, AT + 300):
        scheme(unit).verify(headers(timestamp), BODY, now)
    for now in (AT - 301, AT + 301):
        with pytest.raises(BadSignature, match="seconds old"):
            scheme(unit).verify(headers(timestamp), BODY, now)


@pytest.mark.parametrize(
    ("unit", "timestamp"),
    [("seconds", "1700000000000"), ("milliseconds", "1700000000"), ("iso8601", "1700000000"), ("iso8601", "9" * 40)],
)
def test_a_timestamp_of_another_unit_is_refused(unit: TimestampUnit, timestamp: str) -> None:
    with pytest.raises(BadSignature, match="timestamp is"):
        scheme(unit).verify(headers(timestamp), BODY, AT)


@pytest.mark.parametrize("name", ["x-signature", "x-id", "x-time"])
def test_each_header_occurs_once(name: str) -> None:
    sent = headers(str(AT))
    for values in ([], sent[name] * 2):
        with pytest.raises(BadSignature, match=f"the header {name} "):
            scheme("seconds").verify({**sent, name: values}, BODY, AT)


def test_blanks_around_a_signature_do_not_count() -> None:
    sent = headers(str(AT))
    scheme("seconds").verify({**sent, "x-signature": [f" {sent['x-signature'][0]} \t"]}, BODY, AT)


def test_a_token_is_compared_byte_by_byte() -> None:
    token = "a token of ö and more".encode()
    by_token = SignatureScheme("x-token", (), (KEY, token), "Bearer ", method="token")
    by_token.verify({"x-token": [f"Bearer {token.decode('latin-1')}"]}, BODY, AT)
    for sent in (token[:-1], token + b"x", token.upper(), b"", token + b"," + KEY):
        with pytest.raises(BadSignature):
            by_token.verify({"x-token": [f"Bearer {sent.decode('latin-1')}"]}, BODY, AT)
    with pytest.raises(BadSignature):
        by_token.verify({"x-token": [token.decode("latin-1")]}, BODY, AT)


def test_any_of_the_secrets_counts() -> None:
    rotating = scheme("seconds", KEY, b"another secret of it")
    for key in rotating.secrets:
        rotating.verify(headers(str(AT), key), BODY, AT)
    with pytest.raises(BadSignature, match="none of the secrets"):
        rotating.verify(headers(str(AT), b"a third secret"), BODY, AT)
    assert "secret" not in repr(rotating)
