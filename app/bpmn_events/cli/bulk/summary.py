"""The summary of a run."""

import os
import shlex
import sys
from time import monotonic

from bpmn_events.cli.bulk.failures import Failures
from bpmn_events.cli.bulk.journal import Record
from bpmn_events.cli.bulk.run import Run

_COMMAND = "bpmn-events trigger --from-file"


class Summary:
    """Prints the numbers of a run, and how to go on.

    Args:
        name: The name of the source.
        failures: The files for the failed lines.
        before: The record before the run.
        is_dry_run: True if the run changes nothing.
    """

    def __init__(self, name: str, failures: Failures, before: Record, *, is_dry_run: bool) -> None:
        self._name = name
        self._failures = failures
        self._before = before
        self._is_dry_run = is_dry_run
        self._started = monotonic()

    def print(self, run: Run, *, can_resume: bool) -> None:
        """Print the summary on stdout. Its exit code counts also if nobody reads it."""
        try:
            print("\n".join(self._lines(run, can_resume=can_resume)), flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _lines(self, run: Run, *, can_resume: bool) -> list[str]:
        record, before = run.record, self._before
        lines = [f"{self._numbers(record)} ({self._rate(record)} lines/s)."]
        if before.line:
            lines.append(f"The numbers include those of the unfinished run, up to line {before.line}.")
        if record.failed:
            lines.append(self._failed_lines())
        if not run.is_complete:
            lines.append(f"Stopped after line {record.line}. {self._way_out(can_resume=can_resume)}")
        return lines

    def _numbers(self, record: Record) -> str:
        verb = "would be triggered" if self._is_dry_run else "triggered"
        return (
            f"{self._name}: {record.triggered} {verb}, {record.replayed} were already triggered, "
            f"{record.failed} {'would fail' if self._is_dry_run else 'failed'}"
        )

    def _failed_lines(self) -> str:
        file, reasons = self._failures.lines.path, self._failures.reasons.path
        again = "" if self._is_dry_run else f" Send them again: {_COMMAND} {shlex.quote(str(file))}"
        return f"The failed lines are in {file}, the reasons in {reasons}.{again}"

    def _rate(self, record: Record) -> int:
        """Return the number of lines per second of this run."""
        done, before = ((each.triggered + each.replayed + each.failed) for each in (record, self._before))
        return round((done - before) / max(monotonic() - self._started, 0.001))

    def _way_out(self, *, can_resume: bool) -> str:
        if can_resume:
            return f"Continue: {_COMMAND} {shlex.quote(self._name)} --resume"
        return "The lines after it were not sent."
