"""Many triggers in the lines of one request."""

import asyncio
import gzip
import json
from typing import Any

import httpx
import pytest

from bpmn_events.application.services import Services
from bpmn_events.domain.principal import Permission
from tests.api.gql.models import ORDER
from tests.api.rest.client import RestClient, start_case
from tests.api.rest.conftest import CallerFactory
from tests.conformance.drawing import draw

PATH = "/events/trigger"
NDJSON = "application/x-ndjson"
CASE = draw(
    """
    start > First > Second > end
    First: intermediateCatchEvent message=first
    Second: intermediateCatchEvent message=second
    """,
    "case",
)
SPLIT = draw(
    """
    start > Fork > Left > end
    Fork > Right > end
    Fork: parallelGateway
    Left: intermediateCatchEvent message=left
    Right: intermediateCatchEvent message=right
    """,
    "split",
)


def line(correlation: str = "c-1", event: str = "First", key: str = "case", **optional: Any) -> dict[str, Any]:
    return {"processModelKey": key, "correlationId": correlation, "eventId": event, **optional}


async def send(client: RestClient, body: bytes, **headers: str) -> httpx.Response:
    return await client.send(PATH, body, **{"Content-Type": NDJSON, **headers})


def encode(*lines: Any) -> bytes:
    """Return the body with these lines: objects, or texts as they are."""
    return "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in lines).encode()


