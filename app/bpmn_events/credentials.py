"""The token verifier that the settings describe, and new tokens that it accepts."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from bpmn_events.adapters.auth.key_sets import KeySet, PublishedKeys, SharedSecret
from bpmn_events.adapters.auth.secret_file import load_or_create_secret, secret_file
from bpmn_events.adapters.auth.tokens import JwtTokens, sign_token
from bpmn_events.config import Settings
from bpmn_events.failures import NoSharedSecret


def build_tokens(settings: Settings) -> JwtTokens:
    """Return the verifier of bearer tokens. Generate the shared secret if the settings have no key.

    Raises:
        WeakSecret, OSError: The generated secret cannot be used or stored.
    """
    keys: KeySet
    if settings.jwt_jwks_url is None:
        keys = SharedSecret(_secret(settings))
    else:
        keys = PublishedKeys(settings.jwt_jwks_url, settings.jwt_algorithms)
    return JwtTokens(keys, issuer=settings.jwt_issuer, audience=settings.jwt_audience)


def make_token(
    settings: Settings, subject: str, permissions: Collection[str], lanes: Collection[str], expires_in: timedelta
) -> str:
    """Return a new bearer token that this server accepts.

    Raises:
        NoSharedSecret: The server accepts only the tokens of an identity provider.
        WeakSecret, OSError: As ``build_tokens``.
    """
    if settings.jwt_jwks_url is not None:
        raise NoSharedSecret
    return sign_token(
        _secret(settings),
        subject=subject,
        permissions=permissions,
        lanes=lanes,
        expires_in=expires_in,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
    )


def generated_secret_file(settings: Settings) -> Path | None:
    """Return the file of the generated secret that signs tokens; None if the server uses none."""
    file = secret_file(settings.data_folder)
    is_used = settings.jwt_secret is None and settings.jwt_jwks_url is None
    return file if is_used and file.exists() else None


def _secret(settings: Settings) -> bytes:
    if settings.jwt_secret is not None:
        return settings.jwt_secret.get_secret_value().encode()
    return load_or_create_secret(settings.data_folder)
