"""Single HTTP requests outside the measurements."""

import http.client
from typing import Any

import orjson


def post(port: int, path: str, body: object, token: str) -> dict[str, Any]:
    """Return the JSON of the response, for any status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", path, orjson.dumps(body), headers)
        content: dict[str, Any] = orjson.loads(connection.getresponse().read())
        return content
    finally:
        connection.close()
