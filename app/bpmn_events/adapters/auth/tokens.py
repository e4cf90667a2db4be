"""Bearer tokens: JSON Web Tokens (RFC 7519), checked as RFC 8725 advises."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from bpmn_events.adapters.auth.key_sets import KeySet
from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.ids import is_valid_id
from bpmn_events.domain.principal import Principal

MAX_TOKEN_LENGTH = 8192
_CACHED_TOKENS = 1024
_CACHE_SECONDS = 60.0  # tokens of a key that its issuer withdraws are accepted for this long
_CLOCK_SKEW_SECONDS = 5

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
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._cache: OrderedDict[str, _VerifiedToken] = OrderedDict()

    async def authenticate(self, bearer: str) -> Principal:
        """Return the principal of a bearer token.

        Raises:
            BadCredential: The token is malformed, wrongly signed, expired, or not meant for this server.
        """
        cached = self._cache.get(bearer)
        if cached is not None and self._clock() < cached.valid_until:
            self._cache.move_to_end(bearer)
            return cached.principal
        token = _check_claims(await self._verify(bearer), self._clock())
        self._cache_token(bearer, token)
        return token.principal

    async def _verify(self, bearer: str) -> Mapping[str, Any]:
        if len(bearer) > MAX_TOKEN_LENGTH:
            raise BadCredential(f"it is longer than {MAX_TOKEN_LENGTH} characters")
        try:
            header = jwt.get_unverified_header(bearer)
            if header.get("alg") not in self._keys.algorithms:
                raise jwt.InvalidAlgorithmError
            key = await self._keys.key(header)
            return _DECODER.decode(
                bearer, key, list(self._keys.algorithms), issuer=self._issuer, audience=self._audience
            )
        except jwt.MissingRequiredClaimError as error:
            raise BadCredential(f"it has no claim {error.claim!r}") from None
        except jwt.PyJWTError as error:
            reason = next(_REASONS[kind] for kind in type(error).__mro__ if kind in _REASONS)
            raise BadCredential(reason) from None

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
    now: float | None = None,
) -> str:
    """Return a token signed with the shared secret, for development and for callers without an identity provider."""
    issued = int(time.time() if now is None else now)
    claims: dict[str, Any] = {
        "sub": subject,
        "iat": issued,
        "exp": issued + int(expires_in.total_seconds()),
        "permissions": sorted(permissions),
        "lanes": sorted(lanes),
    }
    claims |= {name: value for name, value in (("iss", issuer), ("aud", audience)) if value is not None}
    return jwt.encode(claims, secret, algorithm="HS256")


def _check_claims(claims: Mapping[str, Any], now: float) -> _VerifiedToken:
    expires = _read_date(claims, "exp")
    if expires is None:
        raise BadCredential("it has no claim 'exp'")
    if expires <= now:
        raise BadCredential("it has expired")
    if (_read_date(claims, "nbf") or 0) > now + _CLOCK_SKEW_SECONDS:
        raise BadCredential("it is not valid yet")
    principal = Principal(_read_subject(claims), _read_permissions(claims), _read_names(claims, "lanes"))
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


def _read_subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if subject is None:
        raise BadCredential("it has no claim 'sub'")
    if not isinstance(subject, str) or not is_valid_id(subject):
        raise BadCredential("its claim 'sub' is not a string of 1 to 255 printable characters")
    return subject


def _read_permissions(claims: Mapping[str, Any]) -> frozenset[str]:
    """Return the list ``permissions``, or without it the words of ``scope`` (RFC 8693, section 4.2)."""
    if claims.get("permissions") is not None:
        return _read_names(claims, "permissions")
    scope = claims.get("scope", "")
    if not isinstance(scope, str):
        raise BadCredential("its claim 'scope' is not a string")
    return frozenset(scope.split())


def _read_names(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    values = claims.get(name)
    if values is None:
        return frozenset()
    if not isinstance(values, list) or not all(isinstance(value, str) and is_valid_id(value) for value in values):
        raise BadCredential(f"its claim {name!r} is not a list of names")
    return frozenset(values)
