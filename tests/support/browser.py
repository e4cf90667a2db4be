"""A headless Chromium, controlled over the DevTools protocol."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.support.programs import require_program

_TIMEOUT_SECONDS = 120
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = [
    "--headless",
    "--no-sandbox",  # root in a container needs this
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]


class Page:
    """A browser tab.

    Attributes:
        requested_urls: the URLs of all requests so far.
        errors: the errors that the page logged and the exceptions that it did not catch.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self.requested_urls: list[str] = []
        self.errors: list[str] = []
        for domain in ("Network", "Log", "Runtime", "Page"):
            self._call(f"{domain}.enable")

    def open(self, url: str) -> None:
        self._call("Page.navigate", url=url)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        response = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in response, response["exceptionDetails"]
        return response["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """Evaluate a JavaScript expression until its value is truthy, and return the value."""
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while not (value := self.evaluate(expression)):
            assert time.monotonic() < deadline, f"{expression} is still {value!r}: {self.errors}"
            time.sleep(0.05)
        return value

    def _call(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(_TIMEOUT_SECONDS))
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self._record_event(message["method"], message["params"])

    def _record_event(self, method: str, parameters: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requested_urls.append(parameters["request"]["url"])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.errors.append(parameters["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.errors.append(str(parameters["exceptionDetails"]))


@contextmanager
def browser_page(folder: Path, *options: str) -> Iterator[Page]:
    """Start a browser with its profile in the folder and these further options, yield its tab, and stop the browser."""
    program = require_program(*_PROGRAMS)
    command = [program, *_OPTIONS, *options, f"--user-data-dir={folder}", "--remote-debugging-port=0", "about:blank"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        with connect(_tab_address(process, folder), max_size=None) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(_TIMEOUT_SECONDS)


def _tab_address(process: subprocess.Popen[bytes], folder: Path) -> str:
    port_file = folder / "DevToolsActivePort"
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while not (port_file.exists() and port_file.read_text().count("\n")):
        assert process.poll() is None, (folder / "log").read_text(errors="replace")
        assert time.monotonic() < deadline, (folder / "log").read_text(errors="replace")
        time.sleep(0.05)
    port, path = port_file.read_text().splitlines()
    with connect(f"ws://127.0.0.1:{port}{path}") as browser:
        browser.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
        targets = json.loads(browser.recv(_TIMEOUT_SECONDS))["result"]["targetInfos"]
    (tab,) = (target["targetId"] for target in targets if target["type"] == "page")
    return f"ws://127.0.0.1:{port}/devtools/page/{tab}"
