"""A terminal on which frames of lines replace each other."""

import os
from collections.abc import Sequence
from contextlib import suppress

from bpmn_events.cli.tables import clip
from bpmn_events.cli.watching.output import Output

# Control sequences of ECMA-48, and the alternate screen of xterm, which keeps what the terminal showed before.
_ENTER = "\x1b[?1049h\x1b[?25l"
_LEAVE = "\x1b[?25h\x1b[?1049l"
_CLEAR = "\x1b[H\x1b[2J"
_HOME = "\x1b[H"
_CLEAR_REST_OF_LINE = "\x1b[K"
_USUAL_SIZE = os.terminal_size((80, 24))


class Screen:
    """The alternate screen of a terminal. Only lines that differ from the last frame are written: nothing flickers."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._shown: Sequence[str] | None = None
        self._size = _USUAL_SIZE

    @property
    def size(self) -> os.terminal_size:
        """The columns and lines of the terminal."""
        size = os.get_terminal_size(self._output.descriptor)
        return size if all(size) else _USUAL_SIZE

    async def draw(self, lines: Sequence[str]) -> None:
        """Show the lines, as far as they fit."""
        if self._size != (size := self.size):
            self._size = size
            self._shown = None
        frame = [clip(line, size.columns) for line in lines[: size.lines]]
        frame += [""] * (size.lines - len(frame))
        if self._shown is None:
            await self._output.write(_ENTER + _CLEAR)
            self._shown = [""] * size.lines
        changed = (
            f"\x1b[{number};1H{line}{_CLEAR_REST_OF_LINE}"
            for number, (line, shown) in enumerate(zip(frame, self._shown, strict=True), 1)
            if line != shown
        )
        self._shown = frame
        # At the top, the echo of a key is in the line that changes most.
        await self._output.write("".join(changed) + _HOME)

    def leave(self) -> None:
        """Leave the alternate screen. The next frame is written as a whole."""
        if self._shown is not None:
            self._shown = None
            with suppress(OSError):  # the terminal has gone
                os.write(self._output.descriptor, _LEAVE.encode())

    def forget(self) -> None:
        """Write the next frame as a whole."""
        self._shown = None
