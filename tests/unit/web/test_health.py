"""The readiness check responds in time, whatever its probes do."""

import asyncio
import json

import pytest
from starlette.requests import Request

from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.retries import RetryCounts
from bpmn_events.web.http.health import Health, Probe
from bpmn_events.web.http.retry_counts import CountRetries
from tests.support.virtual_time import elapsed, in_virtual_time


async def pass_at_once() -> None:
    """Do nothing."""


async def never_end() -> None:
    await asyncio.Event().wait()


async def lose_the_database() -> None:
    raise EngineUnavailable


async def fail() -> None:
    raise ValueError("the tables are those of an older version")


async def readyz(**probes: Probe) -> tuple[int, dict[str, str]]:
    return await ask(Health(probes, lambda: {"timers": True}))


async def ask(health: Health) -> tuple[int, dict[str, str]]:
    """Return the status, and the checks without those of the loops."""
    response = await health.readyz(Request({"type": "http"}))
    document = json.loads(bytes(response.body))
    assert document["checks"].pop("timers") == "ok"
    return response.status_code, document["checks"]


@in_virtual_time
async def test_silent_probes_fail_together_within_two_seconds(caplog: pytest.LogCaptureFixture) -> None:
    assert await readyz(database=never_end, writing=never_end) == (503, {"database": "failed", "writing": "failed"})
    assert elapsed() == 1.5
    assert caplog.messages == []


@in_virtual_time
async def test_each_probe_has_a_check_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    assert await readyz(database=pass_at_once, writing=pass_at_once) == (200, {"database": "ok", "writing": "ok"})
    checks = {"database": "ok", "writing": "failed"}
    assert await readyz(database=pass_at_once, writing=lose_the_database) == (503, checks)
    assert caplog.messages == []


@in_virtual_time
async def test_another_reason_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    health = Health({"database": fail}, lambda: {"timers": True})
    for _ in range(3):
        assert await ask(health) == (503, {"database": "failed"})
    assert caplog.messages == [
        "Not ready: the check 'database' fails: the tables are those of an older version",
    ]


async def count() -> RetryCounts:
    return RetryCounts(timers=3, deliveries=0)


async def never_count() -> RetryCounts:
    await asyncio.Event().wait()
    raise AssertionError


async def lose_the_counts() -> RetryCounts:
    raise EngineUnavailable


async def fail_to_count() -> RetryCounts:
    raise ValueError("broken")


@pytest.mark.parametrize(
    ("count_retries", "shown"),
    [
        (count, {"retries": {"timers": 3, "deliveries": 0}}),
        (None, {}),
        (never_count, {}),
        (lose_the_counts, {}),
        (fail_to_count, {}),
    ],
)
@in_virtual_time
async def test_retries_are_shown_if_they_can_be_counted_and_decide_nothing(
    count_retries: CountRetries | None, shown: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    health = Health({"database": pass_at_once}, lambda: {"timers": True}, count_retries)
    response = await health.readyz(Request({"type": "http"}))
    assert response.status_code == 200
    assert json.loads(bytes(response.body)) == {"status": "ok", "checks": {"database": "ok", "timers": "ok"}} | shown
    assert elapsed() == (1.5 if count_retries is never_count else 0)
    assert [record.getMessage() for record in caplog.records] == (
        ["The retries cannot be counted"] if count_retries is fail_to_count else []
    )
