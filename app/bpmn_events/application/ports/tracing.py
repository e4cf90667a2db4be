"""The port of tracing: spans, each with the duration and the attributes of one part of the work."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

Value: TypeAlias = str | int | bool


class Span(Protocol):
    """A part of the work. Attributes contain no payloads, no variables and no credentials."""

    @property
    def trace_id(self) -> str | None:
        """The id of its trace, 32 hexadecimal digits; None if OpenTelemetry is disabled."""
        ...

    def rename(self, name: str) -> None:
        """Replace the name."""
        ...

    def set(self, name: str, value: Value | None) -> None:
        """Set an attribute. None sets nothing."""
        ...

    def add(self, name: str, value: str) -> None:
        """Add a value to those of an attribute.

        The attribute ``name`` has the first value. If there are several, ``name`` with an ``s`` lists the first 16.
        """
        ...

    def fail(self, error_type: str) -> None:
        """Mark the work as failed by a fault of the server, such as ``PROCESS_FAILED``."""
        ...

    def end(self) -> None:
        """End the span, in the task that started it. The span that was current before is current again."""
        ...


class Tracer(Protocol):
    """Starts spans. A started span is the current one of its task, and of tasks created by it, until it ends."""

    def start_request(
        self, name: str, attributes: Mapping[str, Value], traceparent: Sequence[str], tracestate: Sequence[str]
    ) -> Span:
        """Start the span of a request from outside.

        Args:
            name: The name of the span.
            attributes: The first attributes, which samplers can see.
            traceparent: The values of the header ``traceparent`` (W3C Trace Context), which names the parent. If it is
                not exactly one valid value, the span begins a new trace.
            tracestate: The values of the header ``tracestate``, in order.
        """
        ...

    def start(
        self,
        name: str,
        attributes: Mapping[str, Value] | None = None,
        *,
        parent: Span | None = None,
        linked: Sequence[Span] = (),
    ) -> Span:
        """Start a span inside its parent. Without a parent, it begins a new trace.

        It is linked with each of the ``linked`` spans, and each of these other than its parent with it.
        """
        ...

    def current(self) -> Span | None:
        """Return the current span; None if there is none, or if it is not recorded because of sampling."""
        ...

    async def close(self, seconds: float) -> None:
        """Send the ended spans, but give up after this time."""
        ...
