"""The verification of bearer tokens, and the reasons why a token is refused."""

import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens, sign_token
from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.principal import Principal
from tests.unit.auth.tokens import CLAIMS, NOW, SECRET, Clock, encode, encode_segment, refusal, segment


def tokens(clock: Clock | None = None, **rules: Any) -> JwtTokens:
    return JwtTokens(SharedSecret(SECRET), clock=clock or Clock(), **rules)


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
        ({"scope": {"events:read": True}}, "'scope'"),
        ({"scope": [1]}, "'scope'"),
        ({"sub": "system"}, "the name of the server itself"),
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


# --- several secrets --------------------------------------------------------------------------

OLDER, OLDEST = b"the secret of last year, also long enough", b"the secret before that, also long enough"


@pytest.mark.parametrize("secret", [SECRET, OLDER, OLDEST])
async def test_tokens_of_every_secret_are_accepted(secret: bytes) -> None:
    checker = JwtTokens(SharedSecret(SECRET, OLDER, OLDEST), clock=Clock())
    assert (await checker.authenticate(encode(CLAIMS, secret))).subject == "ada"


async def test_several_secrets_change_no_reason() -> None:
    checker = JwtTokens(SharedSecret(SECRET, OLDER), issuer="us", clock=Clock())
    assert await refusal(checker, encode(CLAIMS | {"iss": "us"}, OLDEST)) == "its signature is wrong"
    assert await refusal(checker, encode(CLAIMS | {"iss": "them"}, OLDER)) == "it comes from another issuer"
    assert await refusal(checker, encode(CLAIMS | {"iss": "us", "exp": NOW}, OLDER)) == "it has expired"


# --- hostile tokens ---------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=8,
)
NAMES_IN_HEADERS = ("alg", "kid", "typ", "crit", "b64", "jku", "jwk", "x5u", "x5c", "cty", "zip", "enc")
NAMES_OF_CLAIMS = ("sub", "exp", "nbf", "iat", "iss", "aud", "jti", "permissions", "scope", "lanes")


async def outcome(checker: JwtTokens, token: str) -> Principal | str:
    """Return the principal or the reason of the refusal. Every other error fails the test."""
    try:
        return await checker.authenticate(token)
    except BadCredential as error:
        return error.reason


@given(st.dictionaries(st.sampled_from(NAMES_IN_HEADERS), JSON, max_size=4), JSON, st.binary(max_size=40))
async def test_no_header_breaks_the_check(header: dict[str, Any], claims: Any, signature: bytes) -> None:
    token = f"{segment(header)}.{segment(claims)}.{encode_segment(signature)}"
    assert isinstance(await outcome(tokens(), token), str)
    signed = f"{segment({'alg': 'HS256'} | header)}.{segment(claims)}.{encode_segment(signature)}"
    assert isinstance(await outcome(tokens(), signed), str)


@given(st.dictionaries(st.sampled_from(NAMES_OF_CLAIMS), JSON, max_size=10))
async def test_no_signed_claim_breaks_the_check(claims: dict[str, Any]) -> None:
    for checker in (tokens(), tokens(issuer="us", audience="here")):
        for payload in (claims, CLAIMS | claims, CLAIMS | {"iss": "us", "aud": "here"} | claims):
            await outcome(checker, jwt.PyJWS().encode(json.dumps(payload).encode(), SECRET, "HS256"))


DEEP = b"[" * 2500 + b"]" * 2500


@pytest.mark.parametrize(
    "part",
    [
        DEEP,
        b'{"alg":"HS256","kid":' + DEEP + b"}",
        b'{"alg":' + DEEP + b"}",
        b'{"alg":"HS256","exp":' + b"9" * 5000 + b"}",
        b'{"alg":"HS256","exp":1e999999}',
        b'{"alg":"HS256","exp":NaN}',
        b'{"alg":"HS256","kid":"\\u0000\\ud800"}',
        b'{"alg":"HS256\\u0000"}',
        b"\xff\xfe{\x00}\x00",
        b'{"alg":"HS256","alg":"none"}',
        b'{"alg":"HS256","b64":false,"crit":["b64"]}',
        b"null",
        b"\x00",
        b"",
    ],
    ids=range(14),
)
async def test_hostile_json_is_refused(part: bytes) -> None:
    as_header = f"{encode_segment(part)}.{segment(CLAIMS)}.{encode_segment(b'x' * 32)}"
    assert isinstance(await outcome(tokens(), as_header), str)
    as_claims = jwt.PyJWS().encode(part, SECRET, "HS256")
    assert isinstance(await outcome(tokens(), as_claims), str)
