"""The lists of waiting events, in the form of the consumer API."""

from itertools import product
from typing import Any

import pytest

from bpmn_events.application.services import Services
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventQuery
from bpmn_events.domain.pages import Page
from bpmn_events.domain.principal import Principal
from bpmn_events.web.rest import event_lists
from tests.api.gql.models import CHOICE, ORDER
from tests.api.rest.client import RestClient, start_case
from tests.api.rest.conftest import CallerFactory

PREFIXES = ["", "/api/consumer/v1"]
ALL_EVENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
  <message id="M" name="answer"/><signal id="S" name="alarm"/>
  <process id="kinds" isExecutable="true">
    <startEvent id="begin"/><parallelGateway id="split"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="split"/>
    <sequenceFlow id="f2" sourceRef="split" targetRef="receive"/>
    <sequenceFlow id="f3" sourceRef="split" targetRef="signalled"/>
    <sequenceFlow id="f4" sourceRef="split" targetRef="gate"/>
    <receiveTask id="receive" messageRef="M"/>
    <boundaryEvent id="late" attachedToRef="receive">
      <timerEventDefinition id="d1"><timeDuration>PT1H</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <intermediateCatchEvent id="signalled"><signalEventDefinition id="d2" signalRef="S"/></intermediateCatchEvent>
    <eventBasedGateway id="gate"/>
    <sequenceFlow id="f5" sourceRef="gate" targetRef="one"/>
    <sequenceFlow id="f6" sourceRef="gate" targetRef="two"/>
    <intermediateCatchEvent id="one"><messageEventDefinition id="d3" messageRef="M"/></intermediateCatchEvent>
    <intermediateCatchEvent id="two"><signalEventDefinition id="d4" signalRef="S"/></intermediateCatchEvent>
    <sequenceFlow id="f7" sourceRef="receive" targetRef="end"/>
    <sequenceFlow id="f8" sourceRef="late" targetRef="end"/>
    <sequenceFlow id="f9" sourceRef="signalled" targetRef="end"/>
    <sequenceFlow id="f10" sourceRef="one" targetRef="end"/>
    <sequenceFlow id="f11" sourceRef="two" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>"""


async def list_elements(client: RestClient, path: str) -> list[str]:
    """Return the correlation and element of each event, sorted."""
    response = await client.get(path)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["totalCount"] == len(body["events"])
    return sorted(f"{event['correlationId']} {event['id']}" for event in body["events"])


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_an_event_in_full(services: Services, ada: RestClient, prefix: str) -> None:
    events = await start_case(services, ORDER, "order", "c-1")
    response = await ada.get(f"{prefix}/correlations/c-1/events")
    assert response.json()["totalCount"] == 3
    pay = next(event for event in response.json()["events"] if event["id"] == "pay")
    assert pay.pop("processInstanceId").startswith("pi_")
    assert pay == {
        "id": "pay",
        "eventId": events["pay"],
        "eventName": "payment",
        "eventType": "messageEvent",
        "bpmnType": "bpmn:IntermediateCatchEvent",
        "processModelId": "order",
        "correlationId": "c-1",
        "flowNodeInstanceId": events["pay"],
    }


async def test_event_types(services: Services, ada: RestClient) -> None:
    await start_case(services, ALL_EVENT_TYPES, "kinds", "c-1")
    response = await ada.get("/process_models/kinds/events")
    assert {event["id"]: (event["eventType"], event["bpmnType"]) for event in response.json()["events"]} == {
        "receive": ("messageEvent", "bpmn:ReceiveTask"),
        "late": ("timerEvent", "bpmn:BoundaryEvent"),
        "signalled": ("signalEvent", "bpmn:IntermediateCatchEvent"),
        "one": ("messageEvent", "bpmn:IntermediateCatchEvent"),
        "two": ("signalEvent", "bpmn:IntermediateCatchEvent"),
    }


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_each_list_has_the_events_of_its_path(services: Services, ada: RestClient, prefix: str) -> None:
    await start_case(services, ORDER, "order", "c-1")
    await start_case(services, CHOICE, "choice", "c-1")
    await start_case(services, CHOICE, "choice", "c/2")
    assert await list_elements(ada, f"{prefix}/process_models/choice/events") == [
        "c-1 one",
        "c-1 other",
        "c/2 one",
        "c/2 other",
    ]
    assert await list_elements(ada, f"{prefix}/correlations/c%2F2/events") == ["c/2 one", "c/2 other"]
    assert await list_elements(ada, f"{prefix}/process_models/choice/correlations/c-1/events") == [
        "c-1 one",
        "c-1 other",
    ]


@pytest.mark.parametrize(
    "path", ["/process_models/nothing/events", "/correlations/x/events", "/process_models/order/correlations/x/events"]
)
@pytest.mark.parametrize("prefix", PREFIXES)
async def test_unknown_models_and_correlations_have_no_events(ada: RestClient, prefix: str, path: str) -> None:
    response = await ada.get(prefix + path)
    assert (response.status_code, response.json()) == (200, {"events": [], "totalCount": 0})


async def test_pages(services: Services, ada: RestClient) -> None:
    for number in range(20):
        await start_case(services, ORDER, "order", f"c-{number}")
    path = "/process_models/order/events"
    full_list = await ada.get(path, offset=0, limit=0)
    ids = [event["eventId"] for event in full_list.json()["events"]]
    assert (len(set(ids)), full_list.json()["totalCount"]) == (60, 60)
    assert len((await ada.get(path)).json()["events"]) == 50
    for offset, limit in [(0, 1), (5, 7), (59, 5), (60, 5), (55, 0)]:
        page = (await ada.get(path, offset=offset, limit=limit)).json()
        assert [event["eventId"] for event in page["events"]] == ids[offset : offset + limit if limit else None]
        assert page["totalCount"] == 60


async def test_a_long_list_is_the_same_in_chunks(
    services: Services, ada: RestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await start_case(services, ORDER, "order", f"c-{number}")
    for prefix in PREFIXES:
        path = f"{prefix}/process_models/order/events"
        for offset, limit in product((0, 2, 14, 15), (0, 1, 4, 8, 15, 99)):
            query = {"offset": offset, "limit": limit}
            unchunked = await ada.get(path, **query)
            with monkeypatch.context() as patch:
                patch.setattr(event_lists, "CHUNK_SIZE", 4)
                chunked = await ada.get(path, **query)
            assert chunked.json() == unchunked.json(), query
            assert chunked.headers["content-type"] == unchunked.headers["content-type"]
            is_stream = len(unchunked.json()["events"]) > 4
            assert ("content-length" in chunked.headers) is not is_stream


async def test_events_that_keep_waiting_are_listed_once(
    services: Services, ada: RestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events that start or stop waiting between two chunks do not affect the other events of the list."""
    for number in range(6):
        await start_case(services, ORDER, "order", f"c-{number}")
    path = "/process_models/order/events"
    before = (await ada.get(path, limit=0)).json()["events"]
    monkeypatch.setattr(event_lists, "CHUNK_SIZE", 5)
    read_store = services.list_waiting_events._read_store
    read, reads = read_store.waiting_events, 0

    async def read_and_change(query: WaitingEventQuery, viewer: Principal) -> Page[WaitingEvent]:
        nonlocal reads
        page = await read(query, viewer)
        if query.page.limit == 5:
            reads += 1
            await ada.trigger("order", f"c-{reads}", "pay", {})
            await start_case(services, ORDER, "order", f"new-{reads}")
        return page

    monkeypatch.setattr(read_store, "waiting_events", read_and_change)
    listed_events = (await ada.get(path, limit=0)).json()
    monkeypatch.undo()
    ids = [event["eventId"] for event in listed_events["events"]]
    stayed = {event["eventId"] for event in (await ada.get(path, limit=0)).json()["events"]}
    assert reads >= 4
    assert len(ids) == len(set(ids)) == listed_events["totalCount"]
    assert {event["eventId"] for event in before} & stayed <= set(ids)


