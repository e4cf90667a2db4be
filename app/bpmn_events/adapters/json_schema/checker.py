"""The program that checks payloads in a process of its own.

Each request on its standard input is a line of JSON with the processor time in seconds, the lengths of two JSON texts,
and whether the schema is read as before; then these texts: the schema and the payload. The response is the length of a
JSON text as a line, and this text: a list of violations. The program ends with its input. A check that takes more
processor time ends it by the signal SIGPROF, because nothing else can interrupt a check.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

import msgspec

from bpmn_events.adapters.json_schema.compiled_schema import CompiledSchema
from bpmn_events.domain.errors import PayloadViolation

MAX_MEMORY_BYTES = 1 << 30
# The schema was compiled before, by the server, within its limits. A busy machine takes longer.
_COMPILING_SECONDS = 5.0


class Request(msgspec.Struct, array_like=True):
    """The line that begins a request."""

    seconds: float
    schema_length: int
    payload_length: int
    is_earlier: bool = False


def main() -> None:
    """Answer requests until the input ends."""
    _limit_memory()
    with suppress(BrokenPipeError):
        while line := sys.stdin.buffer.readline():
            request = msgspec.json.decode(line, type=Request)
            schema = sys.stdin.buffer.read(request.schema_length)
            payload = msgspec.json.decode(sys.stdin.buffer.read(request.payload_length))
            with _limited(_COMPILING_SECONDS):
                compiled = _compile(schema, request.is_earlier)
            with _limited(request.seconds):
                violations = compiled.violations(payload)
            _respond(violations)


def _respond(violations: tuple[PayloadViolation, ...]) -> None:
    text = msgspec.json.encode(violations)
    sys.stdout.buffer.write(b"%d\n" % len(text) + text)
    sys.stdout.buffer.flush()


@lru_cache(16)
def _compile(schema: bytes, is_earlier: bool) -> CompiledSchema:
    return CompiledSchema(msgspec.json.decode(schema), may_be_costly=True, is_earlier=is_earlier)


if sys.platform == "win32":

    def _limit_memory() -> None:
        """Set no limit: Windows has none of this kind."""

    @contextmanager
    def _limited(_seconds: float) -> Iterator[None]:
        """Let the server end the process: Windows has no limit of processor time."""
        yield

else:
    import resource
    import signal

    def _limit_memory() -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if soft == resource.RLIM_INFINITY or soft > MAX_MEMORY_BYTES:
            resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, hard))

    @contextmanager
    def _limited(seconds: float) -> Iterator[None]:
        """End the process, by the signal's default action, if the block takes more processor time."""
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
