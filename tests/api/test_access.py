"""Every way to a waiting event or to the history obeys one rule: a permission, and the lane.

The rule is said once more in ``Reader``; every path is then asked by callers with any permissions and lanes.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.adapters.key_sets import SharedSecret
from app.adapters.storage.migrate import migrate
from app.adapters.tokens import JwtTokens
from app.application.pages import PageRequest, TriggerFilter, WaitingEventQuery
from app.application.services import Services
from app.application.start_instance import StartRequest
from app.application.trigger_event import TriggerRequest
from app.bootstrap import build, build_asgi
from app.config import Settings, load_settings
from app.domain.events import EventTrigger, WaitingEvent
from app.domain.principal import SYSTEM, Permission
from tests.api.gql.models import CALLER, CHOICE, ORDER
from tests.api.tokens import SECRET, token

LANES = ["Finance", "Warehouse", "Boss", "nobody's", "*"]
CASES = ["c0", "c1", "c2"]
MODELS = ["order", "choice", "caller"]


@dataclass(frozen=True)
class Reader:
    """A caller, and what it may see."""

    permissions: frozenset[str]
    lanes: frozenset[str]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def sees(self, found: WaitingEvent | EventTrigger, permission: Permission = Permission.EVENTS_READ) -> bool:
        return self.may(permission) and (found.lane is None or "*" in self.lanes or found.lane in self.lanes)


@dataclass(frozen=True)
class World:
    """A database, and all that waits and was triggered in it."""

    settings: Settings
    events: tuple[WaitingEvent, ...]
    triggers: tuple[EventTrigger, ...]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    file = tmp_path_factory.mktemp("access") / "world.db"
    return asyncio.run(_fill(load_settings(database_url=f"sqlite:///{file}")))


async def _fill(settings: Settings) -> World:
    """Three cases; in each, the same element waits twice in another lane, and something was triggered in each lane."""
    await migrate(settings.database_url)
    async with build(settings, tokens=JwtTokens(SharedSecret(SECRET))).open() as services:
        for xml in (ORDER, CHOICE, CALLER):
            await services.deploy_model(SYSTEM, xml)
        for case in CASES:
            for key in ("order", "choice", "caller", "order"):
                await services.start_instance(SYSTEM, StartRequest(key, case))
            await _trigger(services, case, "wait", "caller")
        await services.deploy_model(SYSTEM, ORDER.replace('name="Finance"', 'name="Boss"'))
        for case in CASES:
            await services.start_instance(SYSTEM, StartRequest("order", case))
        query = WaitingEventQuery(PageRequest(limit=None))
        waiting = (await services.list_waiting_events(SYSTEM, query)).items
        for event in {event.lane: event for event in waiting}.values():
            await _trigger(services, event.correlation_id, event.id, event.process_model_key)
        events = (await services.list_waiting_events(SYSTEM, query)).items
        triggers = (await services.list_event_triggers(SYSTEM, TriggerFilter(), PageRequest(limit=500))).items
    assert {event.lane for event in events} == {trigger.lane for trigger in triggers} == {None, *LANES[:3]}
    return World(settings, events, triggers)


async def _trigger(services: Services, case: str, event_id: str, key: str) -> None:
    await services.trigger_event(SYSTEM, TriggerRequest(key, case, event_id, {"amount": 1}))


class Client:
    """Asks as one caller."""

    def __init__(self, http: httpx.AsyncClient, reader: Reader) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token(sorted(reader.permissions), sorted(reader.lanes), 'ada')}"}

    async def graphql(self, query: str) -> Any:
        answer = await self._http.post("/graphql", json={"query": query}, headers=self._headers)
        codes = {error["extensions"]["code"] for error in answer.json().get("errors", ())}
        assert codes <= {"FORBIDDEN"}, answer.text
        return answer.json()["data"] or {}

    async def rest(self, path: str) -> Any:
        return (await self._http.get(path, headers=self._headers)).json()

    async def dry_run(self, event: WaitingEvent, event_id: str) -> Any:
        path = (
            f"/process_models/{event.process_model_key}/correlations/{event.correlation_id}/events/{event_id}/trigger"
        )
        answer = await self._http.post(f"{path}?dry_run=true", json={"amount": 1}, headers=self._headers)
        return answer.json()


@pytest_asyncio.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    application = build_asgi(world.settings, tokens=JwtTokens(SharedSecret(SECRET)))
    transport = httpx.ASGITransport(application)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client


def objects(answer: Any, typename: str) -> Iterator[str]:
    """The ids of all objects of that type, anywhere in the answer."""
    if isinstance(answer, dict):
        if answer.get("__typename") == typename:
            yield answer["id"]
        for value in answer.values():
            yield from objects(value, typename)
    elif isinstance(answer, list):
        for value in answer:
            yield from objects(value, typename)


def ids(found: Any) -> set[str]:
    return {each.id for each in found}


NODES = "nodes { __typename id } totalCount"
EDGES = "edges { node { __typename id } } totalCount"
DEEP = f"""
  __typename id
  processModel {{ waitingEvents(first: 45) {{ {NODES} }} }}
  processInstance {{ waitingEvents(first: 45) {{ {EDGES} }} triggers(first: 45) {{ {NODES} }} }}
  correlation {{ waitingEvents(first: 45) {{ {NODES} }} }}
