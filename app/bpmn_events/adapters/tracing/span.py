"""A span of OpenTelemetry."""

from opentelemetry import context as current_context
from opentelemetry import trace
from opentelemetry.context import Context, create_key

from bpmn_events.application.ports.tracing import Value

MAX_CHARACTERS = 500
MAX_VALUES = 16
_RECORDED = create_key("bpmn_events.span")


class OpenTelemetrySpan:
    """Implements ``ports.tracing.Span``. It is the current span from its creation to its end."""

    def __init__(self, span: trace.Span) -> None:
        self.span = span
        self.is_recording = span.is_recording()
        self.context = trace.set_span_in_context(span, Context({_RECORDED: self} if self.is_recording else {}))
        self._token = current_context.attach(self.context)
        self._values: dict[str, list[str]] = {}

    @property
    def trace_id(self) -> str | None:
        context = self.span.get_span_context()
        return trace.format_trace_id(context.trace_id) if context.is_valid else None

    def rename(self, name: str) -> None:
        self.span.update_name(name)

    def set(self, name: str, value: Value | None) -> None:
        if value is not None:
            self.span.set_attribute(name, clean(value))

    def add(self, name: str, value: str) -> None:
        values, text = self._values.setdefault(name, []), _clean_text(value)
        if text in values or len(values) == MAX_VALUES:
            return
        values.append(text)
        if len(values) == 1:
            self.span.set_attribute(name, text)
        else:
            self.span.set_attribute(f"{name}s", values)

    def fail(self, error_type: str) -> None:
        self.span.set_attribute("error.type", error_type)
        self.span.set_status(trace.StatusCode.ERROR)

    def link(self, other: "OpenTelemetrySpan") -> None:
        """Link this span with another one, unless it has ended."""
        if self.span.is_recording():
            self.span.add_link(other.span.get_span_context())

    def end(self) -> None:
        self.span.end()
        current_context.detach(self._token)


def recorded_span() -> OpenTelemetrySpan | None:
    """Return the current span if it is recorded; otherwise None."""
    span = current_context.get_value(_RECORDED)
    return span if isinstance(span, OpenTelemetrySpan) else None


def clean(value: Value) -> Value:
    """Return the value, or the first 500 characters of a text without surrogates, which could not be sent."""
    return _clean_text(value) if isinstance(value, str) else value


def _clean_text(text: str) -> str:
    text = text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS]
    return text if text.isascii() else text.encode(errors="replace").decode()
