"""Output to a terminal, a pipe or a file, which does not block the event loop."""

import asyncio
import os
import select
import sys

_CHECK_SECONDS = 0.5


class Output:
    """A file descriptor to write to. While its reader is slow, other tasks and signals are served."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    async def write(self, text: str) -> None:
        """Write the text, as fast as the reader takes it.

        Raises:
            BrokenPipeError: The reader has closed its end.
        """
        data = text.encode()
        for start in range(0, len(data), _PART):
            while not _is_writable(self.descriptor):
                await self._next_event()
            part = data[start : start + _PART]
            while part:
                part = part[os.write(self.descriptor, part) :]

    async def watch(self) -> None:
        """Wait until the reader closes its end, which nothing shows until the next write.

        Raises:
            BrokenPipeError: It has closed it.
        """
        while True:
            _is_writable(self.descriptor)
            await asyncio.sleep(_CHECK_SECONDS)

    async def _next_event(self) -> None:
        loop = asyncio.get_running_loop()
        happened = asyncio.Event()
        loop.add_writer(self.descriptor, happened.set)
        try:
            await happened.wait()
        finally:
            loop.remove_writer(self.descriptor)


if sys.platform == "win32":  # no poll for pipes there: a slow reader holds up the program
    _PART = 4096

    def _is_writable(_descriptor: int) -> bool:
        return True
else:
    # A pipe that is writable takes this many bytes at once (POSIX, write()).
    _PART = select.PIPE_BUF

    def _is_writable(descriptor: int) -> bool:
        """Return False if a write would block.

        Raises:
            BrokenPipeError: The reader has closed its end.
        """
        poll = select.poll()
        poll.register(descriptor, select.POLLOUT)
        state = dict(poll.poll(0)).get(descriptor, 0)
        if state & (select.POLLERR | select.POLLHUP | select.POLLNVAL):
            raise BrokenPipeError
        return bool(state & select.POLLOUT)
