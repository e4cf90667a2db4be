"""The progress of a run on stderr."""

import sys
from contextlib import suppress

from tqdm import tqdm

from bpmn_events.cli.tables import printable

_SHOWN_REASONS = 10


class Progress:
    """A progress bar with rate and estimate, only in a terminal, and messages above it.

    Args:
        total: The number of lines; None if it is not known.
        done: The number of lines that were done before.
        shows_all_reasons: True to print why each line has failed, not only the first of them.
    """

    def __init__(self, total: int | None, done: int, *, shows_all_reasons: bool) -> None:
        self._bar = tqdm(total=total, initial=done, unit=" lines", disable=None, leave=False, dynamic_ncols=True)
        self._line = done
        self._reasons = 0
        self._shows_all_reasons = shows_all_reasons

    def advance(self, line: int) -> None:
        """Show that all lines up to this one are done."""
        self._bar.update(line - self._line)
        self._line = line

    def note(self, text: str) -> None:
        """Print a message."""
        with suppress(OSError):  # nobody reads stderr any more, and the run goes on
            self._bar.write(f"bpmn-events: {text}", file=sys.stderr)

    def fail(self, line: int, code: str, message: str) -> None:
        """Print the reason why a line has failed, unless enough are printed."""
        self._reasons += 1
        if self._shows_all_reasons or self._reasons <= _SHOWN_REASONS:
            self.note(f"line {line}: {code}: {printable(message)}")
        elif self._reasons == _SHOWN_REASONS + 1:
            self.note("more lines have failed")

    def close(self) -> None:
        """Remove the bar."""
        self._bar.close()
