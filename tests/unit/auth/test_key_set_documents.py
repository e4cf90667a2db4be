"""Documents that are no key set, and damaged keys."""

import asyncio
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn_events.adapters.auth.key_set_document import load_key, may_verify
from bpmn_events.adapters.auth.published_keys import (
    PublishedKeys,
)
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.domain.errors import BadCredential
from tests.support.identity.provider import IdentityProvider, http_response, to_jwk
from tests.unit.auth.issued import ALGORITHMS, EC_KEY, ED_KEY, ISSUED, RSA_KEY, rsa_token, tokens_of
from tests.unit.auth.tokens import Clock, encode, refusal

USELESS = {
    "empty": b"",
    "text": b"<html>Sign in</html>",
    "list": b"[]",
    "number": b'{"keys": 1}',
    "null": b'{"keys": null}',
    "deep": b"[" * 200_000,
    "deep-key": b'{"keys": [' + b'{"a":' * 40_000 + b"1" + b"}" * 40_000 + b"]}",
    "deep-member": b'{"keys": [{"kty": "RSA", "kid": "one", "n": ' + b"[" * 900 + b"]" * 900 + b"}]}",
    "huge": b'{"keys": [' + b" " * 300_000 + b"]}",
    "many": b'{"keys": [' + b"{}," * 1000 + b"{}]}",
    "utf-16": '{"keys": []}'.encode("utf-16"),
    "surrogate": b'{"keys": ["\\ud800"]}',
    "no-keys": b'{"keys": [1, null, "x", [], {}]}',
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}


@pytest.mark.parametrize("document", USELESS.values(), ids=USELESS)
async def test_tokens_of_a_useless_document_are_refused(issuer: IdentityProvider, document: bytes) -> None:
    issuer.response = http_response(document)
    assert "does not publish" in await refusal(tokens_of(issuer), rsa_token())


@pytest.mark.parametrize("document", USELESS.values(), ids=USELESS)
async def test_good_keys_survive_a_useless_document(issuer: IdentityProvider, document: bytes) -> None:
    """A set of other keys replaces them, even if none of its keys can be used."""
    issuer.publish(one=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of(issuer, monotonic)
    await checker.authenticate(rsa_token())
    issuer.response, monotonic.now = http_response(document), 300
    if document in (USELESS["no-keys"], USELESS["deep-member"]):
        assert "does not publish" in await refusal(checker, rsa_token("bob"))
    else:
        assert (await checker.authenticate(rsa_token("bob"))).subject == "bob"


async def test_an_endless_document_is_cut_off(issuer: IdentityProvider) -> None:
    """It is refused by its size: the deadline of this test is an hour."""

    async def respond(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(b" " * 65_536)
            await writer.drain()

    issuer.response = respond
    assert "does not publish" in await refusal(tokens_of(issuer, timeout_seconds=3600), rsa_token())


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda children: st.lists(children, max_size=2) | st.dictionaries(st.text(max_size=3), children, max_size=2),
    max_leaves=4,
)
MEMBERS = st.sampled_from(["kty", "kid", "alg", "use", "key_ops", "n", "e", "d", "x", "y", "crv", "k", "x5c", "oth"])
VALUES = st.sampled_from(["RSA", "EC", "OKP", "oct", "sig", "one", "P-256", "P-521", "Ed25519", "Ed448", "AQAB", "AA"])


@given(st.sampled_from([RSA_KEY, EC_KEY, ED_KEY]), st.dictionaries(MEMBERS, JUNK | VALUES, max_size=4))
def test_no_damaged_key_breaks_the_check(private: Any, damage: dict[str, Any]) -> None:
    key = to_jwk(private, "one") | damage
    token = {RSA_KEY: rsa_token(), EC_KEY: encode(ISSUED, EC_KEY, "ES256", kid="one")}.get(
        private, encode(ISSUED, ED_KEY, "EdDSA", kid="one")
    )
    algorithm = jwt.get_unverified_header(token)["alg"]
    if may_verify(key, algorithm, "one"):
        asyncio.run(_verify_with(json.dumps({"keys": [key]}).encode(), token))
        load_key(key, algorithm)


async def _verify_with(document: bytes, token: str) -> None:
    async def download() -> bytes:
        return document

    keys = PublishedKeys(download, ALGORITHMS, stale_seconds=60)
    checker = JwtTokens(keys, issuer="idp", audience="bpmn-events", clock=Clock())
    try:
        assert (await checker.authenticate(token)).subject == "ada"
    except BadCredential as error:
        assert error.reason  # noqa: PT017
