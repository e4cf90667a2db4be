"""Bearer tokens: JSON Web Tokens (RFC 7519), checked as RFC 8725 advises."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import jwt

from bpmn_events.adapters.auth.claims import ClaimNames, read_principal
from bpmn_events.adapters.auth.key_sets import KeySet
from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.principal import Principal

MAX_TOKEN_LENGTH = 8192
DEFAULT_NAMES = ClaimNames()
_CACHED_TOKENS = 1024
_CACHE_SECONDS = 60.0  # tokens of a key that its issuer withdraws are accepted for this long
_CLOCK_SKEW_SECONDS = 5
_LAST_SECOND = 253_402_300_799  # of the year 9999: no later instant is a datetime

# This module checks times and the subject itself: the library accepts "123" and true as numbers.
_DECODER = jwt.PyJWT({"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_sub": False})

_REASONS: dict[type[jwt.PyJWTError], str] = {
    jwt.InvalidSignatureError: "its signature is wrong",
    jwt.InvalidKeyError: "its signature is wrong",
    jwt.InvalidAlgorithmError: "it is signed with an algorithm that this server does not accept",
    jwt.InvalidIssuerError: "it comes from another issuer",
    jwt.InvalidAudienceError: "it is meant for another audience",
    jwt.PyJWTError: "it is not a valid JSON Web Token",
}


@dataclass(frozen=True, slots=True)
class _VerifiedToken:
    principal: Principal
    valid_until: float


class JwtTokens:
    """A verifier of bearer tokens, with a cache of the last ones.

    A token stays in the cache for a minute at most, and never beyond its expiry. Without ``issuer``, every issuer is
    accepted. Without ``audience``, a token must not name an audience.
    """

    def __init__(
        self,
        keys: KeySet,
        *,
        issuer: str | None = None,
        audience: str | None = None,
        names: ClaimNames = DEFAULT_NAMES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._names = names
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._cache: OrderedDict[str, _VerifiedToken] = OrderedDict()

    async def authenticate(self, bearer: str) -> Principal:
        """Return the principal of a bearer token.

        Raises:
            BadCredential: The token is malformed, wrongly signed, expired, or not meant for this server.
            KeysUnavailable: The keys of its issuer cannot be fetched at the moment.
        """
        cached = self._cache.get(bearer)
        if cached is not None and self._clock() < cached.valid_until:
            self._cache.move_to_end(bearer)
            return cached.principal
        token = _check_claims(await self._verify(bearer), self._names, self._clock())
        self._cache_token(bearer, token)
        return token.principal

    async def _verify(self, bearer: str) -> Mapping[str, Any]:
        if len(bearer) > MAX_TOKEN_LENGTH:
            raise BadCredential(f"it is longer than {MAX_TOKEN_LENGTH} characters")
        try:
            header = jwt.get_unverified_header(bearer)
            if header.get("alg") not in self._keys.algorithms:
                raise jwt.InvalidAlgorithmError
            return self._decode(bearer, await self._keys.candidates(header))
        except jwt.MissingRequiredClaimError as error:
            raise BadCredential(f"it has no claim {error.claim!r}") from None
        except jwt.PyJWTError as error:
            reason = next(_REASONS[kind] for kind in type(error).__mro__ if kind in _REASONS)
            raise BadCredential(reason) from None

    def _decode(self, bearer: str, keys: Sequence[bytes | jwt.PyJWK]) -> Mapping[str, Any]:
        """Return the claims, verified with the first key that fits."""
        *others, last = keys
        for key in others:
            with suppress(jwt.InvalidSignatureError, jwt.InvalidKeyError):
                return self._decode_with(key, bearer)
        return self._decode_with(last, bearer)

    def _decode_with(self, key: bytes | jwt.PyJWK, bearer: str) -> Mapping[str, Any]:
        algorithms = list(self._keys.algorithms)
        return _DECODER.decode(bearer, key, algorithms, issuer=self._issuer, audience=self._audience)

    def _cache_token(self, bearer: str, token: _VerifiedToken) -> None:
        self._cache[bearer] = token
        self._cache.move_to_end(bearer)
        if len(self._cache) > _CACHED_TOKENS:
            self._cache.popitem(last=False)


def sign_token(
    secret: bytes,
    *,
    subject: str,
    permissions: Collection[str],
    lanes: Collection[str],
    expires_in: timedelta,
    issuer: str | None = None,
    audience: str | None = None,
    names: ClaimNames = DEFAULT_NAMES,
    now: float | None = None,
) -> str:
    """Return a token signed with the shared secret, for development and for callers without an identity provider."""
    issued = int(time.time() if now is None else now)
    claims = {
        **names.describe(subject, permissions, lanes),
        "iat": issued,
        "exp": issued + int(expires_in.total_seconds()),
    }
    claims |= {name: value for name, value in (("iss", issuer), ("aud", audience)) if value is not None}
    return jwt.encode(claims, secret, algorithm="HS256")


def _check_claims(claims: Mapping[str, Any], names: ClaimNames, now: float) -> _VerifiedToken:
    expires = _read_date(claims, "exp")
    if expires is None:
        raise BadCredential("it has no claim 'exp'")
    if expires <= now:
        raise BadCredential("it has expired")
    if (_read_date(claims, "nbf") or 0) > now + _CLOCK_SKEW_SECONDS:
        raise BadCredential("it is not valid yet")
    principal = replace(read_principal(claims, names), expires_at=min(expires, _LAST_SECOND))
    return _VerifiedToken(principal, min(expires, now + _CACHE_SECONDS))


def _read_date(claims: Mapping[str, Any], name: str) -> float | None:
    """Return a NumericDate claim in seconds since 1970, or None without it (RFC 7519, section 2)."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadCredential(f"its claim {name!r} is not a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadCredential(f"its claim {name!r} is not a number")
    return value
