"""Messages and signals by name, over plain HTTP."""

import pytest

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.services import Services
from bpmn_events.domain.principal import SYSTEM
from tests.api.rest.client import RestClient, start_case, waiting
from tests.api.rest.conftest import CallerFactory
from tests.delivery.models import CLERK, LISTENER, PARROT, SHOP, STRICT_SHOP

JSON = {"Content-Type": "application/json"}


async def test_a_message_with_its_payload(services: Services, ada: RestClient) -> None:
    await start_case(services, SHOP, "shop", "c-1")
    response = await ada.send("/messages/paid/trigger", b'{"amount": 3}', **JSON)
    assert response.status_code == 200
    document = response.json()
    (trigger,) = document.pop("triggers")
    assert document == {"startedProcessInstances": [], "pending": False, "replayed": False}
    assert (trigger["eventName"], trigger["source"], trigger["payload"]) == ("paid", "REST", {"amount": 3})
    assert list(await waiting(services, "c-1")) == ["after"]


async def test_a_signal_without_a_payload(services: Services, ada: RestClient) -> None:
    await start_case(services, LISTENER, "listener", "c-1")
    await start_case(services, LISTENER, "listener", "c-2")
    document = (await ada.send("/signals/alarm/trigger", b"")).json()
    assert [trigger["correlationId"] for trigger in document["triggers"]] == ["c-1", "c-2"]


async def test_a_start_event_starts_a_process(services: Services, ada: RestClient) -> None:
    await services.deploy_model(SYSTEM, DeployModel(CLERK))
    document = (await ada.send("/messages/paid/trigger?correlation_id=c-7&process_model_key=clerk", b"")).json()
    (instance,) = document["startedProcessInstances"]
    assert (instance["correlationId"], instance["processModelKey"], instance["state"]) == ("c-7", "clerk", "RUNNING")


async def test_a_name_may_hold_any_character(services: Services, ada: RestClient) -> None:
    odd = "a/b c?ü"
    await start_case(services, SHOP.replace('name="paid"', f'name="{odd}"'), "shop", "c-1")
    response = await ada.send("/messages/a%2Fb%20c%3F%C3%BC/trigger", b"")
    assert [trigger["eventName"] for trigger in response.json()["triggers"]] == [odd]


async def test_query_parameters_restrict_the_receivers(services: Services, ada: RestClient) -> None:
    await start_case(services, PARROT, "parrot", "c-1")
    await start_case(services, PARROT, "parrot", "c-2")
    document = (await ada.send("/signals/alarm/trigger?correlation_id=c-2&process_model_key=parrot", b"")).json()
    assert [trigger["correlationId"] for trigger in document["triggers"]] == ["c-2"]


async def test_the_same_key_is_replayed(services: Services, ada: RestClient) -> None:
    await start_case(services, SHOP, "shop", "c-1")
    key = {"Idempotency-Key": "k"}
    first = (await ada.send("/messages/paid/trigger", b"", **key)).json()
    again = (await ada.send("/messages/paid/trigger", b"", **key)).json()
    assert again == {**first, "replayed": True}


@pytest.mark.parametrize("prefix", ["", "/api/consumer/v1"])
async def test_the_routes_of_the_consumer_api(services: Services, ada: RestClient, prefix: str) -> None:
    await start_case(services, PARROT, "parrot", "c-1")
    assert len((await ada.send(f"{prefix}/signals/alarm/trigger", b"")).json()["triggers"]) == 1


@pytest.mark.parametrize(
    ("path", "xml", "key"), [("message/paid", SHOP, "shop"), ("signal/alarm", LISTENER, "listener")]
)
async def test_paths_of_the_consumer_api_have_no_response_body(
    services: Services, ada: RestClient, path: str, xml: str, key: str
) -> None:
    await start_case(services, xml, key, "c-1")
    response = await ada.send(f"/api/consumer/v1/{path}/trigger", b"{}", **JSON)
    assert (response.status_code, response.content) == (204, b"")
    assert list(await waiting(services, "c-1")) == (["after"] if key == "shop" else [])
    assert (await ada.send(f"/{path}/trigger", b"")).status_code == 404


async def test_errors_are_problem_documents(
    services: Services, ada: RestClient, anonymous: RestClient, caller: CallerFactory
) -> None:
    await start_case(services, STRICT_SHOP, "strict-shop", "c-1")
    reader = caller("events:read")
    cases = [
        (anonymous, "/messages/paid/trigger", b"", 401, "UNAUTHORIZED"),
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
        response = await client.send(path, body, **JSON)
        assert (response.status_code, response.json()["code"]) == (status, code), path
    await start_case(services, STRICT_SHOP, "strict-shop", "c-2")
    response = await ada.send("/messages/paid/trigger", b'{"amount": 1}', **JSON)
    assert (response.status_code, response.json()["code"], response.json()["retryable"]) == (409, "CONFLICT", False)
    response = await ada.send("/api/consumer/v1/message/paid/trigger", b'{"amount": 1}', **JSON)
    assert response.status_code == 409
    assert response.json()["message"]
