"""Payloads and schemas that are made to be costly do not stop a server."""

import asyncio
import json
from html import escape
from typing import Any

import httpx

from tests.support.server import ServerProcess
from tests.system.client import DEPLOY, Client
from tests.unit.schemas.shapes import LINE, LINES, items, many

ISSUES = DEPLOY.replace(
    "... on Error { message }", "... on InvalidProcessModelError { issues { elementId line message } }"
)


def model(schema: Any) -> str:
    """Return a model that waits for a message with the schema, as an event and as a start."""
    element = f"<events:payloadSchema>{escape(json.dumps(schema))}</events:payloadSchema>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    targetNamespace="urn:test">
  <message id="M" name="lines"/>
  <process id="costly" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="wait"/>
    <intermediateCatchEvent id="wait">
      <extensionElements>{element}</extensionElements><messageEventDefinition id="d" messageRef="M"/>
    </intermediateCatchEvent>
  </process>
</definitions>"""


async def trigger(client: Client, payload: Any, key: str | None = None) -> httpx.Response:
    path = "/process_models/costly/correlations/c-1/events/wait/trigger"
    headers = {} if key is None else {"Idempotency-Key": key}
    return await client.http.post(path, content=json.dumps(payload, separators=(",", ":")), headers=headers)


async def test_a_payload_that_violates_its_schema_everywhere_gets_exact_violations(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(model(LINES), "costly", "c-1")
        responses = await asyncio.gather(*(trigger(client, many({})) for _ in range(4)))
        names = ("sku", "quantity", "price")
        expected = [
            {"path": f"/lines/{index}", "keyword": "required", "message": f'"{name}" is a required property'}
            for index in range(34)
            for name in names
        ]
        for response in responses:
            assert response.status_code == 400
            assert response.json()["violations"] == expected[:100]
        last = many(LINE, {**LINE, "quantity": 0})
        assert (await trigger(client, last)).json()["violations"] == [
            {
                "path": f"/lines/{len(last['lines']) - 1}/quantity",
                "keyword": "minimum",
                "message": "0 is less than the minimum of 1",
            }
        ]
        assert (await trigger(client, many(LINE))).status_code == 200


async def test_a_payload_that_takes_long_is_checked_beside_the_server(server: ServerProcess) -> None:
    """A price list as large as a payload may be. A check takes about a tenth of a second."""
    rates, vat = many(0.07), items({"enum": [0, 0.07, 0.19]})
    wrong = {"lines": [*rates["lines"][:-1], 0.5]}
    async with Client.of(server.address) as client:
        await client.deploy_and_start(model(vat), "costly", "c-1")
        responses = await asyncio.gather(*(trigger(client, wrong, key) for key in ("a", "b", "a")))
        for response in responses:
            assert response.status_code == 400
            assert response.json()["violations"] == [
                {
                    "path": f"/lines/{len(rates['lines']) - 1}",
                    "keyword": "enum",
                    "message": "0.5 is not one of 0, 0.07 or 0.19",
                }
            ]
        keys = ("d", "e", "d", "e")
        responses = await asyncio.gather(*(trigger(client, rates, key) for key in keys))
        outcomes = {(key, response.status_code) for key, response in zip(keys, responses, strict=True)}
        assert outcomes in ({("d", 200), ("e", 404)}, {("d", 404), ("e", 200)})


async def test_a_payload_that_takes_too_long_is_refused(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        prices = [number + 0.5 for number in range(60)]
        await client.deploy_and_start(model(items({"enum": prices})), "costly", "c-1")
        (violation,) = (await trigger(client, many(prices[-1]))).json()["violations"]
        assert violation == {
            "path": "",
            "keyword": "maxCost",
            "message": "checking it against the schema takes more than 1 s of processor time",
        }
        assert (await trigger(client, {"lines": prices})).status_code == 200


async def test_schemas_that_cost_without_bound_are_refused_with_their_place(server: ServerProcess) -> None:
    chain: dict[str, Any] = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(24)}
    schemas: dict[str, Any] = {
        "/$defs/d": {"$ref": "#/$defs/d0", "$defs": {**chain, "d24": {}}},
        "/properties/text/pattern": {"properties": {"text": {"pattern": r"(\w{1,50}){1,50}b"}}},
        "/properties/n/maximum": {"properties": {"n": {"maximum": 10**399}}},
        "/items/$ref": {"items": {"$ref": "http://127.0.0.1:1/schema"}},
    }
    async with Client.of(server.address) as client:
        for place, schema in schemas.items():
            (issue,) = (await client.graphql(ISSUES, xml=model(schema)))["issues"]
            assert (issue["elementId"], issue["line"]) == ("wait", 8)
            assert issue["message"].startswith("its payloadSchema is no valid JSON Schema: ")
            assert f'at "{place}' in issue["message"]
