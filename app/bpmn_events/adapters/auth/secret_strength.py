"""The strength that a shared secret needs (RFC 7518, section 3.2; RFC 8725, section 3.5)."""

MIN_SECRET_BYTES = 32
MAX_SECRETS = 10  # a token does not name its secret, so each one may be tried
_MIN_DIFFERENT_BYTES = 8
_MAX_REPEATED_BYTES = 16


class WeakSecret(ValueError):
    """The secret is too weak to sign tokens with. The message is one line that does not contain it."""


def weakness(secret: bytes) -> str | None:
    """Return why the secret could be guessed, as the end of a sentence about it; None if it looks random enough."""
    if len(secret) < MIN_SECRET_BYTES:
        return f"has {len(secret)} bytes; a secret takes at least {MIN_SECRET_BYTES} bytes"
    if (different := len(set(secret))) < _MIN_DIFFERENT_BYTES:
        return f"has only {different} different characters; a secret takes at least {_MIN_DIFFERENT_BYTES}"
    if _repeats_short_text(secret):
        return f"repeats a text of at most {_MAX_REPEATED_BYTES} bytes; take a random secret"
    return None


def _repeats_short_text(secret: bytes) -> bool:
    return any(secret[length:] == secret[:-length] for length in range(1, _MAX_REPEATED_BYTES + 1))
