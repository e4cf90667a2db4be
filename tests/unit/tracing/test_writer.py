"""The spans of batches: their parents and links, attempts and failures."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from bpmn_events.adapters.tracing.tracer import OpenTelemetryTracer
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.transaction import TransactionLost
from bpmn_events.application.tracing.writer import TracedWriter
from bpmn_events.domain.errors import DomainError, EngineUnavailable
from tests.unit.writing.fakes import LOST, FakeStore, RecordingHandler

UNSAMPLED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


@dataclass
class Bench:
    """A traced writer over a fake store, and callers with a span each, named like their commands."""

    store: FakeStore = field(default_factory=FakeStore)
    handler: RecordingHandler = field(default_factory=RecordingHandler)

    def __post_init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = OpenTelemetryTracer(provider)
        self.writer = TracedWriter(self.tracer, "sqlite", store=self.store)

    async def submit(self, *commands: str, unsampled: str = "") -> list[Any]:
        """Submit the commands at the same time, and return their outcomes and errors."""
        work = (self._call(command, is_sampled=command not in unsampled) for command in commands)
        return await asyncio.gather(*work, return_exceptions=True)

    async def _call(self, command: str, *, is_sampled: bool) -> Any:
        parent = [] if is_sampled else [UNSAMPLED]
        span = self.tracer.start_request(command, {}, parent, [])
        try:
            return await self.writer.submit(self.handler.handler, command)
        finally:
            span.end()

    def spans(self, name: str = "write batch") -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name == name]

    def name_of(self, span_id: int) -> str:
        (name,) = [
            span.name
            for span in self.exporter.get_finished_spans()
            if span.context is not None and span.context.span_id == span_id
        ]
        return name

    def links(self, span: ReadableSpan) -> list[str]:
        """Return the names of the spans that it is linked with."""
        return [self.name_of(link.context.span_id) for link in span.links]

    def parent(self, span: ReadableSpan) -> str | None:
        return None if span.parent is None else self.name_of(span.parent.span_id)


async def test_commands_of_one_batch() -> None:
    bench = Bench()
    assert await bench.submit("a", "b", "c") == ["done a", "done b", "done c"]
    (batch,) = bench.spans()
    assert bench.parent(batch) == "a"
    assert bench.links(batch) == ["a", "b", "c"]
    assert [bench.links(bench.spans(name)[0]) for name in "abc"] == [[], ["write batch"], ["write batch"]]
    assert dict(batch.attributes or {}) == {
        "db.system.name": "sqlite",
        "bpmn_events.batch.commands": 3,
        "bpmn_events.batch.attempts": 1,
    }


async def test_the_parent_is_a_recorded_span() -> None:
    bench = Bench()
    await bench.submit("a", "b", "c", unsampled="a")
    (batch,) = bench.spans()
    assert bench.parent(batch) == "b"
    assert bench.links(batch) == ["b", "c"]
    assert (batch.attributes or {})["bpmn_events.batch.commands"] == 3


async def test_commands_without_recorded_spans_have_no_batch_span() -> None:
    bench = Bench()
    assert await bench.submit("a", "b", unsampled="ab") == ["done a", "done b"]
    assert await bench.writer.submit(bench.handler.handler, "c") == "done c"
    assert bench.exporter.get_finished_spans() == ()


async def test_a_lost_claim_is_tried_again_and_no_failure() -> None:
    bench = Bench(FakeStore(failures=[LOST]))
    assert await bench.submit("a") == ["done a"]
    (batch,) = bench.spans()
    assert (batch.attributes or {})["bpmn_events.batch.attempts"] == 2
    assert batch.status.status_code is StatusCode.UNSET


async def test_commands_that_run_one_by_one() -> None:
    bench = Bench(FakeStore(failures=[LOST]))
    assert await bench.submit("a", "b") == ["done a", "done b"]
    together, first, second = bench.spans()
    assert (together.attributes or {})["bpmn_events.batch.rolled_back"] is True
    assert [bench.parent(batch) for batch in (together, first, second)] == ["a", "a", "b"]
    assert {batch.status.status_code for batch in bench.spans()} == {StatusCode.UNSET}


@pytest.mark.parametrize(
    ("failure", "error_type"),
    [
        (EngineUnavailable, "ENGINE_UNAVAILABLE"),
        (ZeroDivisionError, "ZeroDivisionError"),
    ],
    ids=["outage", "unexpected"],
)
async def test_a_batch_that_fails(failure: Callable[[], Exception], error_type: str) -> None:
    bench = Bench(FakeStore(failures=[failure()]))
    (error,) = await bench.submit("a")
    assert isinstance(error, Exception)
    (batch,) = bench.spans()
    assert batch.status.status_code is StatusCode.ERROR
    assert (batch.attributes or {})["error.type"] == error_type
    assert (batch.attributes or {})["bpmn_events.batch.rolled_back"] is True


async def test_a_transaction_that_is_lost_twice() -> None:
    bench = Bench(FakeStore(commit_failures=[TransactionLost(is_final=True), TransactionLost(is_final=True)]))
    (error,) = await bench.submit("a")
    assert isinstance(error, DomainError)
    (batch,) = bench.spans()
    assert (batch.attributes or {})["bpmn_events.batch.attempts"] == 2
    assert (batch.attributes or {})["error.type"] == "ENGINE_UNAVAILABLE"


async def test_a_command_that_waits_belongs_to_its_caller_afterwards() -> None:
    """The task that submits the command again starts in the transaction of others, in the span of their batch."""

    async def compile_model() -> None:
        await asyncio.sleep(0)

    deferrals = {command: [Deferral(wait=compile_model)] for command in "ab"}
    bench = Bench(handler=RecordingHandler(deferrals=deferrals))
    assert await bench.submit("a", "b", unsampled="b") == ["done a", "done b"]
    assert [bench.links(batch) for batch in bench.spans()] == [["a"], ["a"]]
    assert [bench.parent(batch) for batch in bench.spans()] == ["a", "a"]


async def test_a_caller_that_has_gone_gets_no_link(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(FakeStore(gate=asyncio.Event()))
    first = asyncio.create_task(bench.submit("a"))
    await bench.store.committing.wait()
    second, gone = (asyncio.create_task(bench.submit(command)) for command in "bc")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    assert bench.store.gate is not None
    bench.store.gate.set()
    assert await first == ["done a"]
    assert await second == ["done b"]
    assert [bench.links(batch) for batch in bench.spans()] == [["a"], ["b", "c"]]
    assert bench.links(bench.spans("c")[0]) == []
    assert caplog.messages == []
