"""The process in which payloads are checked that take long."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

import msgspec

from bpmn_events.adapters.json_schema.checker import Request
from bpmn_events.adapters.json_schema.schema_text import SchemaText
from bpmn_events.domain.errors import PayloadViolation

# The program is imported from the folder of this package, wherever that is.
_FOLDER = str(Path(__file__).parents[3])
_PROGRAM = (
    f"import sys; sys.path.insert(0, {_FOLDER!r}); from bpmn_events.adapters.json_schema.checker import main; main()"
)
_COMMAND = (sys.executable, "-P", "-c", _PROGRAM)
# The process may get a tenth of a processor, and has to start and to compile the schema.
_WALL_FACTOR = 10.0
_STARTING_SECONDS = 20.0
_SIGPROF = getattr(signal, "SIGPROF", None)


class TimeIsOver(Exception):
    """The check has taken the processor time that it may take."""


class ProcessLost(Exception):
    """The process could not be started, or has ended for another reason than its limit of time."""


class CheckProcess:
    """Runs one check at a time. The process starts with the first check, and again after it was ended."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def check(self, schema: SchemaText, payload: bytes, seconds: float) -> tuple[PayloadViolation, ...]:
        """Return the violations of a payload, a JSON text. ``seconds`` is the limit of processor time.

        Raises:
            TimeIsOver: The check has taken this time.
            ProcessLost: The process could not be started, or has ended for another reason.
        """
        request = Request(seconds, len(schema.text), len(payload), schema.is_earlier)
        try:
            async with asyncio.timeout(_STARTING_SECONDS + _WALL_FACTOR * seconds):
                text = await self._exchange(request, schema.text + payload)
        except (OSError, EOFError) as error:  # TimeoutError is an OSError
            code = await self.end()
            if _SIGPROF is not None and code == -_SIGPROF:
                raise TimeIsOver from error
            raise ProcessLost(f"{type(error).__name__}, exit code {code}") from error
        except BaseException:
            await self.end()
            raise
        return msgspec.json.decode(text, type=tuple[PayloadViolation, ...])

    async def end(self) -> int | None:
        """End the process, unless it has ended. Return its exit code, or None if there is no process."""
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdout is not None
        # A process whose output has ended is about to end itself. To kill it would hide its exit code.
        if process.returncode is None and not process.stdout.at_eof():
            with suppress(ProcessLookupError):
                process.kill()
        return await process.wait()

    async def _exchange(self, request: Request, texts: bytes) -> bytes:
        if self._process is None:
            self._process = await _start()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(request) + b"\n" + texts)
        await self._process.stdin.drain()
        line = await self._process.stdout.readuntil(b"\n")
        return await self._process.stdout.readexactly(int(line))


async def _start() -> Process:
    """Start the program in a session of its own, so that no signal from the terminal ends it before the server."""
    return await asyncio.create_subprocess_exec(*_COMMAND, stdin=PIPE, stdout=PIPE, start_new_session=True)
