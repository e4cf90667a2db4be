"""``bpmn-events prune`` beside a running server, and what late callers of the deleted data get."""

import asyncio
import os
import pty
import signal
import sqlite3
import subprocess
import termios
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bpmn_events.adapters.storage.database import open_database
from bpmn_events.application.ports.write_set import NewModel, WriteSet
from bpmn_events.domain.processes import Correlation
from tests.contract.storage.samples import NOW, ended, process_instance, process_model
from tests.delivery.models import KIOSK, SHOP
from tests.support.databases.dumps import count_rows
from tests.support.server import PROGRAM, ServerProcess
from tests.system.client import TRIGGER, Client

_DAYS = 1000
_CASES = 1500
_NEW_VERSION = KIOSK.replace('id="end"', 'id="finish"').replace('"end"', '"finish"')

FULL_TRIGGER = """
mutation($input: TriggerEventInput!) { triggerEvent(input: $input) {
  __typename
  ... on TriggerEventSuccess { replayed
    trigger { id processModel { version } processInstance { id state } correlation { id } }
    processInstance { id correlation { id startedAt } triggers { nodes { id } } } }
  ... on Error { code message }
} }
"""
LATE = """
query($correlation: ID!) { correlation(id: $correlation) {
  __typename ... on Correlation { processInstances { nodes { id } } } ... on Error { code } } }
"""
EVENT = "query($id: ID!) { waitingEvent(id: $id) { __typename ... on EventNotFoundError { reason trigger { id } } } }"
NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
HISTORY = """
query($correlation: ID!) { eventTriggers(correlationId: $correlation) {
  __typename ... on EventTriggerConnection { nodes { id } } ... on Error { code } } }
"""


async def make_older(url: str, *, outcomes: bool) -> None:
    """Let everything that is stored have happened earlier; the outcomes under idempotency keys only if so wished."""
    columns = {"process_instances": ("ended_at",), "process_models": ("deployed_at",)}
    if outcomes:
        columns["idempotency_records"] = ("created_at",)
    microseconds = _DAYS * 86_400_000_000
    statements = [
        f"UPDATE {table} SET {name} = {name} - {microseconds}" for table, names in columns.items() for name in names
    ]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.partition(":///")[2])) as file, file:
            for statement in statements:
                file.execute(statement)
        return
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


