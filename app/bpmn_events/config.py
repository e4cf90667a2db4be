"""The settings of the server and its commands, read from the environment, then from the file ``.env``."""

import os
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bpmn_events.adapters.auth.secret_strength import MAX_SECRETS, weakness
from bpmn_events.adapters.hosts.embedded.execution.instance_limit import DEFAULT_MAX_INSTANCE_BYTES
from bpmn_events.adapters.storage.connections.engines import DEFAULT_TIMEOUT_SECONDS
from bpmn_events.adapters.storage.connections.urls import parse_database_url
from bpmn_events.addresses import parse_key_set_url, parse_origin, parse_root_path
from bpmn_events.application.ports.response_budget import DEFAULT_MAX_RESPONSE_BYTES

PREFIX = "BPMN_EVENTS_"

SigningAlgorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LogLevel = Literal["debug", "info", "warning", "error", "critical"]

_ENV_FILE = ".env"
# Kubernetes sets these variables in every pod beside a service called "bpmn-events"
# (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
_KUBERNETES = re.compile("SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?")
_KUBERNETES_PORT = re.compile("(tcp|udp|sctp)://.*")


class InvalidSettings(Exception):
    """The settings cannot be used. The message is one line that names each invalid setting."""


class Settings(BaseSettings):
    """Every setting of the server and its commands."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=_ENV_FILE,
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
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (),
        description="The addresses or networks of the proxies in front of the server, such as `127.0.0.1, 10.0.0.0/8`, "
        "separated by commas. Their header `X-Forwarded-For` names the address of the client.",
    )
    log_level: LogLevel = Field(
        "info", description="The least severe messages to log. Lines of the access log and the audit log are `info`."
    )
    log_format: Literal["console", "json"] = Field(
        "console", description="The form of each line of the log: `console` for people, `json` for programs."
    )
    access_log: bool = Field(True, description="Whether to log a line for each request.")
    audit_log: bool = Field(
        True,
        description="Whether to log a line for each trigger, each other command of a caller, and each permission that "
        "a caller lacks.",
    )
    metrics_folder: Path | None = Field(
        None,
        description="A folder of this machine in which the processes of one server share their metrics. "
        "`bpmn-events serve` creates one for its workers; several processes of another ASGI server need the setting.",
    )
    tracing: bool = Field(
        False,
        description="Whether to send traces to an OpenTelemetry collector; needs the extra `otel`. The environment "
        "variables of OpenTelemetry, such as `OTEL_EXPORTER_OTLP_ENDPOINT`, configure the rest.",
    )
    shutdown_seconds: int = Field(
        10, ge=0, le=3600, description="The time that a stopping server gives running requests to finish, in seconds."
    )

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
        "`realm_access.roles`; so in the other names of claims.",
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
    rate_limit_requests: int | None = Field(
        None,
        ge=1,
        description="The number of requests of one caller in a minute, in each server process; more are refused.",
    )
    rate_limit_triggers: int | None = Field(
        None,
        ge=1,
        description="The number of events that one caller triggers, and tasks that it finishes, in a minute, in each "
        "server process; more are refused.",
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

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

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
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

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

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
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


def load_settings(env_file: Path | None = None, **overrides: Any) -> Settings:
    """Return the settings. Overrides that are not None take precedence over the environment.

    ``env_file`` is read instead of the file ``.env`` in the working folder. It becomes part of the environment, where
    variables that exist take precedence.

    Raises:
        InvalidSettings: The file cannot be read, a setting is invalid, or a variable with the prefix is no setting.
    """
    if env_file is not None:
        _load_environment(env_file)
    source = _ENV_FILE if env_file is None else None
    in_file = dotenv_values(source) if source is not None and Path(source).is_file() else {}
    if unknown := list(_unknown_settings([*os.environ, *in_file])):
        raise InvalidSettings("; ".join(unknown))
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(_env_file=source, **given)  # type: ignore[call-arg] # an option of BaseSettings
    except ValidationError as error:
        raise InvalidSettings("; ".join(_message(detail) for detail in error.errors())) from None


def _load_environment(env_file: Path) -> None:
    """Add the variables of the file to the environment, where workers and libraries find them, too."""
    try:
        with env_file.open(encoding="utf-8") as stream:
            values = dotenv_values(stream=stream)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise InvalidSettings(f"--env-file: {env_file} cannot be read: {reason}") from None
    for name, value in values.items():
        if value is not None:
            os.environ.setdefault(name, value)


def _unknown_settings(names: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each name that has the prefix and is no setting. Names are not case-sensitive."""
    known = [name.upper() for name in Settings.model_fields]
    for name in sorted({name.upper() for name in names}):
        rest = name.removeprefix(PREFIX)
        if rest != name and rest not in known and not _KUBERNETES.fullmatch(rest):
            nearest = get_close_matches(rest, known, 1)
            hint = f"did you mean {PREFIX}{nearest[0]}?" if nearest else "docs/settings.md lists all settings"
            yield f"{name} is not a setting: {hint}"


def _message(detail: Any) -> str:
    text = str(detail["msg"]).removeprefix("Value error, ")
    names = [str(part) for part in detail["loc"][:1]]
    if names == ["port"] and _KUBERNETES_PORT.fullmatch(str(detail["input"])):
        text = (
            "Kubernetes has set it for a service called bpmn-events: set enableServiceLinks: false in the pod, or set "
            "the number of the port"
        )
    return f"{PREFIX}{names[0].upper()}: {text}" if names else text
