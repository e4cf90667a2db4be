"""Messages and signals by their names, over plain HTTP."""

import pytest

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.services import Services
from bpmn_events.domain.principal import SYSTEM
from tests.api.rest.client import RestClient, begin, waiting
from tests.api.rest.conftest import CallerFactory
from tests.delivery.models import CLERK, LISTENER, PARROT, SHOP, STRICT_SHOP

JSON = {"Content-Type": "application/json"}


async def test_a_message_with_its_payload(services: Services, ada: RestClient) -> None:
    await begin(services, SHOP, "shop", "c-1")
    answer = await ada.send("/messages/paid/trigger", b'{"amount": 3}', **JSON)
    assert answer.status_code == 200
    document = answer.json()
    (trigger,) = document.pop("triggers")
    assert document == {"startedProcessInstances": [], "pending": False, "replayed": False}
    assert (trigger["eventName"], trigger["source"], trigger["payload"]) == ("paid", "REST", {"amount": 3})
    assert list(await waiting(services, "c-1")) == ["after"]


async def test_a_signal_without_a_payload(services: Services, ada: RestClient) -> None:
    await begin(services, LISTENER, "listener", "c-1")
    await begin(services, LISTENER, "listener", "c-2")
    document = (await ada.send("/signals/alarm/trigger", b"")).json()
    assert [trigger["correlationId"] for trigger in document["triggers"]] == ["c-1", "c-2"]


async def test_a_start_event_starts_a_process(services: Services, ada: RestClient) -> None:
    await services.deploy_model(SYSTEM, DeployModel(CLERK))
    document = (await ada.send("/messages/paid/trigger?correlation_id=c-7&process_model_key=clerk", b"")).json()
    (instance,) = document["startedProcessInstances"]
    assert (instance["correlationId"], instance["processModelKey"], instance["state"]) == ("c-7", "clerk", "RUNNING")


async def test_a_name_may_hold_any_character(services: Services, ada: RestClient) -> None:
    odd = "a/b c?ü"
    await begin(services, SHOP.replace('name="paid"', f'name="{odd}"'), "shop", "c-1")
    answer = await ada.send("/messages/a%2Fb%20c%3F%C3%BC/trigger", b"")
    assert [trigger["eventName"] for trigger in answer.json()["triggers"]] == [odd]


async def test_the_query_narrows_whom_it_may_reach(services: Services, ada: RestClient) -> None:
    await begin(services, PARROT, "parrot", "c-1")
    await begin(services, PARROT, "parrot", "c-2")
    document = (await ada.send("/signals/alarm/trigger?correlation_id=c-2&process_model_key=parrot", b"")).json()
    assert [trigger["correlationId"] for trigger in document["triggers"]] == ["c-2"]


async def test_the_same_key_is_answered_once_more(services: Services, ada: RestClient) -> None:
    await begin(services, SHOP, "shop", "c-1")
    key = {"Idempotency-Key": "k"}
    first = (await ada.send("/messages/paid/trigger", b"", **key)).json()
    again = (await ada.send("/messages/paid/trigger", b"", **key)).json()
    assert again == {**first, "replayed": True}


@pytest.mark.parametrize("prefix", ["", "/api/consumer/v1"])
async def test_the_routes_of_the_consumer_api(services: Services, ada: RestClient, prefix: str) -> None:
    await begin(services, PARROT, "parrot", "c-1")
    assert len((await ada.send(f"{prefix}/signals/alarm/trigger", b"")).json()["triggers"]) == 1


@pytest.mark.parametrize(
    ("path", "xml", "key"), [("message/paid", SHOP, "shop"), ("signal/alarm", LISTENER, "listener")]
)
async def test_its_own_spelling_answers_nothing(
    services: Services, ada: RestClient, path: str, xml: str, key: str
) -> None:
    await begin(services, xml, key, "c-1")
    answer = await ada.send(f"/api/consumer/v1/{path}/trigger", b"{}", **JSON)
    assert (answer.status_code, answer.content) == (204, b"")
    assert list(await waiting(services, "c-1")) == (["after"] if key == "shop" else [])
    assert (await ada.send(f"/{path}/trigger", b"")).status_code == 404


async def test_refusals_are_problems(
    services: Services, ada: RestClient, nobody: RestClient, caller: CallerFactory
) -> None:
    await begin(services, STRICT_SHOP, "strict-shop", "c-1")
    reader = caller("events:read")
    cases = [
        (nobody, "/messages/paid/trigger", b"", 401, "UNAUTHORIZED"),
        (reader, "/messages/paid/trigger", b"", 403, "FORBIDDEN"),
        (ada, "/messages/paid/trigger", b"[]", 400, "INVALID_PAYLOAD"),
        (ada, "/messages/paid/trigger", b"null", 400, "INVALID_PAYLOAD"),
        (ada, "/messages/paid/trigger", b"{", 400, "INVALID_PAYLOAD"),
        (ada, "/messages/paid/trigger", b"{}", 400, "INVALID_PAYLOAD"),
        (ada, "/messages/paid/trigger?process_model_key=nothing", b"", 404, "PROCESS_MODEL_NOT_FOUND"),
        (ada, "/messages/other/trigger?correlation_id=nowhere", b"", 404, "CORRELATION_NOT_FOUND"),
        (ada, "/messages/paid/trigger?correlation_id=a&correlation_id=b", b"", 400, "BAD_USER_INPUT"),
        (ada, "/signals/%00/trigger", b"", 400, "BAD_USER_INPUT"),
    ]
    for client, path, body, status, code in cases:
        answer = await client.send(path, body, **JSON)
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
    await begin(services, STRICT_SHOP, "strict-shop", "c-2")
    answer = await ada.send("/messages/paid/trigger", b'{"amount": 1}', **JSON)
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (409, "CONFLICT", False)
    answer = await ada.send("/api/consumer/v1/message/paid/trigger", b'{"amount": 1}', **JSON)
    assert answer.status_code == 409
    assert answer.json()["message"]
