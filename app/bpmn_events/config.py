"""The settings of the server and its commands, read from the environment, then from the file ``.env``."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bpmn_events.adapters.auth.secret_file import MIN_SECRET_BYTES
from bpmn_events.adapters.hosts.embedded.execution.instance_limit import DEFAULT_MAX_INSTANCE_BYTES
from bpmn_events.adapters.storage.connections.engines import DEFAULT_TIMEOUT_SECONDS
from bpmn_events.adapters.storage.connections.urls import parse_database_url
from bpmn_events.addresses import parse_origin, parse_root_path
from bpmn_events.application.ports.response_budget import DEFAULT_MAX_RESPONSE_BYTES

PREFIX = "BPMN_EVENTS_"

SigningAlgorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LogLevel = Literal["debug", "info", "warning", "error", "critical"]


class InvalidSettings(Exception):
    """The settings cannot be used. The message is one line that names each invalid setting."""


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
        "which needs the extra `postgres`. Several hosts: "
        "`postgresql+asyncpg://USER@/NAME?host=A:5432&host=B:5432&target_session_attrs=read-write`.",
    )
    database_timeout_seconds: float = Field(
        DEFAULT_TIMEOUT_SECONDS,
        ge=0.1,
        le=60,
        description="The time after which a database that does not respond, or is locked, counts as unavailable, in "
        "seconds. A request then gets an error that says so.",
    )
    host: str = Field("127.0.0.1", description="The address to listen on; `0.0.0.0` for every IPv4 address.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes any free one.")
    workers: int = Field(1, ge=1, le=64, description="The number of server processes; more than one needs PostgreSQL.")
    root_path: str | None = Field(
        None,
        description="The path prefix under which a proxy publishes the server, such as `/bpmn`. The proxy may remove "
        "it or not.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The other origins whose web pages may send requests, such as `https://dashboard.example.com`, "
        "separated by commas.",
    )
    log_level: LogLevel = Field("info", description="The least severe messages to log.")
    shutdown_seconds: int = Field(
        10, ge=0, le=3600, description="The time that a stopping server gives running requests to finish, in seconds."
    )

    jwt_secret: SecretStr | None = Field(
        None,
        description="The secret that HS256 tokens are signed with, at least 32 bytes. Without it, the server generates "
        "one in the data folder (the folder of the SQLite file, else `./data`).",
    )
    jwt_issuer: str | None = Field(None, description="The `iss` claim that every token must have.")
    jwt_audience: str | None = Field(None, description="The `aud` claim that every token must have.")
    jwt_jwks_url: str | None = Field(
        None,
        pattern="^https?://[^/]+",
        description="The URL of an identity provider's JSON Web Key Set. The server then accepts only tokens of this "
        "provider; needs `JWT_ISSUER` and `JWT_AUDIENCE`.",
    )
    jwt_algorithms: Annotated[tuple[SigningAlgorithm, ...], NoDecode] = Field(
        ("RS256", "ES256", "EdDSA"),
        min_length=1,
        description="The signature algorithms that the identity provider may use, separated by commas.",
    )

    max_connections: int = Field(
        900,
        ge=1,
        description="The number of open connections of each server process, including WebSockets. The limit of open "
        "files (`ulimit -n`) minus 100 is a further limit. Idle connections make room for new ones; if all are busy, "
        "new ones are refused.",
    )
    keep_alive_seconds: int = Field(
        5,
        ge=1,
        le=3600,
        description="The time after which an idle connection is closed, in seconds.",
    )
    request_head_seconds: float = Field(
        5.0, ge=0.1, le=3600, description="The time in which the header of a request must arrive, in seconds."
    )
    request_body_seconds: float = Field(
        5.0,
        ge=0.1,
        le=3600,
        description="The time in which the body of a request must arrive, in seconds. Each kB adds one second.",
    )
    write_seconds: float = Field(
        30.0,
        ge=0.1,
        le=3600,
        description="The time in which a client that reads slowly must read 16 kB of its response, in seconds. "
        "Otherwise its connection is closed.",
    )
    max_body_bytes: int = Field(1_048_576, ge=1024, description="The largest request body, in bytes.")
    max_payload_bytes: int = Field(262_144, ge=2, description="The largest payload, as compact JSON, in bytes.")
    max_payload_depth: int = Field(
        64, ge=1, le=256, description="The maximum nesting depth of objects and arrays in a payload."
    )
    max_response_bytes: int = Field(
        DEFAULT_MAX_RESPONSE_BYTES,
        ge=65_536,
        description="The largest response, in bytes. Lists over plain HTTP are sent in pieces and have no limit.",
    )
    max_instance_bytes: int = Field(
        DEFAULT_MAX_INSTANCE_BYTES,
        ge=1024,
        description="The most that a process instance stores, in bytes: its variables as compact JSON, and the local "
        "variables of its scopes.",
    )
    idempotency_days: int = Field(
        7,
        ge=1,
        le=36500,
        description="The number of days for which a repeated request receives the response of the first request with "
        "the same idempotency key.",
    )
    max_queued_commands: int = Field(
        4096,
        ge=1,
        description="The number of requests that may wait to be written at the same time; more are refused.",
    )
    cancelled_events_days: int = Field(
        30,
        ge=1,
        le=36500,
        description="The number of days for which the server remembers that an event was cancelled.",
    )
    ended_instances_days: int | None = Field(
        None,
        ge=1,
        le=36500,
        description="The number of days after which ended process instances are deleted, with their event triggers; "
        "at least `IDEMPOTENCY_DAYS`. Without it, they are kept.",
    )
    unused_versions_days: int | None = Field(
        None,
        ge=1,
        le=36500,
        description="The number of days after which a version of a process model that was replaced by a newer one is "
        "deleted, if it has no process instances. Without it, versions are kept.",
    )
    graphql_max_depth: int = Field(
        15, ge=1, le=100, description="The maximum nesting depth of fields in a GraphQL document."
    )
    graphql_max_aliases: int = Field(50, ge=0, description="The maximum number of aliases in a GraphQL operation.")
    graphql_max_fields: int = Field(1000, ge=1, description="The maximum number of fields in a GraphQL operation.")
    graphql_max_cost: int = Field(
        50_000, ge=1, description="The maximum number of values that a GraphQL response could contain."
    )
    graphql_max_tokens: int = Field(4000, ge=1, description="The maximum number of tokens in a GraphQL document.")
    graphql_max_characters: int = Field(
        100_000,
        ge=1000,
        description="The maximum length of a GraphQL document, in characters. Long values belong in variables.",
    )
    graphql_introspection: bool = Field(
        True,
        description="Whether GraphQL clients can read the schema with `__schema` and `__type`. Without it, GraphiQL "
        "completes nothing and shows no documentation. `__typename` is always answered.",
    )
    graphql_suggestions: bool = Field(
        True,
        description="Whether errors of GraphQL requests suggest names and values of the schema (*Did you mean …?*).",
    )
    graphql_compiled: bool = Field(
        True,
        description="Whether to compile GraphQL operations that are executed again; otherwise graphql-core executes "
        "all of them. The responses are the same.",
    )
    graphql_trusted_documents: Path | None = Field(
        None,
        description='A JSON file of additional trusted GraphQL documents, `{"<SHA-256>": "<text>"}`, that clients can '
        "execute by id. The documents of `graphql/trusted-documents.json` are always trusted.",
    )
    graphql_only_trusted: bool = Field(
        False,
        description="Whether to execute only trusted GraphQL documents, sent by id or as their exact text. There is no "
        "GraphiQL then.",
    )
    graphiql: bool = Field(True, description="Whether to serve the GraphiQL editor to browsers at `/graphql`.")

    @field_validator("database_url")
    @classmethod
    def _parse_database_url(cls, value: str) -> str:
        return parse_database_url(value).render_as_string(hide_password=False)

    @field_validator("root_path")
    @classmethod
    def _parse_root_path(cls, value: str | None) -> str | None:
        return None if value is None else parse_root_path(value)

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _parse_origins(cls, value: Any) -> Any:
        origins = value.split(",") if isinstance(value, str) else value
        return tuple(dict.fromkeys(map(parse_origin, origins)))

    @field_validator("jwt_secret")
    @classmethod
    def _check_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"takes at least {MIN_SECRET_BYTES} bytes")
        return value

    @field_validator("jwt_algorithms", mode="before")
    @classmethod
    def _split_algorithms(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        if self.jwt_jwks_url is not None:
            if self.jwt_secret is not None:
                raise ValueError(f"{PREFIX}JWT_SECRET and {PREFIX}JWT_JWKS_URL exclude each other")
            if self.jwt_issuer is None or self.jwt_audience is None:
                raise ValueError(f"{PREFIX}JWT_JWKS_URL needs {PREFIX}JWT_ISSUER and {PREFIX}JWT_AUDIENCE")
        if self.workers > 1 and self.is_sqlite:
            raise ValueError(
                f"{PREFIX}WORKERS above 1 needs PostgreSQL: a SQLite file takes one writing server process"
            )
        if self.ended_instances_days is not None and self.ended_instances_days < self.idempotency_days:
            raise ValueError(
                f"{PREFIX}ENDED_INSTANCES_DAYS must be at least {PREFIX}IDEMPOTENCY_DAYS, {self.idempotency_days}: a "
                "repeated request reads the instances of the first one"
            )
        if self.max_response_bytes < (least := self.max_instance_bytes + self.max_payload_bytes):
            raise ValueError(
                f"{PREFIX}MAX_RESPONSE_BYTES must be at least {least}, the sum of {PREFIX}MAX_INSTANCE_BYTES and "
                f"{PREFIX}MAX_PAYLOAD_BYTES: the response to a trigger contains the variables and the payload"
            )
        return self

    @property
    def is_sqlite(self) -> bool:
        """True if the database is SQLite."""
        return self.database_url.startswith("sqlite")

    @property
    def data_folder(self) -> Path:
        """The folder for generated files: that of the SQLite file, else ``data`` in the working folder."""
        database = parse_database_url(self.database_url).database
        return Path(database).parent if self.is_sqlite and database else Path("data")


def load_settings(**overrides: Any) -> Settings:
    """Return the settings. Overrides that are not None take precedence over the environment.

    Raises:
        InvalidSettings: A setting is invalid.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        raise InvalidSettings("; ".join(_message(detail) for detail in error.errors())) from None


def _message(detail: Any) -> str:
    text = str(detail["msg"]).removeprefix("Value error, ")
    names = [str(part) for part in detail["loc"][:1]]
    return f"{PREFIX}{names[0].upper()}: {text}" if names else text
