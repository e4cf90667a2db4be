"""The settings, read once: from the environment, then from the file ``.env``."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bpmn_events.adapters.auth.secret_file import MIN_SECRET_BYTES
from bpmn_events.adapters.storage.connections.urls import parse_database_url

PREFIX = "BPMN_EVENTS_"

SigningAlgorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LogLevel = Literal["debug", "info", "warning", "error", "critical"]


class InvalidSettings(Exception):
    """The settings cannot be used. The text is one line that names each bad one."""


class Settings(BaseSettings):
    """Every setting of the server and its commands."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: str = Field(
        "sqlite+aiosqlite:///./data/bpmn-events.db",
        description="The database: `sqlite+aiosqlite:///PATH`, or `postgresql+asyncpg://USER:PASSWORD@HOST/NAME`, "
        "which needs the extra `postgres`.",
    )
    host: str = Field("127.0.0.1", description="The address to listen on; `0.0.0.0` for every IPv4 address.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes any free one.")
    workers: int = Field(1, ge=1, le=64, description="How many server processes; more than one needs PostgreSQL.")
    log_level: LogLevel = Field("info", description="The least severe messages to log.")
    shutdown_seconds: int = Field(
        10, ge=0, le=3600, description="How long a stopping server lets running requests finish, in seconds."
    )

    jwt_secret: SecretStr | None = Field(
        None,
        description="The secret that HS256 tokens are signed with, at least 32 bytes. Without it, one is generated in "
        "the data folder (that of the SQLite file, else `./data`).",
    )
    jwt_issuer: str | None = Field(None, description="The `iss` that every token must have.")
    jwt_audience: str | None = Field(None, description="The `aud` that every token must have.")
    jwt_jwks_url: str | None = Field(
        None,
        pattern="^https?://[^/]+",
        description="The JSON Web Key Set of an identity provider. Its tokens are then the only ones accepted; needs "
        "`JWT_ISSUER` and `JWT_AUDIENCE`.",
    )
    jwt_algorithms: Annotated[tuple[SigningAlgorithm, ...], NoDecode] = Field(
        ("RS256", "ES256", "EdDSA"),
        min_length=1,
        description="The algorithms that tokens of the identity provider may be signed with, separated by commas.",
    )

    max_body_bytes: int = Field(1_048_576, ge=1024, description="The largest request body, in bytes.")
    max_payload_bytes: int = Field(262_144, ge=2, description="The largest payload, as compact JSON, in bytes.")
    max_payload_depth: int = Field(
        64, ge=1, le=256, description="How deep objects and arrays of a payload may be nested."
    )
    idempotency_days: int = Field(
        7,
        ge=1,
        le=36500,
        description="How many days a repeated request is answered like the first with the same idempotency key.",
    )
    cancelled_events_days: int = Field(
        30,
        ge=1,
        le=36500,
        description="How many days it is remembered of a cancelled event that it was cancelled.",
    )
    graphql_max_depth: int = Field(15, ge=1, le=100, description="How deep fields of a GraphQL document may be nested.")
    graphql_max_aliases: int = Field(50, ge=0, description="How many aliases a GraphQL operation may have.")
    graphql_max_fields: int = Field(1000, ge=1, description="How many fields a GraphQL operation may have.")
    graphql_max_cost: int = Field(50_000, ge=1, description="How many values a GraphQL answer may be able to hold.")
    graphql_max_tokens: int = Field(4000, ge=1, description="How many tokens a GraphQL document may have.")
    graphql_compiled: bool = Field(
        True,
        description="Whether GraphQL operations that come again are compiled; without it graphql-core executes each. "
        "The answers are the same.",
    )
    graphql_trusted_documents: Path | None = Field(
        None,
        description='A JSON file of GraphQL documents of your own, `{"<SHA-256>": "<text>"}`, that clients may ask for '
        "by id. Those of `graphql/trusted-documents.json` always are.",
    )
    graphql_only_trusted: bool = Field(
        False,
        description="Whether only trusted GraphQL documents are executed, by their id or their very text; there is no "
        "GraphiQL then.",
    )
    graphiql: bool = Field(True, description="Whether a browser finds the GraphiQL editor at `/graphql`.")

    @field_validator("database_url")
    @classmethod
    def _usable_database(cls, value: str) -> str:
        return parse_database_url(value).render_as_string(hide_password=False)

    @field_validator("jwt_secret")
    @classmethod
    def _strong_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"takes at least {MIN_SECRET_BYTES} bytes")
        return value

    @field_validator("jwt_algorithms", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.jwt_jwks_url is not None:
            if self.jwt_secret is not None:
                raise ValueError(f"{PREFIX}JWT_SECRET and {PREFIX}JWT_JWKS_URL exclude each other")
            if self.jwt_issuer is None or self.jwt_audience is None:
                raise ValueError(f"{PREFIX}JWT_JWKS_URL needs {PREFIX}JWT_ISSUER and {PREFIX}JWT_AUDIENCE")
        if self.workers > 1 and self.is_sqlite:
            raise ValueError(
                f"{PREFIX}WORKERS above 1 needs PostgreSQL: a SQLite file takes one writing server process"
            )
        return self

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def data_folder(self) -> Path:
        """Where what the server makes for itself is kept."""
        database = parse_database_url(self.database_url).database
        return Path(database).parent if self.is_sqlite and database else Path("data")


def load_settings(**given: Any) -> Settings:
    """The settings, those given (and not None) before those of the environment.

    Raises:
        InvalidSettings: one is wrong.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise InvalidSettings("; ".join(_line(problem) for problem in error.errors())) from None


def _line(problem: Any) -> str:
    text = str(problem["msg"]).removeprefix("Value error, ")
    names = [str(part) for part in problem["loc"][:1]]
    return f"{PREFIX}{names[0].upper()}: {text}" if names else text
