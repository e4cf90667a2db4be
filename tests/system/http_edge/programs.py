"""Commands that run uvicorn with the protocol, without ``bpmn-events serve``."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PROTOCOL = "bpmn_events.web.http.protocol.protocol:HttpProtocol"
APPLICATION = [
    *(sys.executable, "-m", "uvicorn", "--app-dir", str(ROOT), "tests.system.http_edge.applications:application"),
    *("--http", PROTOCOL, "--ws", "websockets-sansio", "--no-access-log"),
]


def documented_command() -> list[str]:
    """Return the uvicorn command of docs/operations.md without its port, with the path of the installed program."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    (arguments,) = re.findall(r"^ExecStart=\S+/uvicorn (.*) --port 8000$", page, re.MULTILINE)
    return [str(Path(sys.executable).with_name("uvicorn")), *arguments.split()]
