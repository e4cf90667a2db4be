"""The spans of the background loops, and of requests that share transactions."""

import asyncio

import httpx
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode

from tests.api.rest.client import trigger_path
from tests.delivery.models import PAYER, SHOP, timed
from tests.support.polling import block_until
from tests.system.models import TWO_STEPS
from tests.system.tracing.cases import deploy_and_start, trigger
from tests.system.tracing.traced_server import TracedServer, id_of, new_trace_id

SOON = "<timeDuration>PT0S</timeDuration>"


def check_root(traced: TracedServer, root: ReadableSpan) -> None:
    """Check that the span begins a trace, and that its command was in one batch, perhaps with others."""
    assert root.parent is None
    (batch,) = [span for span in traced.named("write batch") if id_of(root) in linked_ids(span)]
    assert batch.parent is not None
    assert batch.parent.span_id == linked_ids(batch)[0]


def test_timer(traced: TracedServer) -> None:
    deploy_and_start(traced, timed("soon", SOON), "soon", "timer-1")
    block_until(lambda: bool(traced.named("fire timer")))
    (timer,) = traced.named("fire timer")
    check_root(traced, timer)
    found = dict(timer.attributes or {})
    assert str(found.pop("bpmn_events.event_id")).startswith("we_")
    assert str(found.pop("bpmn_events.process_instance_id")).startswith("pi_")
    assert found == {"bpmn_events.process_model_key": "soon", "bpmn_events.correlation_id": "timer-1"}


def test_timer_that_fails(traced: TracedServer) -> None:
    deploy_and_start(traced, timed("never", SOON, "1 == 2"), "never", "timer-2")

    def failed() -> list[ReadableSpan]:
        timers = [span for span in traced.named("fire timer") if span.attributes is not None]
        return [span for span in timers if (span.attributes or {})["bpmn_events.process_model_key"] == "never"]

    block_until(lambda: bool(failed()))
    timer = failed()[0]
    assert timer.status.status_code is StatusCode.ERROR
    assert (timer.attributes or {})["error.type"] == "PROCESS_FAILED"


def test_delivery(traced: TracedServer) -> None:
    deploy_and_start(traced, SHOP, "shop", "delivery-1")
    deploy_and_start(traced, PAYER, "payer", "delivery-1")
    with traced.client(new_trace_id()) as client:
        trigger(client, "payer", "delivery-1", "go", {"amount": 1, "order": "1"})

    def delivered() -> list[ReadableSpan]:
        spans = traced.named("deliver event")
        return [span for span in spans if (span.attributes or {})["bpmn_events.attempted"]]

    block_until(lambda: len(delivered()) == 2)
    for delivery in delivered():
        check_root(traced, delivery)
        assert str((delivery.attributes or {})["bpmn_events.thrown_event_id"]).startswith("th_")


def test_housekeeping(traced: TracedServer) -> None:
    block_until(lambda: bool(traced.named("delete expired records")))
    (deletion,) = traced.named("delete expired records")
    assert deletion.parent is None
    assert (deletion.attributes or {})["bpmn_events.deleted"] == 0


async def test_requests_at_the_same_time(traced: TracedServer) -> None:
    """Each operation leads to its batch: as the parent of the batch, or by links in both directions."""
    correlations = [f"same-{number}" for number in range(20)]
    deploy_and_start(traced, TWO_STEPS, "two-steps", *correlations)
    ids = {correlation: new_trace_id() for correlation in correlations}

    async with httpx.AsyncClient(base_url=traced.address, timeout=60) as client:

        async def send(correlation: str, trace_id: str) -> int:
            with traced.client(trace_id) as plain:
                headers = dict(plain.headers)
            path = trigger_path("two-steps", correlation, "first")
            return (await client.post(path, headers=headers)).status_code

        assert set(await asyncio.gather(*(send(*pair) for pair in ids.items()))) == {200}

    operations = {id_of(operation): operation for operation in (traced.trace(each).operation for each in ids.values())}
    batches = {
        id_of(batch): batch for batch in traced.named("write batch") if operations.keys() & set(linked_ids(batch))
    }
    assert sorted(each for batch in batches.values() for each in linked_ids(batch)) == sorted(operations)
    for batch in batches.values():
        linked = linked_ids(batch)
        assert (batch.attributes or {})["bpmn_events.batch.commands"] == len(linked)
        assert batch.parent is not None
        assert batch.parent.span_id == linked[0]
        assert linked_ids(operations[linked[0]]) == []
        assert [linked_ids(operations[each]) for each in linked[1:]] == [[id_of(batch)]] * (len(linked) - 1)


def linked_ids(span: ReadableSpan) -> list[int]:
    return [link.context.span_id for link in span.links]