def prune(server: ServerProcess, *arguments: str) -> str:
    command = [str(PROGRAM), "prune", *arguments]
    done = subprocess.run(
        command, check=False, cwd=server.folder, env=server.environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


async def end_case(client: Client, correlation: str, **optional: Any) -> dict[str, Any]:
    """Start a case, and trigger its only event. Return the ids of the event, the instance and the trigger."""
    await client.deploy_and_start(KIOSK, "kiosk", correlation)
    (event,) = await client.list_events(correlationIds=[correlation])
    arguments = {"processModelKey": "kiosk", "correlationId": correlation, "eventId": event["id"], **optional}
    success = await client.graphql(FULL_TRIGGER, input=arguments)
    assert success["__typename"] == "TriggerEventSuccess", success
    instance, trigger = success["processInstance"]["id"], success["trigger"]["id"]
    return {"event": event["id"], "instance": instance, "trigger": trigger, "success": success, "input": arguments}


async def test_late_callers_get_errors_as_if_the_case_never_existed(server: ServerProcess, url: str) -> None:
    async with Client.of(server.address) as client:
        case = await end_case(client, "old", idempotencyKey="k-1")
        await make_older(url, outcomes=True)
        await client.deploy_and_start(SHOP, "shop", "new")
        line = prune(server, "--ended-before", "90d", "--dry-run")
        assert line.startswith("Would delete 1 ended process instances with 1 event triggers and 0 cancelled events")
        assert (await client.graphql(NODE, id=case["trigger"]))["id"] == case["trigger"]
        assert prune(server, "--ended-before", "90d") == line.replace("Would delete", "Deleted")

        for target in (case["event"], "paid"):
            refused = await client.trigger("kiosk", "old", target)
            assert refused["__typename"] == "CorrelationNotFoundError", refused
            response = await client.trigger_over_rest("kiosk", "old", target)
            assert (response.status_code, response.json()["code"]) == (404, "CORRELATION_NOT_FOUND")
        again = await client.graphql(FULL_TRIGGER, input=case["input"])
        assert again["__typename"] == "CorrelationNotFoundError", again
        assert await client.graphql(LATE, correlation="old") == {
            "__typename": "CorrelationNotFoundError",
            "code": "CORRELATION_NOT_FOUND",
        }
        for identifier in (case["event"], case["instance"], case["trigger"]):
            assert await client.graphql(NODE, id=identifier) is None
        assert await client.graphql(EVENT, id=case["event"]) == {
            "__typename": "EventNotFoundError",
            "reason": "UNKNOWN",
            "trigger": None,
        }
        assert (await client.graphql(HISTORY, correlation="old"))["nodes"] == []
        response = await client.http.get("/correlations/old/events")
        assert (response.status_code, response.json()["totalCount"]) == (200, 0)
        # The id of the correlation is free.
        await client.deploy_and_start(KIOSK, "kiosk", "old")
        assert (await client.trigger_over_rest("kiosk", "old", "paid")).status_code == 200


async def test_late_callers_in_a_correlation_that_goes_on(server: ServerProcess, url: str) -> None:
    async with Client.of(server.address) as client:
        case = await end_case(client, "old")
        await make_older(url, outcomes=True)
        await client.deploy_and_start(KIOSK, "kiosk", "old")
        prune(server, "--ended-before", "90d")
        refused = await client.trigger("kiosk", "old", case["event"])
        assert (refused["__typename"], refused["reason"], refused["trigger"]) == ("EventNotFoundError", "UNKNOWN", None)
        response = await client.trigger_over_rest("kiosk", "old", case["event"])
        assert (response.status_code, response.json()["reason"]) == (404, "UNKNOWN")
        (instance,) = (await client.graphql(LATE, correlation="old"))["processInstances"]["nodes"]
        assert instance["id"] != case["instance"]
        assert (await client.trigger("kiosk", "old", "paid"))["__typename"] == "TriggerEventSuccess"


async def test_a_kept_outcome_is_replayed_with_everything_it_refers_to(server: ServerProcess, url: str) -> None:
    async with Client.of(server.address) as client:
        case = await end_case(client, "young", idempotencyKey="k-1")
        old = await end_case(client, "old", idempotencyKey="k-2")
        await client.deploy_and_start(_NEW_VERSION, "kiosk")
        prune(server, "--ended-before", "7d", "--unused-versions-before", "1s")
        for each in (case, old):
            again = await client.graphql(FULL_TRIGGER, input=each["input"])
            assert again == {**each["success"], "replayed": True}


async def test_an_outcome_that_outlives_its_case_is_still_replayed(server: ServerProcess, url: str) -> None:
    """This takes clocks that differ or other settings. The stored facts are complete, and nothing runs again."""
    async with Client.of(server.address) as client:
        case = await end_case(client, "old", idempotencyKey="k-1")
        await make_older(url, outcomes=False)
        prune(server, "--ended-before", "90d")
        again = await client.graphql(TRIGGER, input=case["input"])
        assert (again["__typename"], again["replayed"]) == ("TriggerEventSuccess", True)
        assert again["trigger"] == {"id": case["trigger"], "eventId": case["event"]}


async def test_a_version_without_instances_is_deleted(server: ServerProcess, url: str) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(KIOSK, "kiosk")
        await client.deploy_and_start(_NEW_VERSION, "kiosk", "c-1")
        await make_older(url, outcomes=False)
        assert prune(server, "--unused-versions-before", "90d").endswith("and 1 unused versions of process models.\n")
        assert prune(server, "--unused-versions-before", "90d").endswith("and 0 unused versions of process models.\n")
        assert (await client.trigger("kiosk", "c-1", "paid"))["__typename"] == "TriggerEventSuccess"


async def store_ended_cases(url: str) -> None:
    """Store cases that ended in the past, so many that their deletion takes at least a second."""
    model = process_model()
    cases = [ended(process_instance(model, f"c-{number}")) for number in range(_CASES)]
    database = open_database(url)
    async with database.write_store.transaction() as transaction:
        await transaction.write(
            WriteSet(
                new_models=[NewModel(model, "<xml/>")],
                new_correlations={case.correlation_id: Correlation(case.correlation_id, NOW) for case in cases},
                new_instances={case.id: case for case in cases},
            )
        )
    await database.close()
    await make_older(url, outcomes=False)


@pytest.mark.usefixtures("interruptible")
async def test_on_a_terminal_it_shows_progress_and_ctrl_c_stops_it(url: str, tmp_path: Path) -> None:
    await store_ended_cases(url)
    stopped = ServerProcess(tmp_path, settings={"DATABASE_URL": url})
    output = await asyncio.to_thread(interrupt, stopped)
    assert f"/{_CASES} [" in output
    left = await count_rows(url, "process_instances")
    assert 0 < left < _CASES
    assert f"Stopped. Deleted {_CASES - left} ended process instances with 0 event triggers" in output
    assert prune(stopped, "--ended-before", "90d").startswith(f"Deleted {left} ended process instances with 0 ")
    assert await count_rows(url, "correlations") == 0


def interrupt(server: ServerProcess) -> str:
    """Run the command on a terminal, and press Ctrl-C when it has begun to delete. Return its output."""
    terminal, inside = pty.openpty()
    termios.tcsetwinsize(inside, (24, 120))
    command = [str(PROGRAM), "prune", "--ended-before", "90d"]
    process = subprocess.Popen(command, cwd=server.folder, env=server.environment, stdout=inside, stderr=inside)
    os.close(inside)
    output = b""
    while b" executions/s" not in output:
        output += os.read(terminal, 4096)
    process.send_signal(signal.SIGINT)
    try:
        while data := os.read(terminal, 4096):
            output += data
    except OSError:  # EIO: the process has closed the terminal
        pass
    os.close(terminal)
    assert process.wait(60) == 130
    return output.decode()