def answers(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == NDJSON
    return [json.loads(text) for text in response.text.splitlines()]


async def trigger(client: RestClient, *lines: Any) -> list[dict[str, Any]]:
    return answers(await send(client, encode(*lines)))


@pytest.fixture
async def waiting(services: Services) -> dict[str, str]:
    """Start the process "case" in the correlations c-1 to c-3. Return the events of c-1."""
    for number in (3, 2):
        await start_case(services, CASE, "case", f"c-{number}")
    return await start_case(services, CASE, "case", "c-1")


async def test_each_line_has_its_answer(ada: RestClient, waiting: dict[str, str]) -> None:
    first, failed, dry, repeated, last = await trigger(
        ada,
        line("c-1", payload={"amount": 7}),
        line("c-9"),
        line("c-2", dryRun=True),
        line("c-3", idempotencyKey="k"),
        line("c-3", idempotencyKey="k"),
    )
    assert first == {
        "line": 1,
        "outcome": "TRIGGERED",
        "triggerId": first["triggerId"],
        "eventId": waiting["First"],
        "processInstanceId": first["processInstanceId"],
        "processInstanceState": "RUNNING",
        "nextWaitingEvents": [
            {
                "id": first["nextWaitingEvents"][0]["id"],
                "elementId": "Second",
                "elementType": "INTERMEDIATE_CATCH_EVENT",
                "name": None,
                "eventType": "MESSAGE",
                "eventName": "second",
            }
        ],
    }
    assert failed == {
        "line": 2,
        "outcome": "FAILED",
        "error": {
            "type": "urn:bpmn-events:problem:correlation-not-found",
            "title": "There is no such correlation",
            "status": 404,
            "detail": "No process instance was started under the correlation 'c-9'.",
            "code": "CORRELATION_NOT_FOUND",
            "correlationId": "c-9",
        },
    }
    assert (dry["line"], dry["outcome"], dry["triggerId"]) == (3, "WOULD_TRIGGER", None)
    assert (repeated["line"], repeated["outcome"]) == (4, "TRIGGERED")
    assert last == {**repeated, "line": 5, "outcome": "REPLAYED"}


async def test_triggers_are_as_those_of_the_other_route(
    ada: RestClient, waiting: dict[str, str], services: Services
) -> None:
    await trigger(ada, line("c-1", payload={"amount": 7}, idempotencyKey="k"))
    response = await ada.trigger("case", "c-1", "First", {"amount": 8})
    assert response.json()["trigger"] | {"id": "", "triggeredAt": "", "processInstanceId": ""} == {
        "id": "",
        "eventId": waiting["First"],
        "elementId": "First",
        "eventType": "MESSAGE",
        "eventName": "first",
        "lane": None,
        "source": "REST",
        "payload": {"amount": 7},
        "triggeredAt": "",
        "triggeredBy": "ada",
        "idempotencyKey": "k",
        "processModelKey": "case",
        "processInstanceId": "",
        "correlationId": "c-1",
    }


async def test_lines_of_one_correlation_are_executed_in_their_order(ada: RestClient, waiting: dict[str, str]) -> None:
    lines = [line(f"c-{number}", event) for event in ("First", "Second") for number in (1, 2, 3)]
    results = await trigger(ada, *lines)
    assert [each["outcome"] for each in results] == ["TRIGGERED"] * 6
    assert [each["processInstanceState"] for each in results] == ["RUNNING"] * 3 + ["COMPLETED"] * 3


async def test_a_repeated_request_changes_nothing(ada: RestClient, waiting: dict[str, str]) -> None:
    lines = [line(f"c-{number}", idempotencyKey=f"k-{number}") for number in (1, 2, 3)]
    first, second = await trigger(ada, *lines), await trigger(ada, *lines)
    assert [each["outcome"] for each in second] == ["REPLAYED"] * 3
    assert [each["triggerId"] for each in second] == [each["triggerId"] for each in first]


WRONG: list[tuple[str, str, str]] = [
    ("nonsense", "line", "this is not valid JSON: invalid character (byte 4)"),
    ("[]", "line", "takes a JSON object"),
    ('"text"', "line", "takes a JSON object"),
    ("null", "line", "takes a JSON object"),
    (json.dumps(line()) + "{}", "line", "this is not valid JSON: trailing characters"),
    ("{", "line", "this is not valid JSON"),
    ("[" * 100_000, "line", "nested too deeply"),
    ("{}", "processModelKey", "is missing"),
    (json.dumps({**line(), "eventId": None}), "eventId", "expected `int | str`, got `null`"),
    (json.dumps({**line(), "eventId": ["a"]}), "eventId", "expected `int | str`, got `array`"),
    (json.dumps({**line(), "eventId": True}), "eventId", "expected `int | str`, got `bool`"),
    (json.dumps({**line(), "eventId": 1.5}), "eventId", "expected `int | str`, got `float`"),
    (json.dumps({**line(), "dryRun": "yes"}), "dryRun", "expected `bool | null`, got `str`"),
    (json.dumps({**line(), "dry_run": True}), "dry_run", "is not a field of a trigger"),
    (json.dumps({**line(), "idempotencyKey": 5}), "idempotencyKey", "expected `str | null`, got `int`"),
    (json.dumps({**line(), "idempotencyKey": ""}), "idempotencyKey", "takes 1 to 255 printable characters"),
    ('{"payload": {"a": [1e999]}}', "line", "Number out of range."),
]


@pytest.mark.parametrize(("text", "argument", "reason"), WRONG)
async def test_a_wrong_line_says_what_is_wrong(
    ada: RestClient, waiting: dict[str, str], text: str, argument: str, reason: str
) -> None:
    wrong, right = await trigger(ada, text, line())
    error = wrong["error"]
    assert (wrong["line"], wrong["outcome"], error["code"], error["status"]) == (1, "FAILED", "BAD_USER_INPUT", 400)
    assert error["argument"] == argument
    assert error["detail"].startswith(f"{argument}: {reason}")
    assert (right["line"], right["outcome"]) == (2, "TRIGGERED")


@pytest.mark.parametrize(
    ("payload", "keyword"),
    [([1], "type"), ("text", "type"), ({"text": "a" * 270_000}, "maxBytes"), ({"number": 2**70}, "integer")],
)
async def test_a_wrong_payload_is_refused(ada: RestClient, waiting: dict[str, str], payload: Any, keyword: str) -> None:
    wrong, right = await trigger(ada, line(payload=payload), line("c-2"))
    assert wrong["error"]["code"] == "INVALID_PAYLOAD"
    assert wrong["error"]["violations"][0]["keyword"] == keyword
    assert right["outcome"] == "TRIGGERED"


async def test_invalid_utf_8(ada: RestClient, waiting: dict[str, str]) -> None:
    wrong, right = answers(await send(ada, b'{"processModelKey": "\xff"}\n' + encode(line())))
    assert wrong["error"]["argument"] == "line"
    assert right["outcome"] == "TRIGGERED"


async def test_ids_may_be_numbers_as_in_graphql(ada: RestClient, services: Services) -> None:
    await start_case(services, CASE, "case", "4711")
    (answer,) = await trigger(ada, {**line(), "correlationId": 4711})
    assert answer["outcome"] == "TRIGGERED"


async def test_blank_lines_count_and_have_no_answer(ada: RestClient, waiting: dict[str, str]) -> None:
    body = b"\xef\xbb\xbf" + encode(line("c-1")) + b"\n \t \r\n" + encode(line("c-2")).replace(b"\n", b"\r\n")
    body += json.dumps(line("c-3")).encode()  # the last line has no end
    results = answers(await send(ada, body))
    assert [(each["line"], each["outcome"]) for each in results] == [(number, "TRIGGERED") for number in (1, 4, 5)]


@pytest.mark.parametrize("body", [b"", b"\n", b" \n\n\t"])
async def test_nothing_to_do(ada: RestClient, body: bytes) -> None:
    assert answers(await send(ada, body)) == []


async def test_a_line_that_is_too_long_does_not_affect_others(ada: RestClient, waiting: dict[str, str]) -> None:
    long = json.dumps(line(payload={"text": "a" * 3_000_000}))
    first, refused, last = await trigger(ada, line("c-1"), long, line("c-2"))
    assert (first["outcome"], last["outcome"], last["line"]) == ("TRIGGERED", "TRIGGERED", 3)
    assert (refused["line"], refused["error"]["code"]) == (2, "INVALID_PAYLOAD")
    assert refused["error"]["violations"][0]["message"] == "a line has at most 1048576 bytes"


async def test_a_body_may_be_larger_than_others(ada: RestClient, waiting: dict[str, str]) -> None:
    lines = [line(f"c-{number}", payload={"text": "a" * 250_000}) for number in (1, 2, 3, 4, 5, 6)]
    results = await trigger(ada, *lines)
    assert [each["outcome"] for each in results] == ["TRIGGERED"] * 3 + ["FAILED"] * 3


async def test_there_are_at_most_100_000_lines(ada: RestClient) -> None:
    results = answers(await send(ada, encode("1") * 100_002))
    assert len(results) == 100_001
    assert results[-1]["line"] == 100_001
    assert results[-1]["error"]["detail"] == "line: a body has at most 100000 lines."
    assert results[-2]["error"]["detail"] == "line: takes a JSON object."


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
async def test_a_compressed_body(ada: RestClient, waiting: dict[str, str], encoding: str) -> None:
    """The second of its members begins within a line (RFC 1952, section 2.2)."""
    body = encode(line("c-1"), line("c-2"))
    compressed = gzip.compress(body[:40]) + gzip.compress(body[40:])
    results = answers(await send(ada, compressed, **{"Content-Encoding": encoding}))
    assert [each["outcome"] for each in results] == ["TRIGGERED"] * 2


@pytest.mark.parametrize(
    ("damage", "done"),
    [
        (lambda data: data[:-4], 2),
        (lambda data: data[:-8] + b"\0" * 8, 0),
        (lambda data: data + b"garbage", 2),
        (lambda _data: encode(line()), 0),
        (lambda _data: b"\x1f\x8b", 0),
    ],
    ids=["cut", "checksum", "trailing", "plain", "header"],
)
async def test_a_damaged_body(ada: RestClient, waiting: dict[str, str], damage: Any, done: int) -> None:
    """What arrived before the damage is done, and the answer after it says where the body ends."""
    body = damage(gzip.compress(encode(line("c-1"), line("c-2"))))
    *results, last = answers(await send(ada, body, **{"Content-Encoding": "gzip"}))
    assert [each["outcome"] for each in results] == ["TRIGGERED"] * done
    assert (last["line"], last["outcome"]) == (done + 1, "FAILED")
    assert last["error"]["detail"] == "body: is no complete gzip data from here on."


@pytest.mark.parametrize("filler", [b"\0", b" ", b"\n", b"a"])
async def test_a_body_that_expands_without_end(ada: RestClient, filler: bytes) -> None:
    bomb = gzip.compress(filler * 50_000_000) * 40  # two gigabytes
    assert len(bomb) < 2_500_000
    results = answers(await send(ada, bomb, **{"Content-Encoding": "gzip"}))
    assert [each["outcome"] for each in results] == ["FAILED"]


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Content-Type": "application/json"}, "Send a JSON object in each line, as Content-Type"),
        ({"Content-Type": "text/plain"}, "Send a JSON object in each line, as Content-Type"),
        ({"Content-Encoding": "br"}, "Send the body without a Content-Encoding, or with gzip."),
        ({"Content-Encoding": "gzip, gzip"}, "Send the body without a Content-Encoding, or with gzip."),
    ],
)
async def test_other_forms_are_refused(ada: RestClient, headers: dict[str, str], reason: str) -> None:
    response = await send(ada, encode(line()), **headers)
    assert response.status_code == 415
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"].startswith(reason)


