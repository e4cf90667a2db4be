"""The errors of commands that the writer could not execute."""

from bpmn_events.domain.errors import Conflict, EngineUnavailable


def copy_failure(error: EngineUnavailable) -> EngineUnavailable:
    """Return the same error for another command: each caller gets an exception of its own."""
    copy = EngineUnavailable(error.reason, error.outcome_unknown, error.retry_after_seconds, error.is_outage)
    copy.__cause__ = error.__cause__
    return copy


def other_writers_were_first() -> Conflict:
    """Return the error of a command that has lost its claims again and again."""
    return Conflict("Other writers were first, several times: try again.", retryable=True)


def locked_by_others() -> EngineUnavailable:
    """Return the error of a command whose locks other transactions have held for too long."""
    reason = "Another server has been busy with this correlation for too long: try again later."
    return EngineUnavailable(reason, is_outage=False)


def outcome_unknown() -> EngineUnavailable:
    """Return the error of a command that may have been applied."""
    return EngineUnavailable(
        "The database failed, so the outcome of this request is unknown: send it again under the same idempotency key.",
        outcome_unknown=True,
    )
