"""Relay's compiler accepts the schema with a paginated fragment, and the server executes the compiled queries."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.commands import BUILD, ROOT, run_successfully
from tests.support.server import ServerProcess, running
from tests.system.client import DEPLOY, START, Client

pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed


@pytest.fixture
def compiled_queries(client_tools: None) -> dict[str, str]:
    """Compile the queries with Relay, and return their texts by name."""
    run_successfully(["npm", "run", "--silent", "relay"])
    return {
        file.name.partition(".")[0]: json.loads(text)
        for file in (BUILD / "relay").glob("*.graphql.ts")
        for text in re.findall(r'^ +"text": (".*")', file.read_text("utf-8"), re.MULTILINE)
    }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path)) as server:
        yield server


def edge_ids(connection: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in connection["edges"]]


async def test_the_second_page_of_a_fragment_is_read_through_the_node_field(
    compiled_queries: dict[str, str], server: ServerProcess
) -> None:
    async with Client.of(server.address) as ada:
        await ada.graphql(DEPLOY, xml=(ROOT / "tests" / "clients" / "brittle.bpmn").read_text("utf-8"))
        for number in range(3):
            await ada.graphql(START, input={"processModelKey": "brittle", "correlationId": f"c-{number}"})

        model = await ada.graphql(compiled_queries["WaitingEventsRelayQuery"], key="brittle", first=2)
        first = model["waitingEvents"]
        assert (len(edge_ids(first)), first["pageInfo"]["hasNextPage"]) == (2, True)

        query, after = compiled_queries["WaitingEventsRelayPaginationQuery"], first["pageInfo"]["endCursor"]
        node = await ada.graphql(query, id=model["id"], first=2, after=after)
        second = node["waitingEvents"]
        assert (node["__typename"], node["id"]) == ("ProcessModel", model["id"])
        assert (len({*edge_ids(first), *edge_ids(second)}), second["pageInfo"]["hasNextPage"]) == (3, False)
