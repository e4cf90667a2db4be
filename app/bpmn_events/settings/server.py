"""The settings of the server: its database, its addresses and its logs."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator
from pydantic_settings import NoDecode

from bpmn_events.adapters.storage.connections.engines import DEFAULT_TIMEOUT_SECONDS
from bpmn_events.adapters.storage.connections.urls import parse_database_url
from bpmn_events.addresses import parse_origin, parse_root_path
from bpmn_events.settings.lists import split_at_commas

LogLevel = Literal["debug", "info", "warning", "error", "critical"]


class ServerSettings(BaseModel):
    """Where the server stores, listens and logs."""

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
    hooks: Path | None = Field(
        None,
        description="A folder of files `*.toml`. Each describes [a hook](hooks.md), a path at which a provider "
        "delivers its webhooks. Without the setting, there are none.",
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
        return tuple(dict.fromkeys(map(parse_origin, split_at_commas(value))))

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: Any) -> Any:
        return split_at_commas(value)

    @property
    def is_sqlite(self) -> bool:
        """True if the database is SQLite."""
        return self.database_url.startswith("sqlite")

    @property
    def data_folder(self) -> Path:
        """The folder for generated files: that of the SQLite file, else ``data`` in the working folder."""
        database = parse_database_url(self.database_url).database
        return Path(database).parent if self.is_sqlite and database else Path("data")
