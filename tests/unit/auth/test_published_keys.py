"""The keys of an identity provider: which tokens they verify, when they are fetched, and what happens in an outage."""

import asyncio
import json
import logging
import re
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bpmn_events.adapters.auth.key_set_document import MAX_KEYS, load_key, may_verify
from bpmn_events.adapters.auth.key_set_download import MAX_BYTES, TIMEOUT_SECONDS, KeySetDownload
from bpmn_events.adapters.auth.published_keys import (
    MAX_AGE_SECONDS,
    MIN_INTERVAL_SECONDS,
    RENEW_AFTER_SECONDS,
    PublishedKeys,
)
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.application.ports.tokens import KeysUnavailable
from bpmn_events.domain.errors import BadCredential
from tests.support.identity_provider import IdentityProvider, http_response, identity_provider, to_jwk
from tests.unit.auth.tokens import CLAIMS, Clock, encode, refusal, segment

ISSUED = CLAIMS | {"iss": "idp", "aud": "bpmn-events", "permissions": ["events:read"]}
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")


@pytest.fixture
async def issuer() -> AsyncIterator[IdentityProvider]:
    async with identity_provider() as provider:
        yield provider


def tokens_of(issuer: IdentityProvider, monotonic: Clock | None = None, timeout_seconds: float = 60) -> JwtTokens:
    download = KeySetDownload(issuer.url, timeout_seconds=timeout_seconds)
    keys = PublishedKeys(download, ALGORITHMS, stale_seconds=3600, clock=monotonic or Clock(0))
    return JwtTokens(keys, issuer="idp", audience="bpmn-events", clock=Clock())


def rsa_token(subject: str = "ada", kid: str = "one") -> str:
    """Return a token of the RSA key. Tokens of other subjects are not cached yet."""
    return encode(ISSUED | {"sub": subject}, RSA_KEY, "RS256", kid=kid)


async def retry_after(checker: JwtTokens, token: str) -> int:
    """Return the seconds after which to try again, because the token cannot be checked now."""
    with pytest.raises(KeysUnavailable) as caught:
        await checker.authenticate(token)
    return caught.value.retry_after_seconds


# --- which tokens they verify -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(RSA_KEY, "RS256"), (RSA_KEY, "PS256"), (EC_KEY, "ES256"), (ED_KEY, "EdDSA")],
    ids=["RS256", "PS256", "ES256", "EdDSA"],
)
async def test_published_key_verifies(issuer: IdentityProvider, key: Any, algorithm: str) -> None:
    issuer.publish(one=key)
    checker = tokens_of(issuer)
    assert (await checker.authenticate(encode(ISSUED, key, algorithm, kid="one"))).subject == "ada"
    assert (await checker.authenticate(encode(ISSUED | {"sub": "bob"}, key, algorithm))).subject == "bob"
    assert issuer.requests == 1


async def test_a_token_without_key_id_may_be_of_any_key(issuer: IdentityProvider) -> None:
    """So keys can be rotated by a provider that does not name them."""
    issuer.publish(old=rsa.generate_private_key(65537, 2048), new=RSA_KEY)
    assert (await tokens_of(issuer).authenticate(encode(ISSUED, RSA_KEY, "RS256"))).subject == "ada"


async def test_public_key_is_no_shared_secret(issuer: IdentityProvider) -> None:
    """The signature is HS256 with the public key of the issuer as the secret (RFC 8725, section 2.1)."""
    issuer.publish(one=RSA_KEY)
    public = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signing_input = f"{segment({'alg': 'HS256', 'kid': 'one'})}.{segment(ISSUED)}"
    hmac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = urlsafe_b64encode(hmac.sign(signing_input.encode(), public)).rstrip(b"=").decode()
    assert "algorithm" in await refusal(tokens_of(issuer), f"{signing_input}.{signature}")
    assert issuer.requests == 0


