"""The log of outages has one line per outage, and one per recovery."""

import logging

import pytest

from bpmn_events.adapters.storage.connections.outage_log import OutageLog
from bpmn_events.domain.errors import EngineUnavailable

DOWN = ConnectionRefusedError(111, "Connect call failed")
STARTED = "The database cannot be used: [Errno 111] Connect call failed"


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock: Clock, caplog: pytest.LogCaptureFixture) -> OutageLog:
    caplog.set_level(logging.DEBUG)
    return OutageLog(clock)


def test_an_outage_has_two_lines(log: OutageLog, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        log.reads.failed(DOWN)
        log.writes.failed(TimeoutError())
    assert caplog.messages == [STARTED]
    clock.seconds += 60
    log.reads.succeeded()
    assert (log.reads.is_failing, log.writes.is_failing) == (False, True)
    assert caplog.messages == [STARTED]
    log.writes.succeeded()
    log.writes.succeeded()
    assert caplog.messages == [STARTED, "The database can be used again, after 60.0 s"]
    log.reads.failed(DOWN)
    assert caplog.messages[2:] == [STARTED]


def test_successes_between_failures_do_not_end_an_outage(
    log: OutageLog, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(50):
        log.reads.failed(DOWN)
        clock.seconds += 0.1
        log.reads.succeeded()
    assert caplog.messages == [STARTED]
    clock.seconds += 1
    log.reads.succeeded()
    assert len(caplog.messages) == 2


def test_reads_that_succeed_do_not_end_an_outage_of_writes(
    log: OutageLog, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        log.writes.failed(DOWN)
        clock.seconds += 10
        log.reads.succeeded()
    assert caplog.messages == [STARTED]


def test_only_an_error_of_the_database_is_an_outage(log: OutageLog, caplog: pytest.LogCaptureFixture) -> None:
    log.reads.raise_if_unavailable(KeyError("id"))
    assert not log.reads.is_failing
    with pytest.raises(EngineUnavailable) as caught:
        log.reads.raise_if_unavailable(DOWN)
    assert caught.value.__cause__ is DOWN
    assert log.reads.is_failing
    assert caplog.messages == [STARTED]
