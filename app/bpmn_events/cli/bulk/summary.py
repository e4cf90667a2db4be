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
        failures: The files for the failed lines; None in a dry run of all lines.
        before: The record before the run.
    """

    def __init__(self, name: str, failures: Failures | None, before: Record) -> None:
        self._name = name
        self._failures = failures
        self._before = before
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
        will_continue = can_resume and not run.is_complete
        if self._failures is not None and record.failed:
            lines.append(self._failed_lines(self._failures, will_continue=will_continue))
        if will_continue:
            lines.append(f"Stopped after line {record.line}. Continue: {_COMMAND} {shlex.quote(self._name)} --resume")
        elif not run.is_complete:
            lines.append(f"Stopped after line {record.line}. The lines after it were not sent.")
        return lines

    def _numbers(self, record: Record) -> str:
        if self._failures is None:
            return f"{self._name}: {record.checked} would be triggered, {record.failed} would fail"
        checked = f", {record.checked} were only checked" if record.checked else ""
        return (
            f"{self._name}: {record.triggered} triggered, {record.replayed} were already triggered, "
            f"{record.failed} failed{checked}"
        )

    def _failed_lines(self, failures: Failures, *, will_continue: bool) -> str:
        file = failures.lines.path
        again = "" if will_continue else f" Send them again: {_COMMAND} {shlex.quote(str(file))}"
        return f"The failed lines are in {file}, the reasons in {failures.reasons.path}.{again}"

    def _rate(self, record: Record) -> int:
        """Return the number of lines per second of this run."""
        return round((record.line - self._before.line) / max(monotonic() - self._started, 0.001))