"""

DEEP_LISTS = f"waitingEvents(first: 45) {{ {NODES} }} triggers(first: 45) {{ {NODES} }}"

readers = st.builds(
    Reader,
    st.frozensets(st.sampled_from([permission.value for permission in Permission])),
    st.frozensets(st.sampled_from(LANES)),
)
ALL = frozenset(permission.value for permission in Permission)
hunting = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def _property(test: Any) -> Any:
    """For any caller, and always for those who may do everything somewhere."""
    for lanes in ((), ("Finance",), ("*",)):
        test = example(reader=Reader(ALL, frozenset(lanes)))(test)
    return hunting(given(reader=readers)(test))


@_property
async def test_lists_and_their_counts(world: World, http: httpx.AsyncClient, reader: Reader) -> None:
    expected = ids(filter(reader.sees, world.events))
    client = Client(http, reader)
    for order in ("WAITING_SINCE_ASC", "WAITING_SINCE_DESC", "DUE_AT_ASC"):
        for end in ("first", "last"):
            answer = await client.graphql(
                f"{{ waitingEvents({end}: 500, orderBy: {order}) {{ ... on WaitingEventConnection {{ {EDGES} }} }} }}"
            )
            assert set(objects(answer, "WaitingEvent")) == expected
            assert answer["waitingEvents"].get("totalCount", 0) == len(expected)


@_property
async def test_whatever_hangs_below_a_list(world: World, http: httpx.AsyncClient, reader: Reader) -> None:
    expected = ids(filter(reader.sees, world.events))
    client = Client(http, reader)
    answer = await client.graphql(
        f"""{{ waitingEvents(first: 50) {{ ... on WaitingEventConnection {{ nodes {{ {DEEP} }} }} }} }}"""
    )
    assert set(objects(answer, "WaitingEvent")) == expected
    for node in answer.get("waitingEvents", {}).get("nodes", ()):
        event = next(each for each in world.events if each.id == node["id"])
        for parent, key in (
            ("processModel", "process_model_key"),
            ("processInstance", "process_instance_id"),
            ("correlation", "correlation_id"),
        ):
            beside = [each for each in world.events if getattr(each, key) == getattr(event, key)]
            visible = ids(filter(reader.sees, beside))
            assert set(objects(node[parent]["waitingEvents"], "WaitingEvent")) == visible
            assert node[parent]["waitingEvents"]["totalCount"] == len(visible)
    assert set(objects(answer, "EventTrigger")) <= ids(filter(reader.sees, world.triggers))


@_property
async def test_the_history(world: World, http: httpx.AsyncClient, reader: Reader) -> None:
    expected = ids(filter(reader.sees, world.triggers))
    client = Client(http, reader)
    answer = await client.graphql(f"{{ eventTriggers(first: 500) {{ ... on EventTriggerConnection {{ {NODES} }} }} }}")
    assert set(objects(answer, "EventTrigger")) == expected
    assert answer["eventTriggers"].get("totalCount", 0) == len(expected)
    for case in CASES:
        answer = await client.graphql(
            f"""{{ eventTriggers(first: 20, correlationId: "{case}") {{
                ... on EventTriggerConnection {{ nodes {{ {DEEP} }} totalCount }} }} }}"""
        )
        own = ids(each for each in world.triggers if each.correlation_id == case and reader.sees(each))
        assert {node["id"] for node in answer["eventTriggers"].get("nodes", ())} == own
        assert answer["eventTriggers"].get("totalCount", 0) == len(own)
        assert set(objects(answer, "WaitingEvent")) <= ids(filter(reader.sees, world.events))


@_property
async def test_single_objects(world: World, http: httpx.AsyncClient, reader: Reader) -> None:
    client = Client(http, reader)
    everything: list[WaitingEvent | EventTrigger] = [*world.events, *world.triggers]
    for found in everything:
        answer = await client.graphql(
            f"""{{ node(id: "{found.id}") {{ __typename id }}
                waitingEvent(id: "{found.id}") {{ __typename ... on WaitingEvent {{ id }} }} }}"""
        )
        visible = {found.id} if reader.sees(found) else set()
        is_event = isinstance(found, WaitingEvent)
        assert {*objects(answer["node"], "WaitingEvent"), *objects(answer["node"], "EventTrigger")} == visible
        assert set(objects(answer["waitingEvent"], "WaitingEvent")) == (visible if is_event else set())
    for gone in world.triggers:
        answer = await client.graphql(
            f"""{{ waitingEvent(id: "{gone.event_id}") {{
                ... on EventNotFoundError {{ trigger {{ __typename id }} }} }} }}"""
        )
        assert set(objects(answer, "EventTrigger")) == ({gone.id} if reader.sees(gone) else set())


@_property
async def test_models_correlations_and_instances(world: World, http: httpx.AsyncClient, reader: Reader) -> None:
    everything = f"waitingEvents(first: 100) {{ {NODES} }}"
    inside = f"processInstances(first: 20) {{ nodes {{ {DEEP_LISTS} }} }}"
    both = reader.may(Permission.PROCESSES_READ) and reader.may(Permission.EVENTS_READ)
    client = Client(http, reader)
    for key in MODELS:
        answer = await client.graphql(f'{{ processModel(key: "{key}") {{ ... on ProcessModel {{ {everything} }} }} }}')
        own = [each for each in world.events if each.process_model_key == key and both and reader.sees(each)]
        assert sorted(objects(answer, "WaitingEvent")) == sorted(ids(own))
        assert not both or answer["processModel"]["waitingEvents"]["totalCount"] == len(own)
    for case in CASES:
        answer = await client.graphql(
            f'{{ correlation(id: "{case}") {{ ... on Correlation {{ {everything} {inside} }} }} }}'
        )
        own = [each for each in world.events if each.correlation_id == case and both and reader.sees(each)]
        assert Counter(objects(answer, "WaitingEvent")) == Counter([*ids(own), *ids(own)])
        done = [each for each in world.triggers if each.correlation_id == case and both and reader.sees(each)]
        assert sorted(objects(answer, "EventTrigger")) == sorted(ids(done))


@_property
async def test_statistics(world: World, http: httpx.AsyncClient, reader: Reader) -> None:
    visible = [event for event in world.events if reader.sees(event)]
    client = Client(http, reader)
    stats = (
        await client.graphql(
            """{ waitingEventStats(groupBy: [LANE, PROCESS_MODEL]) { ... on WaitingEventStats {
                totalCount groups { lane processModelKey count } } } }"""
        )
    )["waitingEventStats"]
    groups = {(group["lane"], group["processModelKey"]): group["count"] for group in stats.get("groups", ())}
    assert groups == Counter((event.lane, event.process_model_key) for event in visible)
    assert stats.get("totalCount", 0) == len(visible)


@_property
async def test_plain_http_lists(world: World, http: httpx.AsyncClient, reader: Reader) -> None:
    client = Client(http, reader)
    for prefix in ("", "/api/consumer/v1"):
        paths = {f"/process_models/{key}/events": {"process_model_key": key} for key in MODELS}
        paths |= {f"/correlations/{case}/events": {"correlation_id": case} for case in CASES}
        for path, facts in paths.items():
            wanted = [e for e in world.events if all(getattr(e, name) == value for name, value in facts.items())]
            visible = ids(filter(reader.sees, wanted))
            answer = await client.rest(f"{prefix}{path}?limit=0")
            assert {event["eventId"] for event in answer.get("events", ())} == visible
            assert (await client.rest(f"{prefix}{path}?limit=1")).get("totalCount", 0) == len(visible)


@_property
async def test_what_triggering_shows(world: World, http: httpx.AsyncClient, reader: Reader) -> None:
    """Whoever may trigger is told what waits next and which events were meant, in its lanes only."""
    visible = {event.id for event in world.events if reader.sees(event, Permission.EVENTS_TRIGGER)}
    client = Client(http, reader)
    for event in world.events:
        place = f'processModelKey: "{event.process_model_key}", correlationId: "{event.correlation_id}"'
        for event_id in (event.id, event.element_id):
            answer = await client.graphql(
                f"""mutation {{ triggerEvent(input: {{{place}, eventId: "{event_id}", dryRun: true,
                    payload: {{amount: 1}}}}) {{ __typename
                    ... on TriggerEventSuccess {{ nextWaitingEvents {{ __typename id }} }}
                    ... on EventAmbiguousError {{ candidates {{ __typename id }} }} }} }}"""
            )
            assert set(objects(answer, "WaitingEvent")) & ids(world.events) <= visible
            plain = await client.dry_run(event, event_id)
            shown = {each["id"] for each in (*plain.get("nextWaitingEvents", ()), *plain.get("candidates", ()))}
            assert shown & ids(world.events) <= visible
            if event_id == event.id and event.process_model_key == "order":
                beside = {e.id for e in world.events if e.process_instance_id == event.process_instance_id} - {event.id}
                assert (answer["triggerEvent"]["__typename"] == "TriggerEventSuccess") is (event.id in visible)
                assert event.id not in visible or beside & visible <= set(objects(answer, "WaitingEvent"))
