"""Chromium without a window, spoken to over its DevTools protocol."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.support.shell import needs_program

_PATIENCE_SECONDS = 60
_QUIET = [
    "--headless",
    "--no-sandbox",  # which a container's root needs
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]


class Page:
    """One tab. ``requested`` are the addresses that it has asked for, ``complaints`` what it logged as an error."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self.requested: list[str] = []
        self.complaints: list[str] = []
        for domain in ("Network", "Log", "Runtime", "Page"):
            self._call(f"{domain}.enable")

    def open(self, address: str) -> None:
        self._call("Page.navigate", url=address)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """Its value, as soon as that is true."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not (value := self.evaluate(expression)):
            assert time.monotonic() < deadline, f"{expression} stayed {value!r}: {self.complaints}"
            time.sleep(0.05)
        return value

    def _call(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(_PATIENCE_SECONDS))
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self._notice(message["method"], message["params"])

    def _notice(self, method: str, parameters: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requested.append(parameters["request"]["url"])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.complaints.append(parameters["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(parameters["exceptionDetails"]))


@contextmanager
def browser_page(folder: Path) -> Iterator[Page]:
    """A tab of a browser that is ended with it; its profile lies in the folder."""
    program = needs_program("chromium")
    command = [program, *_QUIET, f"--user-data-dir={folder}", "--remote-debugging-port=0", "about:blank"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        with connect(_tab_address(process, folder), max_size=None) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def _tab_address(process: subprocess.Popen[bytes], folder: Path) -> str:
    listening = folder / "DevToolsActivePort"
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (listening.exists() and listening.read_text().count("\n")):
        assert process.poll() is None, (folder / "log").read_text(errors="replace")
        assert time.monotonic() < deadline, (folder / "log").read_text(errors="replace")
        time.sleep(0.05)
    port, path = listening.read_text().splitlines()
    with connect(f"ws://127.0.0.1:{port}{path}") as browser:
        browser.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
        targets = json.loads(browser.recv(_PATIENCE_SECONDS))["result"]["targetInfos"]
    (tab,) = (target["targetId"] for target in targets if target["type"] == "page")
    return f"ws://127.0.0.1:{port}/devtools/page/{tab}"
