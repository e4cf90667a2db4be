"""Single requests, for what is not measured."""

import http.client
from typing import Any

import orjson


def post(port: int, path: str, body: object, token: str) -> dict[str, Any]:
    """The JSON answer, whatever its status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", path, orjson.dumps(body), headers)
        answer: dict[str, Any] = orjson.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()
