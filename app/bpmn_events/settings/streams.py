"""The limits of subscriptions and of the streams that deliver them."""

from pydantic import BaseModel, Field


class StreamSettings(BaseModel):
    """How many subscriptions there may be, and how far behind their clients."""

    max_subscriptions: int = Field(
        10_000,
        ge=1,
        description="The number of open subscriptions of each server process, over all transports; more are refused.",
    )
    max_subscriptions_per_caller: int = Field(
        1_000,
        ge=1,
        description="The number of open subscriptions of one caller, in each server process; more are refused. "
        "A subscription whose request is large counts once more for each full 16 KiB of it, here and in the number of "
        "all; and one whose filter has many correlations, instances, models or elements, for each 40 of them.",
    )
    max_operations_per_connection: int = Field(
        100,
        ge=1,
        description="The number of GraphQL operations that may run over one WebSocket at the same time, with its "
        "subscriptions; more are refused.",
    )
    connection_init_seconds: float = Field(
        10.0,
        ge=0.1,
        le=3600,
        description="The time in which the client of a WebSocket must send `connection_init`, in seconds.",
    )
    heartbeat_seconds: float = Field(
        12.0,
        ge=1,
        le=3600,
        description="The time after which a silent stream sends a heartbeat, in seconds. It must be shorter than the "
        "timeouts of proxies.",
    )
    stalled_seconds: float = Field(
        3.0,
        ge=1,
        le=3600,
        description="The time after which a stream is ended if its client reads nothing of what waits for it, in "
        "seconds.",
    )
    max_stream_bytes: int = Field(
        1_048_576,
        ge=65_536,
        description="How much may wait in memory for the client of one stream, in bytes. The stream of a client that "
        "is further behind is ended.",
    )
    max_streams_total_bytes: int = Field(
        67_108_864,
        ge=65_536,
        description="How much may wait in memory for the clients of all streams of a server process, in bytes. If it "
        "is more, the streams for which most waits are ended.",
    )
    ticket_seconds: int = Field(
        30,
        ge=1,
        le=3600,
        description="The number of seconds in which a ticket must be used. A stream takes it in its address, in place "
        "of a token.",
    )
