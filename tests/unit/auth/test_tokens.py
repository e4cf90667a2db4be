"""Which bearer tokens are accepted, and what is said about the others."""

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


async def test_minted_token_says_who_and_what() -> None:
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
async def test_claims_must_be_there_and_well_typed(claims: dict[str, Any], reason: str) -> None:
    assert reason in await refusal(tokens(), encode(CLAIMS | claims))


@pytest.mark.parametrize("expires", [10**400, NOW + 60.25])
async def test_any_number_is_an_expiry(expires: float) -> None:
    assert (await tokens().authenticate(encode(CLAIMS | {"exp": expires}))).subject == "ada"


@pytest.mark.parametrize("valid_from", [NOW - 3600, NOW, NOW + 0.5, NOW + 4, NOW + 5])
async def test_a_clock_that_is_a_little_ahead_may_issue_tokens(valid_from: float) -> None:
    """``nbf`` has a leeway of five seconds: the clocks of an issuer and of this server differ a little."""
    assert (await tokens().authenticate(encode(CLAIMS | {"nbf": valid_from}))).subject == "ada"


@pytest.mark.parametrize("valid_from", [NOW + 5.5, NOW + 6, NOW + 3600])
async def test_a_token_is_not_valid_before_its_time(valid_from: float) -> None:
    claims = CLAIMS | {"nbf": valid_from, "exp": NOW + 7200}
    assert await refusal(tokens(), encode(claims)) == "it is not valid yet"


@pytest.mark.parametrize("expires", [NOW + 0.5, NOW + 1, NOW + 4])
async def test_a_token_is_good_until_the_moment_it_expires(expires: float) -> None:
    assert (await tokens().authenticate(encode(CLAIMS | {"exp": expires}))).subject == "ada"


@pytest.mark.parametrize("expires", [NOW, NOW - 0.5, NOW - 4, NOW - 3600])
async def test_expiry_has_no_leeway(expires: float) -> None:
    assert await refusal(tokens(), encode(CLAIMS | {"exp": expires})) == "it has expired"


async def test_issuer_and_audience_must_match_where_configured() -> None:
    checker = tokens(issuer="us", audience="bpmn-events")
    right = CLAIMS | {"iss": "us", "aud": ["other", "bpmn-events"]}
    assert (await checker.authenticate(encode(right))).subject == "ada"
    assert await refusal(checker, encode(right | {"iss": "them"})) == "it comes from another issuer"
    assert await refusal(checker, encode(right | {"aud": "other"})) == "it is meant for another audience"
    assert await refusal(checker, encode(CLAIMS | {"iss": "us"})) == "it has no claim 'aud'"
    assert await refusal(checker, encode(CLAIMS | {"aud": "bpmn-events"})) == "it has no claim 'iss'"


async def test_wrong_signature_is_refused() -> None:
    other = encode(CLAIMS, b"another secret of at least thirty-two bytes")
    assert await refusal(tokens(), other) == "its signature is wrong"
    head, _, signature = encode(CLAIMS).split(".")
    forged = f"{head}.{segment(CLAIMS | {'sub': 'root'})}.{signature}"
    assert await refusal(tokens(), forged) == "its signature is wrong"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None, ["HS256"], "HS512"])
async def test_only_allowed_algorithms_count(algorithm: Any) -> None:
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
async def test_what_is_no_token_is_refused(token: str) -> None:
    assert await refusal(tokens(), token)


async def test_claims_that_are_no_object_are_refused() -> None:
    token = jwt.PyJWS().encode(b"[1]", SECRET, "HS256")
    assert await refusal(tokens(), token) == "it is not a valid JSON Web Token"


async def test_oversized_token_is_refused() -> None:
    token = encode(CLAIMS | {"lanes": ["x" * 200] * 50})
    assert await refusal(tokens(), token) == "it is longer than 8192 characters"


@given(st.text(max_size=60))
@settings(max_examples=200)
async def test_no_text_breaks_the_check(text: str) -> None:
    assert await refusal(tokens(), text)


async def test_remembered_token_expires_on_time() -> None:
    clock = Clock()
    checker = tokens(clock)
    token = encode(CLAIMS)
    first = await checker.authenticate(token)
    clock.now = NOW + 59.9
    assert await checker.authenticate(token) is first
    clock.now = NOW + 60
    assert await refusal(checker, token) == "it has expired"


async def test_more_tokens_than_are_remembered() -> None:
    checker = tokens()
    subjects = [f"s{number}" for number in range(1100)]
    for subject in subjects:
        assert (await checker.authenticate(encode(CLAIMS | {"sub": subject}))).subject == subject
    assert len(checker._remembered) == 1024


# --- published keys ---------------------------------------------------------------------------


