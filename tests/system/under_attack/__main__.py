"""Measures what each attack does to others. ``python -m tests.system.under_attack [PART OF A NAME]``.

For each attack, alone and under the load of 64 ordinary callers, it prints the longest response time of ``/healthz``
and the growth of the server's memory. It exits with 1 if a limit is exceeded or an answer is wrong. The machine must be
idle.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.under_attack import on_connections, on_documents, on_payloads, on_requests, on_schemas, on_steps
from tests.system.under_attack.attacks import Attack, Target
from tests.system.under_attack.ordinary_load import AGAIN
from tests.system.under_attack.watch import Figures

_MODULES = (on_connections, on_documents, on_payloads, on_requests, on_schemas, on_steps)
_CALLERS = 64
_MAX_SECONDS = 0.25
_MAX_GROWTH_BYTES = 256 * 2**20


class _Watcher:
    def __init__(self, server: ServerProcess) -> None:
        assert server.process is not None
        command = [sys.executable, "-m", "tests.system.under_attack.watch", server.address, str(server.process.pid)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def figures(self) -> Figures:
        """Return the figures since the last call."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(file=self.process.stdin, flush=True)
        return Figures(**json.loads(self.process.stdout.readline()))


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def _measure(server: ServerProcess, attacks: list[Attack], label: str) -> list[str]:
    """Run the attacks one after another, print a line for each, and return the names of those that were too much."""
    watcher, harmful = _Watcher(server), []
    with _ended(watcher.process):
        await asyncio.sleep(1)
        base = watcher.figures().memory_bytes
        for attack in attacks:
            problem = await _run(server, attack)
            figures = watcher.figures()
            growth = figures.memory_bytes - base
            is_harmful = figures.failures or figures.longest_seconds > _MAX_SECONDS or growth > _MAX_GROWTH_BYTES
            if problem or is_harmful:
                harmful.append(attack.name)
            mark = "!" if problem or is_harmful else " "
            times = f"{figures.longest_seconds * 1000:7.0f} ms {growth / 2**20:7.0f} MiB"
            print(f"{mark} {label:7} {attack.name:40} {times}  {problem}", flush=True)
    return harmful


async def _run(server: ServerProcess, attack: Attack) -> str:
    """Run the attack and wait for its effects. Return what was wrong with an answer, or an empty text."""
    async with Client.of(server.address) as client:
        try:
            await attack.run(Target(client))
        except Exception as error:
            return f"{type(error).__name__}: {str(error)[:200]}"
        finally:
            await asyncio.sleep(attack.seconds + 0.1)
    return ""


@contextmanager
def _ordinary_load(server: ServerProcess, key: str) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.system.under_attack.ordinary_load", server.address, key, str(_CALLERS)]
    with _ended(subprocess.Popen(command, text=True)):
        yield


async def _start_ordinary(server: ServerProcess) -> str:
    async with Client.of(server.address) as client:
        return await Target(client).start(AGAIN, *(f"ordinary-{number}" for number in range(_CALLERS)))


def main(part: str = "") -> int:
    """Measure the attacks whose name contains the text. Return the exit code."""
    attacks = [attack for module in _MODULES for attack in module.ATTACKS if part in attack.name]
    harmful = []
    for is_loaded in (False, True):
        with tempfile.TemporaryDirectory() as folder, running(ServerProcess(Path(folder))) as server:
            if not is_loaded:
                harmful += asyncio.run(_measure(server, attacks, "alone"))
                continue
            with _ordinary_load(server, asyncio.run(_start_ordinary(server))):
                harmful += asyncio.run(_measure(server, attacks, "loaded"))
    print(f"figures: {len(attacks)} attacks, alone and under load; {len(harmful)} harmful")
    return 1 if harmful else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
