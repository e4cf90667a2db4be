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


async def trigger(client: Client, payload: Any) -> httpx.Response:
    path = "/process_models/costly/correlations/c-1/events/wait/trigger"
    return await client.http.post(path, content=json.dumps(payload, separators=(",", ":")))


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


async def test_a_payload_that_is_too_costly_for_its_schema_is_refused(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(model(items({"multipleOf": 0.01})), "costly", "c-1")
        (violation,) = (await trigger(client, many(5e-324))).json()["violations"]
        assert violation["keyword"] == "maxCost"
        (violation,) = (await trigger(client, {"lines": [0.005]})).json()["violations"]
        assert violation == {"path": "/lines/0", "keyword": "multipleOf", "message": "0.005 is not a multiple of 0.01"}
        assert (await trigger(client, {"lines": [12.34] * 1_000})).status_code == 200


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
