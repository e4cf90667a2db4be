"""The number and the size of what is under way."""

import asyncio


class Window:
    """Limits how many lines are under way, and their bytes. A line that is larger than the limit has the window alone.

    Args:
        max_lines: The number of lines.
        max_bytes: The sum of their lengths.
    """

    def __init__(self, max_lines: int, max_bytes: int) -> None:
        self._max_lines = max_lines
        self._max_bytes = max_bytes
        self._lines = self._bytes = 0
        self._has_room = asyncio.Event()

    async def enter(self, size: int) -> None:
        """Wait until a line of this size has room, and let it in."""
        while self._lines and (self._lines >= self._max_lines or self._bytes + size > self._max_bytes):
            self._has_room.clear()
            await self._has_room.wait()
        self._lines += 1
        self._bytes += size

    def leave(self, size: int) -> None:
        """Let a line out, so that others have its room."""
        self._lines -= 1
        self._bytes -= size
        self._has_room.set()
