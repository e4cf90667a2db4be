"""Deliveries become messages, signals and triggers, each once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conformance.drawing import draw
from tests.support.hooks.provider import EVENT, MESSAGE, Provider, hook, hooked_server, outcome
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS

RETRIED = '[delivery]\nid = "=body.id"\nwhen = "=body.kind != null"\nnobody_waits = 404\n'
STARTER = "[caller]\nsubject = 'starter'\npermissions = ['events:trigger', 'processes:start']\n"
BEGIN = '[message]\nname = "begin"\nprocess_model = "begun"\ncorrelation = "=body.case"\n'
SIGNAL = '[signal]\nname = "= body.signal"\n'
FIELD = '[body]\njson_field = "payload"\n'
BEGUN = draw("start > wait\nstart: startEvent message=begin\nwait: intermediateCatchEvent message=other\n", "begun")


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    hooks = {
        "provider": hook(MESSAGE),
        "event": hook(EVENT),
        "retried": hook(RETRIED),
        "begin": hook(STARTER, BEGIN),
        "forbidden": hook(BEGIN),
        "signal": hook(SIGNAL),
        "form": hook(FIELD),
        "undeployed": hook(BEGIN.replace('"begun"', '"not-deployed"')),
        "any": hook(BEGIN.replace('"begun"', '"=body.model"')),
    }
    with running(hooked_server(tmp_path, hooks, {"DATABASE_URL": url})) as server:
        yield server


@pytest_asyncio.fixture
async def client(server: ServerProcess) -> AsyncIterator[Client]:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1", "c-2")
        yield client


async def waiting(client: Client) -> dict[str, list[str]]:
    """Return the elements at which events wait, by correlation."""
    found: dict[str, list[str]] = {}
    for event in await client.list_events():
        found.setdefault(event["correlation"]["id"], []).append(event["elementId"])
    return found


async def test_a_message_once_for_each_delivery(client: Client) -> None:
    provider = Provider(client.http)
    body = {"case": "c-1", "amount": 12.5}
    assert outcome(await provider.deliver(body)) == (200, "DELIVERED")
    assert outcome(await provider.deliver(body)) == (200, "DUPLICATE")
    assert await waiting(client) == {"c-1": ["second"], "c-2": ["first"]}


async def test_the_record_of_a_trigger(client: Client) -> None:
    await Provider(client.http).deliver({"case": "c-2", "amount": 3})
    query = "{ eventTriggers(first: 1) { ... on EventTriggerConnection { nodes { triggeredBy source payload } } } }"
    assert (await client.graphql(query))["nodes"] == [
        {"triggeredBy": "provider", "source": "REST", "payload": {"amount": 3}}
    ]


async def test_the_same_delivery_many_times_at_once(client: Client) -> None:
    provider = Provider(client.http)
    answers = await asyncio.gather(*(provider.deliver({"case": "c-1", "amount": 1}) for _ in range(12)))
    assert sorted(map(outcome, answers)) == [(200, "DELIVERED"), *[(200, "DUPLICATE")] * 11]
    assert len(await client.list_triggers()) == 1


async def test_one_event_once_for_each_delivery(client: Client) -> None:
    provider = Provider(client.http, "/hooks/event")
    answers = await asyncio.gather(*(provider.deliver({"case": "c-1", "step": "first"}) for _ in range(5)))
    assert sorted(map(outcome, answers)) == [(200, "DELIVERED"), *[(200, "DUPLICATE")] * 4]
    assert outcome(await provider.deliver({"case": "c-1", "step": "first"}, "d-2")) == (202, "NOBODY_WAITS")
    assert outcome(await provider.deliver({"case": "c-1", "step": "second"}, "d-3")) == (200, "DELIVERED")
    assert await waiting(client) == {"c-2": ["first"]}


async def test_another_content_under_the_same_id_is_refused(client: Client) -> None:
    provider = Provider(client.http)
    assert (await provider.deliver({"case": "c-1", "amount": 1})).status_code == 200
    assert (await provider.deliver({"case": "c-2", "amount": 1})).status_code == 409
    assert await waiting(client) == {"c-1": ["second"], "c-2": ["first"]}


async def test_other_contents_under_one_id_at_once(client: Client) -> None:
    provider = Provider(client.http)
    answers = await asyncio.gather(*(provider.deliver({"case": "c-1", "amount": amount}) for amount in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert len(await client.list_triggers()) == 1


async def test_a_delivery_that_nobody_waits_for_may_come_again(client: Client) -> None:
    body = {"case": "c-3", "id": 2**60 + 1, "kind": "paid", "amount": 1}
    provider, retried = Provider(client.http), Provider(client.http, "/hooks/retried")
    assert outcome(await provider.deliver(body)) == (202, "NOBODY_WAITS")
    assert outcome(await retried.deliver(body)) == (404, None)
    await client.deploy_and_start(TWO_STEPS, "two-steps", "c-3")
    assert outcome(await retried.deliver(body)) == (200, "DELIVERED")
    assert outcome(await retried.deliver(body)) == (200, "DUPLICATE")
    assert outcome(await provider.deliver(body)) == (202, "NOBODY_WAITS")
    assert outcome(await retried.deliver({**body, "kind": None})) == (200, "IGNORED")


async def test_a_start_needs_the_permission(client: Client) -> None:
    await client.deploy_and_start(BEGUN, "begun")
    assert outcome(await Provider(client.http, "/hooks/forbidden").deliver({"case": "c-8"})) == (403, None)
    begin = Provider(client.http, "/hooks/begin")
    assert outcome(await begin.deliver({"case": "c-9"})) == (200, "DELIVERED")
    assert outcome(await begin.deliver({"case": "c-9"})) == (200, "DUPLICATE")
    assert (await waiting(client))["c-9"] == ["wait"]


async def test_a_process_model_that_is_not_deployed_is_a_warning_once_a_minute(
    client: Client, server: ServerProcess
) -> None:
    for name, model in (("undeployed", ""), ("undeployed", ""), ("any", "nothing")):
        answer = await Provider(client.http, f"/hooks/{name}").deliver({"case": "c-1", "model": model})
        assert outcome(answer) == (202, "NOBODY_WAITS")
    lines = [line for line in server.output.splitlines() if ": NOBODY_WAITS: " in line]
    assert [line.split()[1] for line in lines] == ["WARNING", "INFO", "INFO"]
    assert "not-deployed" in lines[0]


async def test_a_message_with_several_receivers_is_refused(client: Client) -> None:
    await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
    assert (await Provider(client.http).deliver({"case": "c-1", "amount": 1})).status_code == 409


async def test_a_signal(client: Client) -> None:
    listener = draw("start > wait\nwait: intermediateCatchEvent signal=alarm\n", "listener")
    await client.deploy_and_start(listener, "listener", "c-5", "c-6")
    provider = Provider(client.http, "/hooks/signal")
    assert outcome(await provider.deliver({"signal": "nothing"})) == (202, "NOBODY_WAITS")
    assert outcome(await provider.deliver({"signal": "alarm"})) == (200, "DELIVERED")
    assert await waiting(client) == {"c-1": ["first"], "c-2": ["first"]}


async def test_forms(client: Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    fields = Provider(client.http)
    assert outcome(await fields.deliver(b"case=c-1&amount=12&amount=13&x=%C3%BC+%26", **form)) == (200, "DELIVERED")
    assert (await Provider(client.http, "/hooks/form").deliver(b"payload=%7B", **form)).status_code == 400
    body = b"payload=%7B%22case%22%3A%22c-2%22%2C%22amount%22%3A1%7D"
    assert outcome(await Provider(client.http, "/hooks/form").deliver(body, **form)) == (200, "DELIVERED")
    query = "{ eventTriggers(first: 2) { ... on EventTriggerConnection { nodes { payload } } } }"
    assert (await client.graphql(query))["nodes"] == [{"payload": {"amount": 1}}, {"payload": {"amount": ["12", "13"]}}]


@pytest.mark.parametrize("delivery", ["x" * 5_000, "ü", "a\tb", "sha256:1"])
async def test_ids_of_any_form(client: Client, delivery: str) -> None:
    provider = Provider(client.http, "/hooks/retried")
    body = {"case": "c-1", "id": delivery, "kind": 1, "amount": 1}
    assert outcome(await provider.deliver(body)) == (200, "DELIVERED")
    assert outcome(await provider.deliver(body)) == (200, "DUPLICATE")
