"""docs/websocket.md names each code with which the server closes a WebSocket."""

import re
from pathlib import Path

from websockets.frames import CloseCode as StandardCode

from bpmn_events.web.gql.websocket.closing import CloseCode

PAGE = (Path(__file__).parents[4] / "docs" / "websocket.md").read_text("utf-8")


def test_close_codes() -> None:
    named = {int(code) for code in re.findall(r"^\| (\d{4}) \|", PAGE, re.MULTILINE)}
    assert named == {
        *CloseCode,
        *(StandardCode.INVALID_DATA, StandardCode.MESSAGE_TOO_BIG, StandardCode.SERVICE_RESTART),
    }
