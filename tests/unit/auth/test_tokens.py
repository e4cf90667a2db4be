"""The verification of bearer tokens, and the reasons why a token is refused."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn_events.adapters.auth.key_sets import PublishedKeys, SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens, sign_token
from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.principal import Principal

SECRET = b"a secret that is thirty-two bytes or more"
NOW = 1_800_000_000
CLAIMS: dict[str, Any] = {"sub": "ada", "exp": NOW + 60}


class Clock:
    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def encode(claims: dict[str, Any], key: Any = SECRET, algorithm: str = "HS256", **header: Any) -> str:
    return jwt.encode(claims, key, algorithm, headers=header)


def tokens(clock: Clock | None = None, **rules: Any) -> JwtTokens:
    return JwtTokens(SharedSecret(SECRET), clock=clock or Clock(), **rules)


async def refusal(checker: JwtTokens, token: str) -> str:
    with pytest.raises(BadCredential) as caught:
        await checker.authenticate(token)
    return caught.value.reason


def segment(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_signed_token_carries_subject_permissions_and_lanes() -> None:
    token = sign_token(
        SECRET,
        subject="ada",
        permissions=["events:read"],
        lanes=["Sales"],
        expires_in=timedelta(hours=1),
        issuer="us",
        audience="bpmn-events",
        now=NOW,
    )
    principal = await tokens(issuer="us", audience="bpmn-events").authenticate(token)
    assert principal == Principal("ada", frozenset({"events:read"}), frozenset({"Sales"}))


async def test_scope_is_an_alternative_to_permissions() -> None:
    token = encode(CLAIMS | {"scope": "events:read  events:trigger"})
    assert (await tokens().authenticate(token)).permissions == {"events:read", "events:trigger"}


async def test_permissions_win_over_scope() -> None:
    token = encode(CLAIMS | {"scope": "events:trigger", "permissions": ["events:read"]})
    assert (await tokens().authenticate(token)).permissions == {"events:read"}


async def test_without_claims_nothing_is_allowed() -> None:
    assert await tokens().authenticate(encode(CLAIMS)) == Principal("ada", frozenset(), frozenset())


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": NOW}, "expired"),
        ({"exp": NOW - 0.5}, "expired"),
        ({"exp": None}, "no claim 'exp'"),
        ({"exp": str(NOW + 60)}, "'exp' is not a number"),
        ({"exp": True}, "'exp' is not a number"),
        ({"exp": float("inf")}, "'exp' is not a number"),
        ({"nbf": NOW + 60}, "not valid yet"),
        ({"nbf": [NOW]}, "'nbf' is not a number"),
        ({"sub": None}, "no claim 'sub'"),
        ({"sub": ""}, "'sub'"),
        ({"sub": 7}, "'sub'"),
        ({"sub": "x" * 256}, "'sub'"),
        ({"sub": "a\u0000b"}, "'sub'"),
        ({"permissions": "events:read"}, "'permissions'"),
        ({"permissions": [1]}, "'permissions'"),
        ({"permissions": {"events:read": True}}, "'permissions'"),
        ({"scope": ["events:read"]}, "'scope'"),
        ({"lanes": "*"}, "'lanes'"),
        ({"lanes": [None]}, "'lanes'"),
        ({"lanes": ["\ud800"]}, "'lanes'"),
        ({"aud": "somebody-else"}, "another audience"),
    ],
)
async def test_claims_must_be_present_and_well_typed(claims: dict[str, Any], reason: str) -> None:
    assert reason in await refusal(tokens(), encode(CLAIMS | claims))


@pytest.mark.parametrize("expires", [10**400, NOW + 60.25])
async def test_expiry_may_be_any_number(expires: float) -> None:
    assert (await tokens().authenticate(encode(CLAIMS | {"exp": expires}))).subject == "ada"


@pytest.mark.parametrize("valid_from", [NOW - 3600, NOW, NOW + 0.5, NOW + 4, NOW + 5])
async def test_not_before_has_a_leeway_of_five_seconds(valid_from: float) -> None:
    """The clock of an issuer may be slightly ahead of the clock of this server."""
    assert (await tokens().authenticate(encode(CLAIMS | {"nbf": valid_from}))).subject == "ada"


@pytest.mark.parametrize("valid_from", [NOW + 5.5, NOW + 6, NOW + 3600])
async def test_token_is_not_valid_before_its_time(valid_from: float) -> None:
    claims = CLAIMS | {"nbf": valid_from, "exp": NOW + 7200}
    assert await refusal(tokens(), encode(claims)) == "it is not valid yet"


@pytest.mark.parametrize("expires", [NOW + 0.5, NOW + 1, NOW + 4])
async def test_token_is_valid_until_it_expires(expires: float) -> None:
    assert (await tokens().authenticate(encode(CLAIMS | {"exp": expires}))).subject == "ada"


@pytest.mark.parametrize("expires", [NOW, NOW - 0.5, NOW - 4, NOW - 3600])
async def test_expiry_has_no_leeway(expires: float) -> None:
    assert await refusal(tokens(), encode(CLAIMS | {"exp": expires})) == "it has expired"


async def test_configured_issuer_and_audience_must_match() -> None:
    checker = tokens(issuer="us", audience="bpmn-events")
    matching = CLAIMS | {"iss": "us", "aud": ["other", "bpmn-events"]}
    assert (await checker.authenticate(encode(matching))).subject == "ada"
    assert await refusal(checker, encode(matching | {"iss": "them"})) == "it comes from another issuer"
    assert await refusal(checker, encode(matching | {"aud": "other"})) == "it is meant for another audience"
    assert await refusal(checker, encode(CLAIMS | {"iss": "us"})) == "it has no claim 'aud'"
    assert await refusal(checker, encode(CLAIMS | {"aud": "bpmn-events"})) == "it has no claim 'iss'"


async def test_wrong_signature_is_refused() -> None:
    other = encode(CLAIMS, b"another secret of at least thirty-two bytes")
    assert await refusal(tokens(), other) == "its signature is wrong"
    head, _, signature = encode(CLAIMS).split(".")
    forged = f"{head}.{segment(CLAIMS | {'sub': 'root'})}.{signature}"
    assert await refusal(tokens(), forged) == "its signature is wrong"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None, ["HS256"], "HS512"])
async def test_only_allowed_algorithms_are_accepted(algorithm: Any) -> None:
    unsigned = f"{segment({'alg': algorithm, 'typ': 'JWT'})}.{segment(CLAIMS)}."
    assert "algorithm" in await refusal(tokens(), unsigned)


async def test_hs512_with_the_right_secret_is_refused() -> None:
    token = encode(CLAIMS, SECRET * 2, "HS512")
    assert "algorithm" in await refusal(JwtTokens(SharedSecret(SECRET * 2), clock=Clock()), token)


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a.b",
        "a.b.c.d",
        "..",
        "é.é.é",
        f"{segment([1])}.{segment(CLAIMS)}.x",
        f"{segment({'alg': 'HS256', 'kid': 7})}.{segment(CLAIMS)}.x",
        encode(CLAIMS, crit=["exp"]),
    ],
)
async def test_malformed_token_is_refused(token: str) -> None:
    assert await refusal(tokens(), token)


async def test_claims_must_be_an_object() -> None:
    token = jwt.PyJWS().encode(b"[1]", SECRET, "HS256")
    assert await refusal(tokens(), token) == "it is not a valid JSON Web Token"


async def test_oversized_token_is_refused() -> None:
    token = encode(CLAIMS | {"lanes": ["x" * 200] * 50})
    assert await refusal(tokens(), token) == "it is longer than 8192 characters"


@given(st.text(max_size=60))
@settings(max_examples=200)
async def test_every_text_that_is_no_token_is_refused(text: str) -> None:
    assert await refusal(tokens(), text)


async def test_cached_token_expires_on_time() -> None:
    clock = Clock()
    checker = tokens(clock)
    token = encode(CLAIMS)
    first = await checker.authenticate(token)
    clock.now = NOW + 59.9
    assert await checker.authenticate(token) is first
    clock.now = NOW + 60
    assert await refusal(checker, token) == "it has expired"


async def test_cache_has_a_maximum_size() -> None:
    checker = tokens()
    subjects = [f"s{number}" for number in range(1100)]
    for subject in subjects:
        assert (await checker.authenticate(encode(CLAIMS | {"sub": subject}))).subject == subject
    assert len(checker._cache) == 1024


# --- published keys ---------------------------------------------------------------------------


class Issuer:
    """A real HTTP server that publishes a key set and counts the requests for it."""

    def __init__(self) -> None:
        self.document: Any = {"keys": []}
        self.status = 200
        self.requests = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.requests += 1
                self.send_response(issuer.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(json.dumps(issuer.document).encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"

    def publish(self, **keys: Any) -> None:
        self.document = {"keys": [to_jwk(key, kid) for kid, key in keys.items()]}


def to_jwk(private: Any, kid: str, **more: Any) -> dict[str, Any]:
    public = private.public_key()
    algorithm = {
        rsa.RSAPublicKey: jwt.algorithms.RSAAlgorithm,
        ec.EllipticCurvePublicKey: jwt.algorithms.ECAlgorithm,
        ed25519.Ed25519PublicKey: jwt.algorithms.OKPAlgorithm,
    }
    maker: Any = next(maker for kind, maker in algorithm.items() if isinstance(public, kind))
    return {**maker.to_jwk(public, as_dict=True), "kid": kid, **more}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    running = Issuer()
    thread = threading.Thread(target=running.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


ISSUED = CLAIMS | {"iss": "idp", "aud": "bpmn-events", "permissions": ["events:read"]}
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()


def tokens_of_issuer(issuer: Issuer, monotonic: Clock | None = None) -> JwtTokens:
    keys = PublishedKeys(issuer.url, ("RS256", "PS256", "ES256", "EdDSA"), clock=monotonic or Clock(0))
    return JwtTokens(keys, issuer="idp", audience="bpmn-events", clock=Clock())


@pytest.mark.parametrize(
    ("key", "algorithm"), [(RSA_KEY, "RS256"), (RSA_KEY, "PS256"), (EC_KEY, "ES256"), (ED_KEY, "EdDSA")]
)
async def test_published_key_verifies(issuer: Issuer, key: Any, algorithm: str) -> None:
    issuer.publish(one=key)
    checker = tokens_of_issuer(issuer)
    assert (await checker.authenticate(encode(ISSUED, key, algorithm, kid="one"))).subject == "ada"
    assert (await checker.authenticate(encode(ISSUED | {"sub": "bob"}, key, algorithm))).subject == "bob"
    assert issuer.requests == 1


async def test_public_key_is_no_shared_secret(issuer: Issuer) -> None:
    """The signature is HS256 with the public key of the issuer as the secret (RFC 8725, section 2.1)."""
    issuer.publish(one=RSA_KEY)
    public = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signing_input = f"{segment({'alg': 'HS256', 'kid': 'one'})}.{segment(ISSUED)}"
    hmac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = urlsafe_b64encode(hmac.sign(signing_input.encode(), public)).rstrip(b"=").decode()
    assert "algorithm" in await refusal(tokens_of_issuer(issuer), f"{signing_input}.{signature}")
    assert issuer.requests == 0


@pytest.mark.parametrize(
    "more", [{"use": "enc"}, {"alg": "RS384"}, {"kty": "oct", "k": "AAAA"}, {"kty": "EC", "crv": "P-256"}]
)
async def test_key_of_another_use_or_algorithm_is_ignored(issuer: Issuer, more: dict[str, Any]) -> None:
    issuer.document = {"keys": [to_jwk(RSA_KEY, "one", **more), "no key", None]}
    reason = await refusal(tokens_of_issuer(issuer), encode(ISSUED, RSA_KEY, "RS256", kid="one"))
    assert reason == "it is signed with a key that its issuer does not publish"


async def test_another_issuers_signature_is_refused(issuer: Issuer) -> None:
    issuer.publish(one=RSA_KEY)
    stranger = rsa.generate_private_key(65537, 2048)
    checker = tokens_of_issuer(issuer)
    assert await refusal(checker, encode(ISSUED, stranger, "RS256", kid="one")) == "its signature is wrong"


async def test_rotated_key_is_fetched_once_per_interval(issuer: Issuer) -> None:
    issuer.publish(old=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of_issuer(issuer, monotonic)
    await checker.authenticate(encode(ISSUED, RSA_KEY, "RS256", kid="old"))
    issuer.publish(old=RSA_KEY, new=EC_KEY)
    rotated = encode(ISSUED, EC_KEY, "ES256", kid="new")
    assert "does not publish" in await refusal(checker, rotated)
    assert issuer.requests == 1
    monotonic.now = 10
    assert (await checker.authenticate(rotated)).subject == "ada"
    assert issuer.requests == 2
    for number in range(20):
        await refusal(checker, encode(ISSUED, RSA_KEY, "RS256", kid=f"guess-{number}"))
    assert issuer.requests == 2


async def test_withdrawn_key_is_refused_after_the_next_fetch(issuer: Issuer) -> None:
    issuer.publish(old=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of_issuer(issuer, monotonic)
    await checker.authenticate(encode(ISSUED, RSA_KEY, "RS256", kid="old"))
    issuer.publish(new=EC_KEY)
    monotonic.now = 300
    token = encode(ISSUED | {"sub": "bob"}, RSA_KEY, "RS256", kid="old")
    assert "does not publish" in await refusal(checker, token)


async def test_known_keys_stay_valid_while_the_issuer_is_unavailable(issuer: Issuer) -> None:
    issuer.publish(one=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of_issuer(issuer, monotonic)
    await checker.authenticate(encode(ISSUED, RSA_KEY, "RS256", kid="one"))
    issuer.status, monotonic.now = 503, 301
    token = encode(ISSUED | {"sub": "bob"}, RSA_KEY, "RS256", kid="one")
    assert (await checker.authenticate(token)).subject == "bob"
    assert issuer.requests == 2


@pytest.mark.parametrize(("status", "document"), [(500, {}), (302, {}), (200, []), (200, {"keys": 1}), (200, "x")])
async def test_tokens_are_refused_until_keys_are_fetched(issuer: Issuer, status: int, document: Any) -> None:
    issuer.status, issuer.document = status, document
    checker = tokens_of_issuer(issuer)
    token = encode(ISSUED, RSA_KEY, "RS256", kid="one")
    assert await refusal(checker, token) == "the keys of its issuer cannot be reached at the moment"
    await refusal(checker, token)
    assert issuer.requests == 1
