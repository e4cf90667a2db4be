"""One run through the lines of a source."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import msgspec

from bpmn_events.application.bulk.inputs import parse_trigger
from bpmn_events.application.bulk.lines import Line, LineSplitter
from bpmn_events.application.bulk.retries import is_temporary
from bpmn_events.application.bulk.triggers import BulkRequest, BulkResult, BulkTriggers
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.cli.bulk.failures import Failures
from bpmn_events.cli.bulk.journal import Journal, Record
from bpmn_events.cli.bulk.progress import Progress
from bpmn_events.cli.bulk.source import Source, UnreadableSource
from bpmn_events.domain.errors import DomainError
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.payload import violation
from bpmn_events.web.bulk_answers import encode_answer

_RECORD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How the lines of a run are sent.

    Attributes:
        run_id: The beginning of the idempotency keys of lines without one.
        max_line_bytes: The length of the longest line that is sent.
        dry_run: True to change nothing. Such lines get no key.
    """

    run_id: str
    max_line_bytes: int
    dry_run: bool


@dataclass(frozen=True, slots=True)
class _SentLine:
    """A line that is under way, with the idempotency key of its command, if it has one."""

    line: Line
    key: str | None = None


class Run:
    """Sends the lines of a source, counts their outcomes, and records how far it has come.

    Args:
        source: The source.
        options: How its lines are sent.
        failures: The files for the failed lines; None to write no files.
        progress: Shows the progress.
        journal: Records the progress; None if the run cannot be resumed.
        before: The last record of the run that is resumed, or an empty one.
        stop: Set to end the run: it begins no further line.

    Attributes:
        record: The numbers of outcomes, including those of the run that is resumed.
        is_complete: True once all lines are done.
    """

    def __init__(
        self,
        source: Source,
        options: RunOptions,
        failures: Failures | None,
        progress: Progress,
        journal: Journal | None,
        before: Record,
        stop: asyncio.Event,
    ) -> None:
        self.record = before
        self.is_complete = False
        self._source = source
        self._options = options
        self._failures = failures
        self._progress = progress
        self._journal = journal
        self._first_line = before.line + 1
        self._stop = stop
        self._under_way: deque[_SentLine] = deque()

    async def send(self, triggers: BulkTriggers) -> None:
        """Send the lines until the end of the source, or until ``stop`` is set.

        Raises:
            UnreadableSource: The source cannot be read to its end. All lines before that are done.
            OSError: The journal, or a file with failed lines, cannot be written. The last record holds.
        """
        try:
            await self._send(triggers)
        except UnreadableSource:
            self._write_record()
            raise
        finally:
            for sent in self._under_way:
                sent.line.close()
        self._write_record()

    async def _send(self, triggers: BulkTriggers) -> None:
        next_record_at = 0.0  # the first record, which has the key for the check of the database, is written at once
        async with aclosing(triggers.results(self._requests())) as batches:
            async for batch in batches:
                if not self._count_batch(batch):
                    break
                if monotonic() >= next_record_at:
                    await asyncio.to_thread(self._write_record)
                    next_record_at = monotonic() + _RECORD_SECONDS

    async def _requests(self) -> AsyncIterator[BulkRequest]:
        async with aclosing(self._lines()) as lines:
            async for line in lines:
                if self._stop.is_set():
                    line.close()
                    return
                if line.number < self._first_line:
                    line.close()
                else:
                    yield self._request(line)
        self.is_complete = not self._stop.is_set()

    async def _lines(self) -> AsyncGenerator[Line, None]:
        open_file = None if self._failures is None else self._failures.open_temporary
        with closing(LineSplitter(self._options.max_line_bytes, open_file)) as splitter:
            async with aclosing(self._source.pieces(self._stop)) as pieces:
                async for piece in pieces:
                    for line in splitter.feed(piece):
                        yield line
            for line in splitter.end():
                yield line

    def _request(self, line: Line) -> BulkRequest:
        try:
            command = self._command(line)
        except DomainError as error:
            self._under_way.append(_SentLine(line))
            return BulkRequest(line.number, error, line.size)
        self._under_way.append(_SentLine(line, command.idempotency_key))
        return BulkRequest(line.number, command, line.size)

    def _command(self, line: Line) -> TriggerEvent:
        options = self._options
        if line.text is None:
            raise violation("", "maxBytes", f"a line has at most {options.max_line_bytes} bytes")
        command = parse_trigger(line.text, TriggerSource.REST)
        if options.dry_run:
            return replace(command, dry_run=True)
        if command.dry_run or command.idempotency_key is not None:
            return command
        return replace(command, idempotency_key=f"{options.run_id}:{line.number}")

    def _count_batch(self, results: Sequence[BulkResult]) -> bool:
        """Count the results. Return False at the first line that has to be sent again when the run is resumed."""
        for result in results:
            if self._can_be_resumed_at(result):
                self.is_complete = False
                return False
            sent = self._under_way.popleft()
            self._count(sent, result)
            sent.line.close()
            self._progress.advance(result.number)
        return True

    def _can_be_resumed_at(self, result: BulkResult) -> bool:
        return is_temporary(result.outcome) and self._stop.is_set() and self._journal is not None

    def _count(self, sent: _SentLine, result: BulkResult) -> None:
        outcome, record = result.outcome, self.record
        counted: dict[str, Any]
        if not isinstance(outcome, TriggerOutcome):
            self._fail(sent, result)
            counted = {"failed": record.failed + 1}
        elif outcome.trigger is None:
            counted = {"checked": record.checked + 1}
        else:
            counted = {"key": sent.key, "triggered_at": outcome.trigger.triggered_at}
            if outcome.replayed:
                counted["replayed"] = record.replayed + 1
            else:
                counted["triggered"] = record.triggered + 1
        self.record = msgspec.structs.replace(record, line=result.number, **counted)

    def _fail(self, sent: _SentLine, result: BulkResult) -> None:
        answer = encode_answer(result)
        if self._failures is not None:
            self._failures.add(sent.line, sent.key, answer)
        problem = msgspec.json.decode(answer)["error"]
        self._progress.fail(result.number, problem["code"], problem["detail"])

    def _write_record(self) -> None:
        """Write the failed lines to the disk before the record says that they are there."""
        if self._failures is None:
            return
        self._failures.sync()
        if self._journal is not None:
            self.record = msgspec.structs.replace(
                self.record,
                at=datetime.now(UTC),
                failed_lines=self._failures.lines.extent,
                reasons=self._failures.reasons.extent,
            )
            self._journal.record(self.record)
