"""One run through the lines of a source."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic

import msgspec

from bpmn_events.application.bulk.inputs import parse_trigger
from bpmn_events.application.bulk.triggers import BulkRequest, BulkResult, BulkTriggers
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.cli.bulk.failures import Failures
from bpmn_events.cli.bulk.journal import Journal, Record
from bpmn_events.cli.bulk.lines import InputLine, InputLines
from bpmn_events.cli.bulk.progress import Progress
from bpmn_events.cli.bulk.source import Source, UnreadableSource
from bpmn_events.domain.errors import DomainError, EngineUnavailable
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


class Run:
    """Sends the lines of a source, counts their outcomes, and records how far it has come.

    Args:
        source: The source.
        options: How its lines are sent.
        failures: The files for the failed lines.
        progress: Shows the progress.
        journal: Records the progress; None if the run cannot be resumed.
        past: The last record of the run that is resumed, or an empty one.
        stop: Set to end the run: it begins no further line.

    Attributes:
        record: The numbers of outcomes, including those of the run that is resumed.
        is_complete: True once all lines are done.
    """

    def __init__(
        self,
        source: Source,
        options: RunOptions,
        failures: Failures,
        progress: Progress,
        journal: Journal | None,
        past: Record,
        stop: asyncio.Event,
    ) -> None:
        self.record = past
        self.is_complete = False
        self._source = source
        self._options = options
        self._failures = failures
        self._progress = progress
        self._journal = journal
        self._first_line = past.line + 1
        self._stop = stop
        self._under_way: deque[InputLine] = deque()

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
            for line in self._under_way:
                line.close()
        self._write_record()

    async def _send(self, triggers: BulkTriggers) -> None:
        recorded_at = monotonic()
        async with aclosing(triggers.results(self._requests())) as batches:
            async for batch in batches:
                if not self._count(batch):
                    break
                if monotonic() - recorded_at >= _RECORD_SECONDS:
                    await asyncio.to_thread(self._write_record)
                    recorded_at = monotonic()

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

    async def _lines(self) -> AsyncGenerator[InputLine, None]:
        lines = InputLines(self._options.max_line_bytes, self._failures.folder)
        with closing(lines):
            async with aclosing(self._source.pieces(self._stop)) as pieces:
                async for piece in pieces:
                    for line in lines.feed(piece):
                        yield line
            for line in lines.end():
                yield line

    def _request(self, line: InputLine) -> BulkRequest:
        self._under_way.append(line)
        options = self._options
        if line.file is not None:
            error = violation("", "maxBytes", f"a line has at most {options.max_line_bytes} bytes")
            return BulkRequest(line.number, error, line.size)
        try:
            command = parse_trigger(line.json, TriggerSource.REST)
        except DomainError as error:
            return BulkRequest(line.number, error, line.size)
        if options.dry_run:
            command = replace(command, dry_run=True)
        elif not command.dry_run and command.idempotency_key is None:
            line.key = f"{options.run_id}:{line.number}"
            command = replace(command, idempotency_key=line.key)
        return BulkRequest(line.number, command, line.size)

    def _is_left(self, result: BulkResult) -> bool:
        """Return True if the line has not failed for good, and will be sent again when the run is resumed."""
        is_unavailable = isinstance(result.outcome, EngineUnavailable)
        return is_unavailable and self._stop.is_set() and self._journal is not None

    def _count(self, results: Sequence[BulkResult]) -> bool:
        """Count the results up to a line that is left, and return True if there is none."""
        for result in results:
            if self._is_left(result):
                self.is_complete = False
                return False
            self._count_one(self._under_way.popleft(), result)
        return True

    def _count_one(self, line: InputLine, result: BulkResult) -> None:
        outcome, record = result.outcome, self.record
        if not isinstance(outcome, TriggerOutcome):
            self._fail(line, result)
            self.record = msgspec.structs.replace(record, line=line.number, failed=record.failed + 1)
        elif outcome.replayed:
            self.record = msgspec.structs.replace(record, line=line.number, replayed=record.replayed + 1)
        else:
            self.record = msgspec.structs.replace(record, line=line.number, triggered=record.triggered + 1)
        line.close()
        self._progress.advance(line.number)

    def _fail(self, line: InputLine, result: BulkResult) -> None:
        answer = encode_answer(result)
        self._failures.add(line, answer)
        problem = msgspec.json.decode(answer)["error"]
        self._progress.fail(line.number, problem["code"], problem["detail"])

    def _write_record(self) -> None:
        """Write the failed lines to the disk before the record says that they are there."""
        self._failures.sync()
        if self._journal is not None:
            self.record = msgspec.structs.replace(
                self.record,
                at=datetime.now(UTC),
                failed_bytes=self._failures.lines.size,
                reasons_bytes=self._failures.reasons.size,
            )
            self._journal.record(self.record)
