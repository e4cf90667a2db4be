"""The keys of an identity provider: which tokens they verify, and when they are fetched."""

import asyncio
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.identity.provider import IdentityProvider, to_jwk
from tests.unit.auth.issued import EC_KEY, ED_KEY, ISSUED, RSA_KEY, rsa_token, tokens_of
from tests.unit.auth.tokens import Clock, encode, refusal, segment

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
