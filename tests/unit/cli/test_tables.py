"""The tables of ``bpmn-events events`` and ``bpmn-events retries``."""

from datetime import UTC, datetime, timedelta

from bpmn_events.cli.tables import clip, event_table, retry_table, table, terminal_width
from bpmn_events.domain.events import ElementType, EventType, WaitingEvent
from bpmn_events.domain.retries import FailedTimer, PendingRetry, Retry, RetryKind

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


def event(event_name: str | None, lane: str | None, due_in: timedelta | None) -> WaitingEvent:
    return WaitingEvent(
        id="we_1",
        element_id="Paid",
        element_type=ElementType.INTERMEDIATE_CATCH_EVENT,
        event_type=EventType.MESSAGE if event_name else EventType.TIMER,
        name=None,
        event_name=event_name,
        lane=lane,
        interrupting=False,
        due_at=None if due_in is None else NOW + due_in,
        waiting_since=NOW - timedelta(hours=3),
        process_model_id="pm_1",
        process_model_key="order",
        process_instance_id="pi_1",
        root_instance_id="pi_1",
        correlation_id="order-1001",
    )


def test_events_in_columns() -> None:
    events = [
        event("payment-received", "Sales", None),
        event(None, None, timedelta(days=2)),
        event(None, None, -timedelta(minutes=5)),
    ]
    assert event_table(events, NOW).splitlines() == [
        "EVENT ID  ELEMENT  EVENT                     MODEL  CORRELATION  LANE   WAITING  DUE",
        "we_1      Paid     message payment-received  order  order-1001   Sales  3h       -",
        "we_1      Paid     timer                     order  order-1001   -      3h       in 2d",
        "we_1      Paid     timer                     order  order-1001   -      3h       5m ago",
    ]


def test_retries_in_columns() -> None:
    retry = Retry(3, NOW + timedelta(seconds=3), NOW - timedelta(seconds=1), "it is\nstuck")
    retries = [
        PendingRetry.of_timer(FailedTimer(event(None, None, -timedelta(hours=1)), retry)),
        PendingRetry("te_1", RetryKind.MESSAGE, "paid", None, None, None, None, retry),
    ]
    assert retry_table(retries, NOW).splitlines() == [
        "RETRY OF      ELEMENT  MODEL  CORRELATION  ATTEMPTS  FAILED  NEXT   REASON",
        "timer         Paid     order  order-1001   3         1s ago  in 3s  it is stuck",
        "message paid  -        -      -            3         1s ago  in 3s  it is stuck",
    ]


def test_a_name_cannot_control_the_terminal() -> None:
    assert table([["a\n\x1b[31mb\u202e", "c"]]) == "a  [31mb   c"


def test_columns_line_up_in_all_scripts() -> None:
    shown = table([["受注確認", "a"], ["Zahlung für Köln", "b"], ["u\u0308ber", "c"], ["🚚", "d"]])
    assert shown.splitlines() == [
        "受注確認          a",
        "Zahlung für Köln  b",
        "u\u0308ber              c",
        "🚚                d",
    ]


def test_lines_are_clipped_to_the_terminal() -> None:
    assert clip("order", 5) == "order"
    assert clip("orders", 5) == "order"
    assert clip("注文番号", 5) == "注文"
    assert clip("e\u0301" * 4, 3) == "e\u0301" * 3
    assert clip("order", 0) == ""
    assert terminal_width(clip("注文 orders 番号" * 50, 79)) in {78, 79}
