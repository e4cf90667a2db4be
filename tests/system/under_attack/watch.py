"""A process that watches a server: how long its health check takes, and how much memory it uses.

``python -m tests.system.under_attack.watch ADDRESS PID`` reads lines. At each, it prints the figures since the line
before as JSON. It is a process of its own, so that a busy attacker does not delay it.
"""

import http.client
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

_PAUSE_SECONDS = 0.01
_TIMEOUT_SECONDS = 60


@dataclass
class Figures:
    """What was seen. ``longest_seconds`` is the longest that the server took to answer, ``failures`` counts no answers.

    ``memory_bytes`` is the largest resident memory.
    """

    longest_seconds: float = 0.0
    failures: int = 0
    memory_bytes: int = 0


class Watch:
    """Asks for ``/healthz`` again and again, on a new connection each time."""

    def __init__(self, address: str, pid: int) -> None:
        self._location = urlsplit(address).netloc
        self._status = Path(f"/proc/{pid}/status")
        self.figures = Figures()

    def run(self) -> None:
        while True:
            figures, before = self.figures, time.monotonic()
            if not self._is_healthy():
                figures.failures += 1
            figures.longest_seconds = max(figures.longest_seconds, time.monotonic() - before)
            figures.memory_bytes = max(figures.memory_bytes, self._memory_bytes())
            time.sleep(_PAUSE_SECONDS)

    def _is_healthy(self) -> bool:
        connection = http.client.HTTPConnection(self._location, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _memory_bytes(self) -> int:
        lines = self._status.read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    watch = Watch(sys.argv[1], int(sys.argv[2]))
    threading.Thread(target=watch.run, daemon=True).start()
    for _ in sys.stdin:
        print(json.dumps(asdict(watch.figures)), flush=True)
        watch.figures = Figures()
