"""The document that an identity provider publishes its keys in: a JSON Web Key Set (RFC 7517, section 5)."""

from collections.abc import Mapping
from typing import Any

import jwt
import msgspec

MAX_KEYS = 1000
_KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}


class KeySetUnusable(Exception):
    """The document is no key set. The message says why, as the end of a sentence about the document."""


def parse_key_set(document: bytes) -> list[dict[str, Any]]:
    """Return the keys of the set as they are. What is no JSON object among them is left out.

    Raises:
        KeySetUnusable: The document is no key set, is nested too deeply, or has more than 1,000 keys.
    """
    try:
        content = msgspec.json.decode(document)
    except (msgspec.DecodeError, RecursionError) as error:
        raise KeySetUnusable(f"it is not JSON that this server reads: {error}") from None
    keys = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(keys, list):
        raise KeySetUnusable("it is no JSON Web Key Set")
    if len(keys) > MAX_KEYS:
        raise KeySetUnusable(f"it has more than {MAX_KEYS} keys")
    return [key for key in keys if isinstance(key, dict)]


def may_verify(key: Mapping[str, Any], algorithm: str, key_id: object) -> bool:
    """Return True if a published key may verify tokens with this algorithm and, unless it is None, this key id."""
    return (
        key.get("kty") == _KEY_TYPES[algorithm[:2]]
        and key.get("alg", algorithm) == algorithm
        and key.get("use", "sig") == "sig"
        and (key_id is None or key.get("kid") == key_id)
    )


def load_key(key: dict[str, Any], algorithm: str) -> jwt.PyJWK | None:
    """Return a published key for this algorithm, or None if it is damaged."""
    try:
        return jwt.PyJWK(key, algorithm)
    except Exception:  # the members of a key can be anything, and the libraries raise whatever they stumble over
        return None
