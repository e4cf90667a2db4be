"""A list that is read while retention deletes what its items refer to."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bpmn_events.application.background.pruner import PruneInstants, Pruner
from bpmn_events.bootstrap import Runtime
from tests.api.gql.client import GraphQLClient
from tests.api.rest.client import start_case
from tests.delivery.models import KIOSK

pytestmark = pytest.mark.in_process

TRIGGERS = """
{ eventTriggers { __typename
    ... on EventTriggerConnection { nodes { elementId processInstance { state } correlation { startedAt } } } } }
"""
TRIGGER = """
mutation($input: TriggerEventInput!) { triggerEvent(input: $input) { __typename } }
"""


async def prune(runtime: Runtime) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    deleted = [step async for step in Pruner(runtime.writer).prune(PruneInstants(ended=tomorrow))]
    assert sum(step.executions for step in deleted) == 1


async def test_a_list_whose_items_lose_their_instances_is_read_again(
    runtime: Runtime, ada: GraphQLClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await start_case(runtime.services, KIOSK, "kiosk", "c-1")
    await ada(TRIGGER, input={"processModelKey": "kiosk", "correlationId": "c-1", "eventId": "paid"})
    read_store = runtime.database.read_store
    read_triggers = read_store.triggers

    async def read_and_prune(*arguments: Any) -> Any:
        page = await read_triggers(*arguments)
        monkeypatch.undo()
        await prune(runtime)
        return page

    monkeypatch.setattr(read_store, "triggers", read_and_prune)
    response = await ada(TRIGGERS)
    assert {(error["extensions"]["code"], error["message"]) for error in response.body["errors"]} == {
        ("CONFLICT", "What this response refers to has been deleted meanwhile: send the request again.")
    }
    assert [record.levelname for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert (await ada(TRIGGERS)).data["eventTriggers"] == {"__typename": "EventTriggerConnection", "nodes": []}