@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", ["-1", "x", "", "1.5", "1e3", "2147483648", "9" * 5000, "٣", ["1", "2"]])
async def test_bad_number(ada: RestClient, name: str, value: Any) -> None:
    response = await ada.get("/correlations/c-1/events", **{name: value})
    assert (response.status_code, response.json()["code"], response.json()["argument"]) == (400, "BAD_USER_INPUT", name)


async def test_only_the_callers_lanes(services: Services, caller: CallerFactory) -> None:
    await start_case(services, ORDER, "order", "c-1")
    finance = caller("events:read", lanes=("Finance",))
    response = await finance.get("/correlations/c-1/events", limit=1)
    assert (len(response.json()["events"]), response.json()["totalCount"]) == (1, 2)
    assert await list_elements(finance, "/correlations/c-1/events") == ["c-1 pay", "c-1 remind"]
    assert await list_elements(caller("events:read", lanes=()), "/process_models/order/events") == ["c-1 remind"]


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_missing_credential_or_permission(caller: CallerFactory, anonymous: RestClient, prefix: str) -> None:
    response = await anonymous.get(f"{prefix}/correlations/c-1/events")
    assert (response.status_code, response.json()["code"], "message" in response.json()) == (
        401,
        "UNAUTHORIZED",
        bool(prefix),
    )
    response = await caller("events:trigger").get(f"{prefix}/correlations/c-1/events")
    assert (response.status_code, response.json()["requiredPermission"]) == (403, "events:read")


async def test_other_methods(ada: RestClient) -> None:
    response = await ada.http.head("/correlations/c-1/events", headers=ada.headers)
    assert response.status_code == 200
    response = await ada.http.post("/correlations/c-1/events", headers=ada.headers)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
