"""The command ``trigger --from-file``, and processes that count how often their only event is triggered."""

import asyncio
import json
import re
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.bootstrap import open_services
from bpmn_events.cli.caller import CLI
from bpmn_events.config import load_settings
from tests.api.tokens import SECRET
from tests.conformance.drawing import draw
from tests.support.databases.dumps import count_rows, read_rows
from tests.support.polling import block_until
from tests.support.server import PROGRAM, ServerProcess

FILE = "triggers.ndjson"
# The event waits again after each trigger, so a line that is executed twice leaves two records.
_COUNTER = draw(
    "start > Merge > Tick > Merge\nMerge: exclusiveGateway\nTick: intermediateCatchEvent message=tick\n", "counter"
)
CORRELATIONS = 20


def line(number: int, **fields: Any) -> str:
    """Return a line that triggers the event of one of the correlations, with its number as the payload."""
    names = {"processModelKey": "counter", "correlationId": f"c-{number % CORRELATIONS}", "eventId": "Tick"}
    return json.dumps({**names, "payload": {"number": number}, **fields})


@dataclass(frozen=True)
class Done:
    """A command that has ended: its exit code and its output."""

    code: int
    out: str
    err: str


def peak_memory(process: "subprocess.Popen[str]") -> int:
    """Return the most memory that the process has occupied until now, in kB; 0 if it has ended.

    The usage that the kernel reports at the end of a process begins with that of its parent.
    """
    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    high_water = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(high_water[1]) if high_water else 0


class Sender:
    """Runs the command in a folder with the file ``FILE``, on a database where each correlation has an event."""

    def __init__(self, folder: Path, url: str, **settings: str) -> None:
        self.folder = folder
        self.url = url
        self.environment = ServerProcess(folder, settings={"DATABASE_URL": url, **settings}).environment

    async def prepare(self, correlations: int = CORRELATIONS) -> None:
        """Start a process in each correlation."""
        settings = load_settings(database_url=self.url, jwt_secret=SECRET.decode())
        async with open_services(settings) as services:
            await services.deploy_model(CLI, DeployModel(_COUNTER))
            starts = [StartInstance("counter", f"c-{number}") for number in range(correlations)]
            await asyncio.gather(*(services.start_instance(CLI, start) for start in starts))

    def write(self, *lines: str) -> None:
        """Write the file."""
        (self.folder / FILE).write_text("".join(f"{each}\n" for each in lines), "utf-8")

    def read(self, ending: str) -> list[str]:
        """Return the lines of a file beside the file."""
        return (self.folder / f"{FILE}.{ending}").read_text("utf-8").splitlines()

    def has(self, ending: str) -> bool:
        """Return True if there is such a file beside the file."""
        return (self.folder / f"{FILE}.{ending}").exists()

    def run(self, *options: str, file: str = FILE, stdin: bytes = b"", max_file_bytes: int | None = None) -> Done:
        """Run the command to its end. The files that it writes become no larger than ``max_file_bytes``."""
        command = self._command(file, options)
        if max_file_bytes is not None:
            command = ["prlimit", f"--fsize={max_file_bytes}", *command]
        done = subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def measure_memory(self) -> int:
        """Run the command to its end. Return the most memory that it occupied, in kB."""
        peak = 0
        with self.running(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None:
                peak = peak_memory(process) or peak
                time.sleep(0.01)
        assert peak
        return peak

    @contextmanager
    def running(
        self,
        *options: str,
        file: str = FILE,
        stdin: int | None = None,
        stdout: int = subprocess.PIPE,
        stderr: int = subprocess.PIPE,
    ) -> Iterator["subprocess.Popen[str]"]:
        """Run the command. At the end, kill it if it still runs."""
        with subprocess.Popen(
            self._command(file, options),
            cwd=self.folder,
            env=self.environment,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def _command(self, file: str, options: tuple[str, ...]) -> list[str]:
        return [str(PROGRAM), "trigger", "--from-file", file, *options]

    def await_triggers(self, number: int) -> None:
        """Wait until there are so many triggers."""
        block_until(lambda: self.count() >= number)

    def count(self) -> int:
        """Return the number of triggers."""
        return asyncio.run(count_rows(self.url, "event_triggers"))

    def numbers(self) -> dict[str, list[int]]:
        """Return the numbers in the payloads of all triggers of each correlation, in their order."""
        rows = asyncio.run(read_rows(self.url, "event_triggers"))
        numbers = defaultdict(list)
        for row in sorted(rows, key=lambda row: row["id"]):
            numbers[row["correlation_id"]].append(json.loads(row["payload"])["number"])
        return numbers

    def check_each_once(self, count: int) -> None:
        """Check that the lines 0 to ``count`` were executed once, those of a correlation in their order."""
        numbers = self.numbers()
        assert Counter(each for some in numbers.values() for each in some) == Counter(range(count))
        assert all(some == sorted(some) for some in numbers.values())
