"""Checks whether an unfinished run can be resumed."""

from datetime import UTC, datetime, timedelta

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.cli.bulk.journal import Journal
from bpmn_events.cli.bulk.source import Content
from bpmn_events.cli.caller import CLI, UsageError
from bpmn_events.config import Settings
from bpmn_events.settings.prefix import PREFIX


def check_unfinished(settings: Settings, name: str, content: Content, journal: Journal, *, is_resumed: bool) -> None:
    """Check that there is an unfinished run if it is to be resumed, and none otherwise.

    Raises:
        UsageError: There is one but should not be, or the other way round; the file has changed; or the run is too old.
    """
    run = journal.unfinished
    if run is None:
        if is_resumed:
            raise UsageError(f"there is no unfinished run of {name}")
    elif not is_resumed:
        raise UsageError(
            f"{name} was sent up to line {run.record.line} of {run.header.lines} by a run that is not complete: "
            f"continue it with --resume, or delete {journal.path} to send all lines again"
        )
    elif (content.size, content.sha256) != (run.header.size, run.header.sha256):
        raise UsageError(
            f"{name} has changed since the unfinished run began: restore its content and continue with --resume, or "
            f"delete {journal.path} to send all lines of the new content"
        )
    elif _has_expired(settings, run.record.at):
        raise UsageError(
            f"the unfinished run of {name} is older than {settings.idempotency_days} days "
            f"({PREFIX}IDEMPOTENCY_DAYS), so its idempotency keys have expired, and some lines after line "
            f"{run.record.line} may have been executed: check them, write the others to a new file, and delete "
            f"{journal.path}"
        )


async def check_database(settings: Settings, read_store: ReadStore, name: str, journal: Journal) -> None:
    """Check that an unfinished run has used this database, and that nothing of it was undone by restoring a backup.

    Check nothing if the run has no trigger whose idempotency key is still kept.

    Raises:
        UsageError: It was another database, or another state of it.
    """
    if journal.unfinished is None:
        return
    key, triggered_at = journal.unfinished.record.key, journal.unfinished.record.triggered_at
    if key is None or triggered_at is None or _has_expired(settings, triggered_at):
        return
    if not await read_store.has_idempotency_key(CLI.subject, key):
        raise UsageError(
            f"this is not the database to which the unfinished run of {name} has sent lines, or it was restored from a "
            f"backup that is older: correct {PREFIX}DATABASE_URL and continue with --resume, or delete {journal.path} "
            "to send all lines to this database"
        )


def _has_expired(settings: Settings, at: datetime) -> bool:
    """Return True if the idempotency key of a request at this time is no longer kept."""
    return datetime.now(UTC) - at >= timedelta(days=settings.idempotency_days)