@pytest.mark.parametrize(
    "media_type", ["application/x-ndjson; charset=utf-8", "application/jsonl", "application/ndjson"]
)
async def test_other_names_of_the_form(ada: RestClient, waiting: dict[str, str], media_type: str) -> None:
    (answer,) = answers(await send(ada, encode(line()), **{"Content-Type": media_type}))
    assert answer["outcome"] == "TRIGGERED"


async def test_callers_need_the_permission(
    anonymous: RestClient, caller: CallerFactory, waiting: dict[str, str]
) -> None:
    assert (await send(anonymous, encode(line()))).status_code == 401
    refused = await send(caller(Permission.EVENTS_READ), encode(line()))
    assert (refused.status_code, refused.json()["requiredPermission"]) == (403, "events:trigger")
    assert (await caller().get(PATH)).status_code == 405


async def test_callers_need_the_lane(caller: CallerFactory, services: Services) -> None:
    await start_case(services, ORDER, "order", "c-1")
    request = line(event="pay", key="order", payload={"amount": 3})
    (hidden,) = await trigger(caller(lanes=("Sales",)), request)
    (done,) = await trigger(caller(lanes=("Finance",)), request)
    assert (hidden["error"]["code"], hidden["error"]["requiredPermission"]) == ("FORBIDDEN", "lane:Finance")
    assert done["outcome"] == "TRIGGERED"


async def test_two_requests_at_once_trigger_each_event_once(ada: RestClient, services: Services) -> None:
    correlations = [f"s-{number}" for number in range(20)]
    for correlation in correlations:
        await start_case(services, SPLIT, "split", correlation)
    lines = [line(correlation, event, "split") for correlation in correlations for event in ("Left", "Right")]
    first, second = await asyncio.gather(trigger(ada, *lines), trigger(ada, *lines))
    for one, other in zip(first, second, strict=True):
        failed, done = sorted((one, other), key=lambda each: each["outcome"])
        assert (failed["outcome"], done["outcome"]) == ("FAILED", "TRIGGERED")
        assert failed["error"]["reason"] == "ALREADY_TRIGGERED"
