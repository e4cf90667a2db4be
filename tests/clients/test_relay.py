"""Relay: its compiler takes the schema with a paginated fragment, and the queries it makes of that work."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.tools import BUILD, ROOT, succeeds
from tests.support.server import ServerProcess, running
from tests.system.client import DEPLOY, START, Client

pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed


@pytest.fixture
def compiled(tools: None) -> dict[str, str]:
    """The text of each query that Relay made, by its name."""
    succeeds(["npm", "run", "--silent", "relay"])
    return {
        file.name.partition(".")[0]: json.loads(text)
        for file in (BUILD / "relay").glob("*.graphql.ts")
        for text in re.findall(r'^ +"text": (".*")', file.read_text("utf-8"), re.MULTILINE)
    }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path)) as started:
        yield started


def edges(connection: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in connection["edges"]]


async def test_a_paginated_fragment_is_read_on_from_its_object(compiled: dict[str, str], server: ServerProcess) -> None:
    async with Client.of(server.address) as ada:
        await ada.graphql(DEPLOY, xml=(ROOT / "tests" / "clients" / "brittle.bpmn").read_text("utf-8"))
        for number in range(3):
            await ada.graphql(START, input={"processModelKey": "brittle", "correlationId": f"c-{number}"})

        model = await ada.graphql(compiled["WaitingEventsRelayQuery"], key="brittle", first=2)
        first = model["waitingEvents"]
        assert (len(edges(first)), first["pageInfo"]["hasNextPage"]) == (2, True)

        query, after = compiled["WaitingEventsRelayPaginationQuery"], first["pageInfo"]["endCursor"]
        again = await ada.graphql(query, id=model["id"], first=2, after=after)
        second = again["waitingEvents"]
        assert (again["__typename"], again["id"]) == ("ProcessModel", model["id"])
        assert (len({*edges(first), *edges(second)}), second["pageInfo"]["hasNextPage"]) == (3, False)