@pytest.mark.parametrize(
    "more",
    [{"use": "enc"}, {"alg": "RS384"}, {"kty": "oct", "k": "AAAA"}, {"kty": "EC", "crv": "P-256"}],
    ids=["use", "alg", "oct", "EC"],
)
async def test_key_of_another_use_or_algorithm_is_ignored(issuer: IdentityProvider, more: dict[str, Any]) -> None:
    issuer.send({"keys": [to_jwk(RSA_KEY, "one", **more), "no key", None]})
    assert await refusal(tokens_of(issuer), rsa_token()) == "it is signed with a key that its issuer does not publish"


async def test_another_issuers_signature_is_refused(issuer: IdentityProvider) -> None:
    issuer.publish(one=RSA_KEY)
    stranger = rsa.generate_private_key(65537, 2048)
    token = encode(ISSUED, stranger, "RS256", kid="one")
    assert await refusal(tokens_of(issuer), token) == "its signature is wrong"


# --- when they are fetched --------------------------------------------------------------------


async def test_rotated_key_is_fetched_once_per_interval(issuer: IdentityProvider) -> None:
    issuer.publish(old=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of(issuer, monotonic)
    await checker.authenticate(rsa_token(kid="old"))
    issuer.publish(old=RSA_KEY, new=EC_KEY)
    rotated = encode(ISSUED, EC_KEY, "ES256", kid="new")
    assert "does not publish" in await refusal(checker, rotated)
    assert issuer.requests == 1
    monotonic.now = 10
    assert (await checker.authenticate(rotated)).subject == "ada"
    assert issuer.requests == 2
    for number in range(20):
        await refusal(checker, rsa_token(kid=f"guess-{number}"))
    assert issuer.requests == 2


async def test_withdrawn_key_is_refused_when_the_keys_are_old(issuer: IdentityProvider) -> None:
    issuer.publish(old=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of(issuer, monotonic)
    await checker.authenticate(rsa_token(kid="old"))
    issuer.publish(new=EC_KEY)
    monotonic.now = 300
    assert "does not publish" in await refusal(checker, rsa_token("bob", kid="old"))


async def test_keys_are_renewed_in_the_background_before_they_are_old(issuer: IdentityProvider) -> None:
    issuer.publish(old=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of(issuer, monotonic)
    await checker.authenticate(rsa_token("a", kid="old"))
    asked, answer = asyncio.Event(), asyncio.Event()

    async def respond_late(writer: asyncio.StreamWriter) -> None:
        asked.set()
        await answer.wait()
        issuer.publish(new=EC_KEY)
        assert isinstance(issuer.response, bytes)
        writer.write(issuer.response)

    issuer.response, monotonic.now = respond_late, 240
    assert (await checker.authenticate(rsa_token("b", kid="old"))).subject == "b"
    await asked.wait()
    assert (await checker.authenticate(rsa_token("c", kid="old"))).subject == "c"
    answer.set()
    assert (await checker.authenticate(encode(ISSUED, EC_KEY, "ES256", kid="new"))).subject == "ada"
    assert "does not publish" in await refusal(checker, rsa_token("d", kid="old"))
    assert issuer.requests == 2


async def test_waiting_requests_share_one_fetch_that_outlives_each(issuer: IdentityProvider) -> None:
    issuer.publish(one=RSA_KEY)
    published, asked, answer = issuer.response, asyncio.Event(), asyncio.Event()

    async def respond_late(writer: asyncio.StreamWriter) -> None:
        asked.set()
        await answer.wait()
        assert isinstance(published, bytes)
        writer.write(published)

    issuer.response = respond_late
    checker = tokens_of(issuer)
    requests = [asyncio.create_task(checker.authenticate(rsa_token(f"s{number}"))) for number in range(50)]
    await asked.wait()
    requests[0].cancel()
    answer.set()
    principals = await asyncio.gather(*requests[1:])
    assert [principal.subject for principal in principals] == [f"s{number}" for number in range(1, 50)]
    assert issuer.requests == 1


# --- outages ----------------------------------------------------------------------------------


async def test_a_token_cannot_be_checked_until_keys_are_fetched(issuer: IdentityProvider) -> None:
    monotonic = Clock(0)
    checker = tokens_of(issuer, monotonic)
    await issuer.stop()
    assert await retry_after(checker, rsa_token()) == 10
    monotonic.now = 7.5
    assert await retry_after(checker, rsa_token()) == 3
    issuer.publish(one=RSA_KEY)
    await issuer.start()
    assert await retry_after(checker, rsa_token()) == 3
    monotonic.now = 10
    assert (await checker.authenticate(rsa_token())).subject == "ada"
    assert "algorithm" in await refusal(checker, encode(ISSUED))


async def test_known_keys_are_used_while_the_provider_is_down(
    issuer: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.publish(one=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of(issuer, monotonic)
    await checker.authenticate(rsa_token())
    await issuer.stop()
    for monotonic.now in (301, 1000, 1015, 3599):
        assert (await checker.authenticate(rsa_token(f"at {monotonic.now}"))).subject == f"at {monotonic.now}"
        assert await retry_after(checker, encode(ISSUED, EC_KEY, "ES256", kid="new")) > 0
    assert len(caplog.records) == 1, "an outage is one line in the log"
    monotonic.now = 3620
    assert await retry_after(checker, rsa_token("late")) == 10
    assert (await checker.authenticate(rsa_token())).subject == "ada", "a verified token stays in the cache"
    await issuer.start()
    monotonic.now = 3630
    assert (await checker.authenticate(rsa_token("late"))).subject == "late"
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    assert caplog.messages[1].endswith("can be fetched again")


async def test_nobody_waits_for_a_provider_that_is_known_to_be_silent(issuer: IdentityProvider) -> None:
    """A request that waited for the fetch would wait for an hour: the provider never responds."""
    issuer.publish(one=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of(issuer, monotonic, timeout_seconds=3600)
    await checker.authenticate(rsa_token())
    await issuer.stop()
    monotonic.now = 300
    await checker.authenticate(rsa_token("finds the outage"))
    asked = asyncio.Event()

    async def hang(_: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.Event().wait()

    issuer.response = hang
    await issuer.start()
    for monotonic.now in (310, 320, 1000):
        await checker.authenticate(rsa_token(f"at {monotonic.now}"))
    await asked.wait()
    await checker.authenticate(rsa_token("after all"))
    assert issuer.requests == 2


async def drip_header(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    await _drip(writer)


async def drip_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{"keys": [')
    await _drip(writer)


async def _drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def hang(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def leave(_: asyncio.StreamWriter) -> None:
    """Close the connection without a response."""


@pytest.mark.parametrize("response", [drip_header, drip_body, hang, leave], ids=lambda response: response.__name__)
async def test_one_deadline_is_for_the_whole_fetch(issuer: IdentityProvider, response: Any) -> None:
    """Without it, this test would not end: each byte arrives in time."""
    issuer.response = response
    assert await retry_after(tokens_of(issuer, timeout_seconds=0.3), rsa_token()) == 10


@pytest.mark.parametrize("status", [204, 301, 302, 307, 401, 404, 429, 500, 503])
async def test_only_200_has_a_key_set(issuer: IdentityProvider, status: int) -> None:
    """A redirect is not followed, not even to the same server."""
    issuer.send({"keys": [to_jwk(RSA_KEY, "one")]}, status, f"Location: {issuer.url}\r\n")
    assert await retry_after(tokens_of(issuer), rsa_token()) == 10
    assert issuer.requests == 1


async def test_no_http_at_all_is_an_outage(issuer: IdentityProvider) -> None:
    issuer.response = b"\x15\x03\x03\x00\x02\x02\x46 not HTTP\r\n\r\n"
    assert await retry_after(tokens_of(issuer), rsa_token()) == 10


# --- documents that are no key set ------------------------------------------------------------

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


def test_times_and_sizes_are_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "authentication.md").read_text("utf-8")
    times = re.findall(r"^\| .* \| (\d+) seconds \|$", page, re.MULTILINE)
    assert times == [
        f"{time:g}" for time in (RENEW_AFTER_SECONDS, MAX_AGE_SECONDS, TIMEOUT_SECONDS, MIN_INTERVAL_SECONDS)
    ]
    assert f"{MAX_BYTES:,} bytes" in page
    assert f"more than {MAX_KEYS:,} keys" in page
