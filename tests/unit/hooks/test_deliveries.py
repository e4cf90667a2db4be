"""Where expressions are evaluated, what they read, and which reasons are warnings."""

import hashlib
import hmac
import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bpmn_events.adapters.hosts.embedded.hook_expressions import compile_hook_expression
from bpmn_events.application.hooks.deliveries import Deliveries
from bpmn_events.application.hooks.delivery import Delivery
from bpmn_events.application.hooks.expressions import ExpressionFailed
from bpmn_events.application.hooks.hook import Hook
from bpmn_events.application.hooks.outcomes import HookOutcome, HookResult
from bpmn_events.application.hooks.reports import HookReports
from bpmn_events.application.hooks.signature import BadSignature, SignatureScheme, split_template
from bpmn_events.application.hooks.targets import NamedTarget
from bpmn_events.application.hooks.timestamps import TimestampSource
from bpmn_events.application.json_text import parse_json
from bpmn_events.application.services import Services
from bpmn_events.application.tallies import LocalCells
from bpmn_events.domain.principal import SYSTEM

UNUSED = cast(Services, None)
KEY = b"a key"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TIMED = SignatureScheme("x", split_template("{timestamp}{body}"), (KEY,), timestamp=TimestampSource("t"))


class RecordedThreads:
    """An expression that is false, and records the threads that evaluate it."""

    text = "=recorded"

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def evaluate(self, _variables: Mapping[str, Any]) -> bool:
        self.threads.append(threading.current_thread())
        return False


def hook(expression: RecordedThreads) -> Hook:
    return Hook("a", TIMED, SYSTEM, NamedTarget("m"), expression, condition=expression)


async def test_expressions_never_hold_up_the_event_loop_nor_short_deliveries_those_of_long_ones() -> None:
    expression = RecordedThreads()
    deliveries = Deliveries({}, UNUSED, LocalCells())
    for size in (10, 1_000_000):
        result = await deliveries.execute(hook(expression), Delivery.of({}, b"", None), size)
        assert result.outcome is HookOutcome.IGNORED
    short, long = expression.threads
    assert len({short, long, threading.current_thread()}) == 3


def test_the_age_of_a_signature_is_that_by_the_clock_of_the_server() -> None:
    timestamp = str(int(NOON.timestamp()))
    headers = {"x": [hmac.new(KEY, timestamp.encode(), hashlib.sha256).hexdigest()], "t": [timestamp]}
    checked = hook(RecordedThreads())
    Deliveries({}, UNUSED, LocalCells(), lambda: NOON + timedelta(seconds=300)).verify(checked, headers, b"")
    with pytest.raises(BadSignature, match="301 seconds old"):
        Deliveries({}, UNUSED, LocalCells(), lambda: NOON + timedelta(seconds=301)).verify(checked, headers, b"")


def test_ids_of_many_digits() -> None:
    delivery = Delivery.of({}, b"", parse_json(b'{"id": 123456789012345678901, "small": 9223372036854775807}'))
    assert delivery.text(compile_hook_expression("=string(body.id)")) == "123456789012345678901"
    assert delivery.text(compile_hook_expression("=body.small")) == "9223372036854775807"
    with pytest.raises(ExpressionFailed, match="is a number, where a text is needed"):
        delivery.text(compile_hook_expression("=body.id"))


WRONG_FILE = HookResult(HookOutcome.NOBODY_WAITS, "there is no such model", is_hook_wrong=True)
FORGED = HookResult(HookOutcome.BAD_SIGNATURE, "the header x is missing")


@pytest.mark.parametrize(("wrong", "other"), [(WRONG_FILE, FORGED), (FORGED, WRONG_FILE)])
def test_a_warning_once_a_minute_for_each_hook_and_outcome(
    wrong: HookResult, other: HookResult, caplog: pytest.LogCaptureFixture
) -> None:
    now = NOON
    reports = HookReports(["a", "b"], LocalCells(), lambda: now)
    reports.add("a", other)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        for name, seconds in (("a", 0), ("a", 59), ("b", 59), ("a", 60), ("b", 61)):
            now = NOON + timedelta(seconds=seconds)
            reports.add(name, wrong)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO", "WARNING", "WARNING", "INFO"]
