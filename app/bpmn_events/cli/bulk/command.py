"""Command ``trigger --from-file``, on the database of the settings."""

import argparse
import asyncio
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from bpmn_events.application.bulk.retries import Retries
from bpmn_events.application.bulk.triggers import BulkTriggers, Trigger
from bpmn_events.application.bulk.window import Window
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import open_services
from bpmn_events.cli.bulk.failures import Failures
from bpmn_events.cli.bulk.interruption import Interruption
from bpmn_events.cli.bulk.journal import Header, Journal, Past, Record
from bpmn_events.cli.bulk.progress import Progress
from bpmn_events.cli.bulk.run import Run, RunOptions
from bpmn_events.cli.bulk.source import Content, Source, UnreadableSource
from bpmn_events.cli.bulk.summary import Summary
from bpmn_events.cli.caller import CLI, UsageError
from bpmn_events.cli.durations import format_duration
from bpmn_events.config import Settings
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.failures import failure_reason
from bpmn_events.settings.prefix import PREFIX

# The sum of the lengths of the lines that are executed, or wait for a line before them, as in the bulk route.
_MAX_RUNNING_BYTES = 4_194_304
_DEFAULT_CONCURRENCY = 64
_DEFAULT_RETRY_TIME = timedelta(minutes=5)
_DONE, _FAILED, _INTERRUPTED = 0, 1, 130


async def trigger_file(settings: Settings, arguments: argparse.Namespace) -> int:
    """Trigger the event of each line of a file, and print a summary.

    Return 0 if no line has failed; 1 if one has, or if the database or the file could not be used any more; 130 after
    SIGINT or SIGTERM. A run that has not come to the end of the file leaves its journal, and can be resumed.

    Raises:
        UsageError: Nothing was sent, because the file or the database cannot be used, or because of an unfinished run.
    """
    with closing(Source.open(arguments.from_file)) as source:
        content = await _scan(source)
        async with AsyncExitStack() as stack:
            journal = past = None
            if content is not None:
                path = source.path.with_name(f"{source.path.name}.progress")
                journal = stack.enter_context(closing(Journal.lock(path, source.mode)))
                past = journal.past
            _check_past(settings, arguments, source, content, past)
            services = await _open_services(settings, stack)
            bulk = _BulkCommand(settings, arguments, source, content, journal, past)
            return await bulk.run(partial(services.trigger_event, CLI))


async def _scan(source: Source) -> Content | None:
    """Return the content of a file; None for a stream."""
    try:
        return await source.scan() if source.is_file else None
    except UnreadableSource as error:
        raise UsageError(str(error)) from None


async def _open_services(settings: Settings, stack: AsyncExitStack) -> Services:
    """Open the database. If it cannot be used, nothing was sent, which has an exit code of its own."""
    try:
        return await stack.enter_async_context(open_services(settings))
    except Exception as error:
        if (reason := failure_reason(error, settings)) is None:
            raise
        raise UsageError(reason) from None


def _check_past(
    settings: Settings, arguments: argparse.Namespace, source: Source, content: Content | None, past: Past | None
) -> None:
    """Raise ``UsageError`` unless the unfinished run, or that there is none, agrees with the arguments."""
    name = source.name
    journal = f"{name}.progress"
    if content is None:
        if arguments.resume:
            raise UsageError(f"--resume needs a file that can be read again, not {name}")
    elif past is None:
        if arguments.resume:
            raise UsageError(f"there is no unfinished run of {name}")
    elif not arguments.resume:
        raise UsageError(
            f"{name} was sent up to line {past.record.line} of {past.header.lines} by a run that is not complete: "
            f"continue it with --resume, or delete {journal} to send all lines again"
        )
    elif (content.size, content.sha256) != (past.header.size, past.header.sha256):
        raise UsageError(
            f"{name} has changed since the unfinished run began: restore its content and continue with --resume, or "
            f"delete {journal} to send all lines of the new content"
        )
    elif datetime.now(UTC) - past.record.at >= timedelta(days=settings.idempotency_days):
        raise UsageError(
            f"the unfinished run of {name} is older than {settings.idempotency_days} days "
            f"({PREFIX}IDEMPOTENCY_DAYS), so its idempotency keys have expired, and some lines after line "
            f"{past.record.line} may have been executed: check them, write the others to a new file, and delete "
            f"{journal}"
        )


@dataclass(frozen=True, slots=True)
class _BulkCommand:
    """A command whose arguments are checked. ``content`` and ``journal`` are None for a stream."""

    settings: Settings
    arguments: argparse.Namespace
    source: Source
    content: Content | None
    journal: Journal | None
    past: Past | None

    @property
    def _retry_time(self) -> timedelta:
        return self.arguments.retry_for or _DEFAULT_RETRY_TIME

    async def run(self, trigger: Trigger) -> int:
        """Send the lines through ``trigger``, and return the exit code."""
        source, arguments = self.source, self.arguments
        run_id = uuid4().hex if self.past is None else self.past.header.run_id
        record = Record(datetime.now(UTC)) if self.past is None else self.past.record
        with (
            closing(Failures(source.path, source.mode)) as failures,
            closing(Progress(None if self.content is None else self.content.lines, record.line)) as progress,
            Interruption() as interruption,
        ):
            self._prepare(failures, progress)
            journal = self._begin(run_id)
            options = RunOptions(run_id, self.settings.max_body_bytes, arguments.dry_run)
            run = Run(source, options, failures, progress, journal, record, interruption.stop)
            note_outage = partial(self._note_outage, progress)
            retries = Retries(self._retry_time.total_seconds(), interruption.stop, note_outage)
            summary = Summary(source.name, failures, record, is_dry_run=arguments.dry_run)
            try:
                count = arguments.concurrency or _DEFAULT_CONCURRENCY
                window, slots = Window(count, _MAX_RUNNING_BYTES), asyncio.Semaphore(count)
                await run.send(BulkTriggers(trigger, window, slots, retries))
            except UnreadableSource as error:
                progress.note(str(error))
            finally:
                progress.close()
                summary.print(run, can_resume=journal is not None)
            if run.is_complete and journal is not None:
                journal.complete()
        if interruption.is_signalled and not run.is_complete:
            return _INTERRUPTED
        return _DONE if run.is_complete and not run.record.failed else _FAILED

    def _prepare(self, failures: Failures, progress: Progress) -> None:
        if self.past is not None:
            failures.cut(self.past.record.failed_bytes, self.past.record.reasons_bytes)
            return
        for old, new in failures.set_aside():
            progress.note(f"{old} of an earlier run is now {new}")

    def _begin(self, run_id: str) -> Journal | None:
        """Begin the journal and return it; None if the run cannot be resumed, as for a dry run, which needs no keys."""
        if self.journal is None or self.content is None or self.arguments.dry_run:
            return None
        content = self.content
        self.journal.begin(Header(run_id, content.size, content.sha256, content.lines, datetime.now(UTC)))
        return self.journal

    def _note_outage(self, progress: Progress, error: EngineUnavailable) -> None:
        reason = failure_reason(error, self.settings) or error.reason
        progress.note(f"{reason}; trying again for {format_duration(self._retry_time)}")
