"""A byte order mark before a JSON body is ignored on every route with a body, and other encodings are refused."""

from codecs import BOM_UTF8

import pytest

from bpmn_events.application.services import Services
from bpmn_events.web.http.problems import CONSUMER_PREFIX
from tests.api.rest.client import RestClient, start_case
from tests.api.rest.test_query_parameters import CHANGES, MODEL, state

JSON = {"Content-Type": "application/json"}
BODY = '{"errorCode": "E", "variables": {"name": "Ä"}}'


@pytest.mark.parametrize("prefix", ["", CONSUMER_PREFIX])
@pytest.mark.parametrize("path", CHANGES)
async def test_it_is_ignored(services: Services, ada: RestClient, path: str, prefix: str) -> None:
    await start_case(services, MODEL, "p", "c-1")
    path = path if path.startswith(CONSUMER_PREFIX) else prefix + path
    before = await state(services)
    response = await ada.send(path, BOM_UTF8 + BODY.encode(), **JSON)
    assert response.status_code in (200, 204), response.text
    assert await state(services) < before


async def test_the_request_without_it_is_the_same_request(services: Services, ada: RestClient) -> None:
    await start_case(services, MODEL, "p", "c-1")
    key = {**JSON, "Idempotency-Key": "k"}
    first = await ada.send(CHANGES[0], BOM_UTF8 + BODY.encode(), **key)
    again = await ada.send(CHANGES[0], BODY.encode(), **key)
    assert again.json() == {**first.json(), "replayed": True}
    assert first.json()["trigger"]["payload"]["variables"] == {"name": "Ä"}


@pytest.mark.parametrize(
    "body",
    [
        BOM_UTF8 + BOM_UTF8 + BODY.encode(),
        b" " + BOM_UTF8 + BODY.encode(),
        BODY.encode() + BOM_UTF8,
        BOM_UTF8,
        BOM_UTF8 + b"null",
        BODY.encode("utf-16"),
        BODY.encode("utf-16-be"),
        BODY.encode("utf-32"),
    ],
)
@pytest.mark.parametrize("path", CHANGES)
async def test_other_beginnings_are_refused(services: Services, ada: RestClient, path: str, body: bytes) -> None:
    await start_case(services, MODEL, "p", "c-1")
    before = await state(services)
    response = await ada.send(path, body, **JSON)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (400, "INVALID_PAYLOAD")
    assert ("looks like UTF-16" in problem["detail"]) is (b"\x00" in body)
    assert await state(services) == before
