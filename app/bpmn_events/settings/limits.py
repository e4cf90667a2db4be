"""The limits of connections, requests and stored data."""

from datetime import timedelta

from pydantic import BaseModel, Field

from bpmn_events.adapters.hosts.embedded.execution.instance_limit import DEFAULT_MAX_INSTANCE_BYTES
from bpmn_events.application.ports.response_budget import DEFAULT_MAX_RESPONSE_BYTES


class LimitSettings(BaseModel):
    """How much and how long: connections, requests, payloads, and what is kept."""

    max_connections: int = Field(
        5_000,
        ge=1,
        description="The number of open connections of each server process, including WebSockets. The hard "
        "limit of open files (`ulimit -Hn`) minus 100 is a further limit. Idle connections make room for new ones; if "
        "all are busy, new ones are refused.",
    )
    keep_alive_seconds: int = Field(
        75,
        ge=1,
        le=3600,
        description="The time after which an idle connection is closed, in seconds. Let it be longer than that of "
        "clients and proxies, which otherwise send requests while the server closes the connection.",
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
    bulk_idle_seconds: float = Field(
        60.0,
        ge=0.1,
        le=3600,
        description="The time in which the next bytes of a body with many triggers (`POST /events/trigger`) must "
        "arrive, in seconds, after the answers to all lines before. All of it may take as long as it needs.",
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
    max_bulk_lines: int = Field(
        100_000,
        ge=1,
        description="The number of lines in a body with many triggers (`POST /events/trigger`). It may be larger than "
        "`BPMN_EVENTS_MAX_BODY_BYTES`, but none of its lines.",
    )
    max_bulk_bodies: int = Field(
        32,
        ge=1,
        description="The number of bodies with many triggers that each server process reads and answers at the same "
        "time; more are refused.",
    )
    max_bulk_bodies_per_caller: int = Field(
        8,
        ge=1,
        description="The number of bodies with many triggers of one caller, at the same time and in each server "
        "process; more are refused.",
    )
    max_bulk_spool_bytes: int = Field(
        268_435_456,
        ge=1_048_576,
        description="How much of the answers to a body with many triggers may wait in a temporary file, in bytes, "
        "while the client sends and does not read yet. The file is in the folder of the environment variable `TMPDIR`.",
    )
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
    changes_hours: int = Field(
        24,
        ge=1,
        le=8760,
        description="The number of hours for which changes are kept. A subscription can continue after a cursor that "
        "is not older. Changes are deleted an hour before the process instances of `ENDED_INSTANCES_DAYS` in any case.",
    )
    max_changes: int = Field(
        1_000_000,
        ge=1000,
        description="The number of transactions whose changes are kept at most. A transaction takes about 0.5 kB.",
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

    @property
    def ended_instances_time(self) -> timedelta | None:
        """The time after which ended instances are deleted; None if they are kept."""
        return _days(self.ended_instances_days)

    @property
    def unused_versions_time(self) -> timedelta | None:
        """The time after which unused versions are deleted; None if they are kept."""
        return _days(self.unused_versions_days)


def _days(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(days=number)
