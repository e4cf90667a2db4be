"""The token verifier that the settings describe, and new tokens that it accepts."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from bpmn_events.adapters.auth.claims import ClaimNames
from bpmn_events.adapters.auth.key_sets import KeySet, SharedSecret
from bpmn_events.adapters.auth.published_keys import PublishedKeys
from bpmn_events.adapters.auth.secret_file import load_or_create_secrets, read_secrets, secret_file
from bpmn_events.adapters.auth.tokens import JwtTokens, sign_token
from bpmn_events.config import InvalidSettings, Settings
from bpmn_events.failures import NoSharedSecret, WeakSecret
from bpmn_events.settings.prefix import PREFIX


def build_tokens(settings: Settings) -> JwtTokens:
    """Return the verifier of bearer tokens. Generate the shared secret if the settings have no key.

    Raises:
        InvalidSettings: The file of secrets cannot be used.
        WeakSecret, OSError: The generated secret cannot be used or stored.
    """
    keys = SharedSecret(*_secrets(settings)) if settings.jwt_jwks_url is None else _published_keys(settings)
    return JwtTokens(keys, issuer=settings.jwt_issuer, audience=settings.jwt_audience, names=_claim_names(settings))


def make_token(
    settings: Settings, subject: str, permissions: Collection[str], lanes: Collection[str], expires_in: timedelta
) -> str:
    """Return a new bearer token that this server accepts.

    Raises:
        NoSharedSecret: The server accepts only the tokens of an identity provider.
        InvalidSettings, WeakSecret, OSError: As ``build_tokens``.
    """
    if settings.jwt_jwks_url is not None:
        raise NoSharedSecret
    return sign_token(
        _secrets(settings)[0],
        subject=subject,
        permissions=permissions,
        lanes=lanes,
        expires_in=expires_in,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        names=_claim_names(settings),
    )


def missing_secret_file(settings: Settings) -> Path | None:
    """Return the path of the secret that the next use of the settings generates, or None if it generates none."""
    file = secret_file(settings.data_folder)
    return file if _generates_secret(settings) and not file.exists() else None


def generated_secret_file(settings: Settings) -> Path | None:
    """Return the file of the generated secret that signs tokens; None if there is none."""
    file = secret_file(settings.data_folder)
    return file if _generates_secret(settings) and file.exists() else None


def _generates_secret(settings: Settings) -> bool:
    return not (settings.jwt_jwks_url or settings.jwt_secret or settings.jwt_secret_file)


def _published_keys(settings: Settings) -> KeySet:
    # Only servers with an identity provider need the HTTP client, whose import takes a tenth of a second.
    from bpmn_events.adapters.auth.key_set_download import KeySetDownload  # noqa: PLC0415

    assert settings.jwt_jwks_url is not None
    download = KeySetDownload(settings.jwt_jwks_url)
    return PublishedKeys(download, settings.jwt_algorithms, stale_seconds=settings.jwt_stale_seconds)


def _secrets(settings: Settings) -> list[bytes]:
    """Return the secrets whose tokens are accepted. The first one signs new tokens."""
    if settings.jwt_secret is not None:
        return [secret.get_secret_value().encode() for secret in (settings.jwt_secret, *settings.jwt_previous_secrets)]
    if settings.jwt_secret_file is None:
        return load_or_create_secrets(settings.data_folder, allow_weak=settings.jwt_allow_insecure)
    try:
        return read_secrets(settings.jwt_secret_file, allow_weak=settings.jwt_allow_insecure)
    except (WeakSecret, OSError) as error:
        raise InvalidSettings(f"{PREFIX}JWT_SECRET_FILE: {error}") from None


def _claim_names(settings: Settings) -> ClaimNames:
    return ClaimNames(
        settings.jwt_subject_claim,
        settings.jwt_permissions_claim,
        settings.jwt_scope_claim,
        settings.jwt_lanes_claim,
        settings.jwt_scope_prefix or "",
    )
