"""Request bodies are read up to a limit, and only as JSON."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bpmn_events.domain.errors import DomainError
from bpmn_events.web.http.bodies import check_content_type, read_body
from bpmn_events.web.http.problems import on_domain_error, on_http_exception

LIMIT = 1000


async def echo(request: Request) -> Response:
    body = await read_body(request, LIMIT)
    check_content_type(request)
    return Response(body)


APPLICATION = Starlette(
    routes=[Route("/", echo, methods=["POST"])],
    exception_handlers={DomainError: on_domain_error, HTTPException: on_http_exception},
)


async def post(content: bytes | AsyncIterator[bytes], **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(APPLICATION)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.post("/", content=content, headers=headers)


async def test_body_within_the_limit_arrives() -> None:
    response = await post(b"x" * LIMIT)
    assert response.content == b"x" * LIMIT


async def test_content_length_over_the_limit_is_rejected() -> None:
    response = await post(b"x" * (LIMIT + 1))
    assert response.status_code == 413
    assert response.json()["violations"][0]["keyword"] == "maxBytes"


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "x", "²"])
async def test_invalid_content_length_is_ignored(length: str) -> None:
    request = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "http_version": "1.1"}
    headers = [(b"content-length", length.encode("latin-1"))]
    sent: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"{}"}

    async def send(message: dict[str, int]) -> None:
        sent.append(message.get("status", 0))

    await APPLICATION({**request, "headers": headers}, receive, send)  # type: ignore[arg-type]
    assert sent[0] == (413 if length.isdecimal() else 200)


async def test_endless_body_is_read_up_to_the_limit() -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 100
            yield b"x" * 100

    response = await post(chunks())
    assert response.status_code == 413
    assert sent <= LIMIT + 200


async def test_encoded_body_is_rejected() -> None:
    response = await post(b"{}", **{"Content-Encoding": "gzip"})
    assert (response.status_code, response.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=utf-8", "application/cloudevents+json", ""]
)
async def test_json_media_types_are_accepted(content_type: str) -> None:
    assert (await post(b"{}", **{"Content-Type": content_type})).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "json"])
async def test_other_media_types_are_rejected(content_type: str) -> None:
    response = await post(b"{}", **{"Content-Type": content_type})
    assert response.status_code == 415
    assert "application/json" in response.json()["detail"]
