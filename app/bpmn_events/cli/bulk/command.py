"""Command ``trigger --from-file``, on the database of the settings."""

import argparse
import asyncio
from contextlib import AsyncExitStack, ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from bpmn_events.application.bulk.retries import Retries
from bpmn_events.application.bulk.triggers import BulkTriggers
from bpmn_events.application.bulk.window import Window
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import open_services
from bpmn_events.cli.bulk.failures import Failures
from bpmn_events.cli.bulk.interruption import Interruption
from bpmn_events.cli.bulk.journal import Header, Journal, Record, journal_of
from bpmn_events.cli.bulk.progress import Progress
from bpmn_events.cli.bulk.run import Run, RunOptions
from bpmn_events.cli.bulk.source import Content, Source, UnreadableSource
from bpmn_events.cli.bulk.summary import Summary
from bpmn_events.cli.bulk.unfinished import check_database, check_unfinished
from bpmn_events.cli.caller import CLI, UsageError
from bpmn_events.cli.durations import format_duration
from bpmn_events.config import Settings
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.failures import failure_reason

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
        if content is None and arguments.resume:
            raise UsageError(f"--resume needs a file that can be read again, not {source.name}")
        async with AsyncExitStack() as stack:
            journal = None
            if content is not None and not arguments.dry_run:
                journal = stack.enter_context(closing(Journal.lock(journal_of(source.path), source.mode)))
                check_unfinished(settings, source.name, content, journal, is_resumed=arguments.resume)
            services = await _open_services(settings, stack)
            if journal is not None and journal.unfinished is not None:
                await check_database(settings, services.read_store, source.name, journal)
            return await _BulkCommand(settings, arguments, source, content, journal, services).run()


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


@dataclass(frozen=True, slots=True)
class _BulkCommand:
    """A command whose arguments are checked.

    ``content`` is None for a stream. ``journal`` is None for a stream, and for a dry run, which writes no files.
    """

    settings: Settings
    arguments: argparse.Namespace
    source: Source
    content: Content | None
    journal: Journal | None
    services: Services

    @property
    def _retry_time(self) -> timedelta:
        return self.arguments.retry_for or _DEFAULT_RETRY_TIME

    async def run(self) -> int:
        """Send the lines, and return the exit code."""
        source, arguments, journal = self.source, self.arguments, self.journal
        unfinished = None if journal is None else journal.unfinished
        run_id = uuid4().hex if unfinished is None else unfinished.header.run_id
        before = Record(datetime.now(UTC)) if unfinished is None else unfinished.record
        total = None if self.content is None else self.content.lines
        with ExitStack() as stack:
            failures = None
            if not arguments.dry_run:
                failures = stack.enter_context(closing(Failures(source.path, source.mode)))
            progress = Progress(total, before.line, shows_all_reasons=failures is None)
            stack.enter_context(closing(progress))
            interruption = stack.enter_context(Interruption())
            if failures is not None:
                self._prepare(failures, before, progress, is_resumed=unfinished is not None)
            self._begin(run_id)
            options = RunOptions(run_id, self.settings.max_body_bytes, arguments.dry_run)
            run = Run(source, options, failures, progress, journal, before, interruption.stop)
            note_outage = partial(self._note_outage, progress)
            retries = Retries(self._retry_time.total_seconds(), interruption.stop, note_outage)
            summary = Summary(source.name, failures, before)
            try:
                count = arguments.concurrency or _DEFAULT_CONCURRENCY
                window, slots = Window(count, _MAX_RUNNING_BYTES), asyncio.Semaphore(count)
                trigger = partial(self.services.trigger_event, CLI)
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

    def _prepare(self, failures: Failures, before: Record, progress: Progress, *, is_resumed: bool) -> None:
        """Let the files for failed lines have those of the run that is resumed. Keep those that others have written."""
        if is_resumed and failures.restore(before.failed_lines, before.reasons):
            return
        reason = "has changed since the run was interrupted, and" if is_resumed else "of an earlier run"
        for old, new in failures.rename_old():
            progress.note(f"{old} {reason} is now {new}")

    def _begin(self, run_id: str) -> None:
        if self.journal is not None and self.content is not None:
            size, digest, lines = self.content.size, self.content.sha256, self.content.lines
            self.journal.begin(Header(run_id, size, digest, lines, datetime.now(UTC)))

    def _note_outage(self, progress: Progress, error: EngineUnavailable) -> None:
        reason = failure_reason(error, self.settings) or error.reason
        progress.note(f"{reason}; trying again for {format_duration(self._retry_time)}")
