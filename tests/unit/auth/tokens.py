"""Tokens and clocks for the tests of this folder."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest

from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.domain.errors import BadCredential

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


def segment(value: Any) -> str:
    """Return a part of a token with this JSON value."""
    return encode_segment(json.dumps(value).encode())


def encode_segment(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


async def refusal(checker: JwtTokens, token: str) -> str:
    """Return the reason why the token is refused."""
    with pytest.raises(BadCredential) as caught:
        await checker.authenticate(token)
    return caught.value.reason