class Issuer:
    """A real HTTP server that publishes a key set, and counts how often it is asked."""

    def __init__(self) -> None:
        self.document: Any = {"keys": []}
        self.status = 200
        self.asked = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                self.send_response(issuer.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(json.dumps(issuer.document).encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"

    def publish(self, **keys: Any) -> None:
        self.document = {"keys": [published(key, kid) for kid, key in keys.items()]}


def published(private: Any, kid: str, **more: Any) -> dict[str, Any]:
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


def checked_against(issuer: Issuer, monotonic: Clock | None = None) -> JwtTokens:
    keys = PublishedKeys(issuer.url, ("RS256", "PS256", "ES256", "EdDSA"), clock=monotonic or Clock(0))
    return JwtTokens(keys, issuer="idp", audience="bpmn-events", clock=Clock())


@pytest.mark.parametrize(
    ("key", "algorithm"), [(RSA_KEY, "RS256"), (RSA_KEY, "PS256"), (EC_KEY, "ES256"), (ED_KEY, "EdDSA")]
)
async def test_published_key_verifies(issuer: Issuer, key: Any, algorithm: str) -> None:
    issuer.publish(one=key)
    checker = checked_against(issuer)
    assert (await checker.authenticate(encode(ISSUED, key, algorithm, kid="one"))).subject == "ada"
    assert (await checker.authenticate(encode(ISSUED | {"sub": "bob"}, key, algorithm))).subject == "bob"
    assert issuer.asked == 1


async def test_public_key_is_no_shared_secret(issuer: Issuer) -> None:
    """The classic confusion: HS256 over the issuer's public key, which everybody knows."""
    issuer.publish(one=RSA_KEY)
    public = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signing_input = f"{segment({'alg': 'HS256', 'kid': 'one'})}.{segment(ISSUED)}"
    hmac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = urlsafe_b64encode(hmac.sign(signing_input.encode(), public)).rstrip(b"=").decode()
    assert "algorithm" in await refusal(checked_against(issuer), f"{signing_input}.{signature}")
    assert issuer.asked == 0


@pytest.mark.parametrize(
    "more", [{"use": "enc"}, {"alg": "RS384"}, {"kty": "oct", "k": "AAAA"}, {"kty": "EC", "crv": "P-256"}]
)
async def test_unfit_key_is_not_used(issuer: Issuer, more: dict[str, Any]) -> None:
    issuer.document = {"keys": [published(RSA_KEY, "one", **more), "no key", None]}
    reason = await refusal(checked_against(issuer), encode(ISSUED, RSA_KEY, "RS256", kid="one"))
    assert reason == "it is signed with a key that its issuer does not publish"


async def test_another_issuers_signature_is_refused(issuer: Issuer) -> None:
    issuer.publish(one=RSA_KEY)
    stranger = rsa.generate_private_key(65537, 2048)
    checker = checked_against(issuer)
    assert await refusal(checker, encode(ISSUED, stranger, "RS256", kid="one")) == "its signature is wrong"


async def test_rotated_key_is_fetched_but_not_too_often(issuer: Issuer) -> None:
    issuer.publish(old=RSA_KEY)
    monotonic = Clock(0)
    checker = checked_against(issuer, monotonic)
    await checker.authenticate(encode(ISSUED, RSA_KEY, "RS256", kid="old"))
    issuer.publish(old=RSA_KEY, new=EC_KEY)
    rotated = encode(ISSUED, EC_KEY, "ES256", kid="new")
    assert "does not publish" in await refusal(checker, rotated)
    assert issuer.asked == 1
    monotonic.now = 10
    assert (await checker.authenticate(rotated)).subject == "ada"
    assert issuer.asked == 2
    for number in range(20):
        await refusal(checker, encode(ISSUED, RSA_KEY, "RS256", kid=f"guess-{number}"))
    assert issuer.asked == 2


async def test_withdrawn_key_is_forgotten(issuer: Issuer) -> None:
    issuer.publish(old=RSA_KEY)
    monotonic = Clock(0)
    checker = checked_against(issuer, monotonic)
    await checker.authenticate(encode(ISSUED, RSA_KEY, "RS256", kid="old"))
    issuer.publish(new=EC_KEY)
    monotonic.now = 300
    another = encode(ISSUED | {"sub": "bob"}, RSA_KEY, "RS256", kid="old")
    assert "does not publish" in await refusal(checker, another)


async def test_known_keys_stay_good_while_the_issuer_is_away(issuer: Issuer) -> None:
    issuer.publish(one=RSA_KEY)
    monotonic = Clock(0)
    checker = checked_against(issuer, monotonic)
    await checker.authenticate(encode(ISSUED, RSA_KEY, "RS256", kid="one"))
    issuer.status, monotonic.now = 503, 301
    another = encode(ISSUED | {"sub": "bob"}, RSA_KEY, "RS256", kid="one")
    assert (await checker.authenticate(another)).subject == "bob"
    assert issuer.asked == 2


@pytest.mark.parametrize(("status", "document"), [(500, {}), (302, {}), (200, []), (200, {"keys": 1}), (200, "x")])
async def test_no_keys_no_entry(issuer: Issuer, status: int, document: Any) -> None:
    issuer.status, issuer.document = status, document
    checker = checked_against(issuer)
    token = encode(ISSUED, RSA_KEY, "RS256", kid="one")
    assert await refusal(checker, token) == "the keys of its issuer cannot be reached at the moment"
    await refusal(checker, token)
    assert issuer.asked == 1
