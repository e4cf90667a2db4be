"""Tokens of an identity provider, and their verification with the keys that it publishes."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from bpmn_events.adapters.auth.key_set_download import KeySetDownload
from bpmn_events.adapters.auth.published_keys import (
    PublishedKeys,
)
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.application.ports.tokens import KeysUnavailable
from tests.support.identity.provider import IdentityProvider
from tests.unit.auth.tokens import CLAIMS, Clock, encode

ISSUED = CLAIMS | {"iss": "idp", "aud": "bpmn-events", "permissions": ["events:read"]}
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")


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
