"""The settings of the tokens that the server accepts."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import NoDecode

from bpmn_events.adapters.auth.secret_strength import MAX_SECRETS, weakness
from bpmn_events.addresses import parse_key_set_url
from bpmn_events.settings.lists import split_at_commas
from bpmn_events.settings.prefix import PREFIX

SigningAlgorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class TokenSettings(BaseModel):
    """The keys that verify tokens, and the names of their claims."""

    jwt_allow_insecure: bool = Field(
        False,
        description="Whether to accept weak secrets, and a key set at a plain http address. Only for tests and "
        "development.",
    )
    jwt_secret: SecretStr | None = Field(
        None,
        description="The secret that HS256 tokens are signed with, at least 32 random bytes. Without it, the server "
        "generates one in the data folder (the folder of the SQLite file, else `./data`).",
    )
    jwt_previous_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Earlier secrets whose tokens are still accepted, at most 9, separated by spaces; needs "
        "`JWT_SECRET`.",
    )
    jwt_secret_file: Path | None = Field(
        None,
        description="A file with one secret per line, at most 10, in place of `JWT_SECRET` and `JWT_PREVIOUS_SECRETS`. "
        "The first one signs tokens, and the tokens of all are accepted.",
    )
    jwt_issuer: str | None = Field(None, description="The `iss` claim that every token must have.")
    jwt_audience: str | None = Field(None, description="The `aud` claim that every token must have.")
    jwt_jwks_url: str | None = Field(
        None,
        description="The https URL of an identity provider's JSON Web Key Set. The server then accepts only tokens of "
        "this provider; needs `JWT_ISSUER` and `JWT_AUDIENCE`.",
    )
    jwt_stale_seconds: int = Field(
        3600,
        ge=30,
        le=604_800,
        description="The time for which the keys of the last successful fetch are used while the identity provider "
        "does not deliver its key set, in seconds.",
    )
    jwt_algorithms: Annotated[tuple[SigningAlgorithm, ...], NoDecode] = Field(
        ("RS256", "ES256", "EdDSA"),
        min_length=1,
        description="The signature algorithms that the identity provider may use, separated by commas.",
    )
    jwt_subject_claim: str = Field("sub", min_length=1, description="The claim with the name of the caller.")
    jwt_permissions_claim: str = Field(
        "permissions",
        min_length=1,
        description="The claim with the list of permissions. Dots lead into nested objects, as in "
        "`realm_access.roles`. The same applies to the other names of claims.",
    )
    jwt_scope_claim: str = Field(
        "scope",
        min_length=1,
        description="The claim with the permissions of a token without the claim above: a text with spaces between "
        "them, or a list.",
    )
    jwt_lanes_claim: str = Field("lanes", min_length=1, description="The claim with the list of lanes.")
    jwt_scope_prefix: str | None = Field(
        None,
        pattern=r"^\S+$",
        description="The text before each permission in both claims, such as `bpmn:` in `bpmn:events:read`. Other "
        "permissions do not count then.",
    )

    @field_validator("jwt_previous_secrets", mode="before")
    @classmethod
    def _split_secrets(cls, value: Any) -> Any:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("jwt_secret", "jwt_previous_secrets")
    @classmethod
    def _check_secrets(cls, value: Any, info: ValidationInfo) -> Any:
        secrets = value if isinstance(value, tuple) else (value,)
        if len(secrets) >= MAX_SECRETS:
            raise ValueError(f"takes at most {MAX_SECRETS - 1} secrets")
        reasons = (weakness(secret.get_secret_value().encode()) for secret in secrets if secret is not None)
        if not info.data.get("jwt_allow_insecure") and (reason := next(filter(None, reasons), None)):
            raise ValueError(f"{reason} (for tests, {PREFIX}JWT_ALLOW_INSECURE=true allows weak secrets)")
        return value

    @field_validator("jwt_jwks_url")
    @classmethod
    def _parse_key_set_url(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        scheme, url = parse_key_set_url(value)
        if scheme != "https" and not info.data.get("jwt_allow_insecure"):
            raise ValueError(
                "takes an https address, because anyone on the way could replace the keys of a plain http address "
                f"(for tests, {PREFIX}JWT_ALLOW_INSECURE=true allows it)"
            )
        return url

    @field_validator("jwt_algorithms", mode="before")
    @classmethod
    def _split_algorithms(cls, value: Any) -> Any:
        return split_at_commas(value)

    @model_validator(mode="after")
    def _check_keys(self) -> Self:
        sources = {
            "JWT_SECRET": self.jwt_secret,
            "JWT_SECRET_FILE": self.jwt_secret_file,
            "JWT_JWKS_URL": self.jwt_jwks_url,
        }
        if len(given := [f"{PREFIX}{name}" for name, value in sources.items() if value is not None]) > 1:
            raise ValueError(f"{' and '.join(given)} exclude each other")
        if self.jwt_previous_secrets and self.jwt_secret is None:
            raise ValueError(f"{PREFIX}JWT_PREVIOUS_SECRETS needs {PREFIX}JWT_SECRET")
        if self.jwt_jwks_url is not None and (self.jwt_issuer is None or self.jwt_audience is None):
            raise ValueError(f"{PREFIX}JWT_JWKS_URL needs {PREFIX}JWT_ISSUER and {PREFIX}JWT_AUDIENCE")
        return self
