"""Every field and route that can reveal items of lanes shows exactly those that the access rule allows."""

from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest
from graphql import build_schema
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bpmn_events.domain.principal import Permission
from tests.api.access import read_checks, subscription_checks, write_checks
from tests.api.access.callers import ADMIN, ALL, Caller
from tests.api.access.client import Coverage, RecordingClient
from tests.api.access.lane_exposure import lane_fields, lane_responses
from tests.api.access.read_checks import LANES, World
from tests.api.access.write_checks import Stage
from tests.api.payload_streams import PayloadStreams

callers = st.builds(
    Caller,
    st.frozensets(st.sampled_from([permission.value for permission in Permission])),
    st.frozensets(st.sampled_from(LANES)),
)


Test: TypeAlias = Callable[..., Any]


def _property(examples: int) -> Callable[[Test], Test]:
    """Run the test with random callers, and with callers that have all permissions in no, one or all lanes."""

    def decorate(test: Test) -> Test:
        for lanes in ((), ("Finance",), ("*",)):
            test = example(caller=Caller(ALL, frozenset(lanes)))(test)
        search = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
        decorated: Test = search(given(caller=callers)(test))
        return decorated

    return decorate


@pytest.mark.parametrize("check", read_checks.CHECKS, ids=lambda check: check.__name__)
@_property(25)
async def test_reads(world: World, world_http: httpx.AsyncClient, check: Any, caller: Caller) -> None:
    await check(world, RecordingClient(world_http, caller), caller)


@pytest.mark.parametrize("check", write_checks.CHECKS, ids=lambda check: check.__name__)
@_property(10)
async def test_writes(stage: Stage, stage_http: httpx.AsyncClient, check: Any, caller: Caller) -> None:
    await check(stage, RecordingClient(stage_http, caller), caller)


@pytest.mark.parametrize("check", subscription_checks.CHECKS, ids=lambda check: check.__name__)
@_property(5)
async def test_subscriptions(watched: Stage, streams: PayloadStreams, check: Any, caller: Caller) -> None:
    await check(watched, streams, Coverage(), caller)


async def test_checks_cover_every_field_and_route_with_lanes(
    world: World,
    world_http: httpx.AsyncClient,
    stage: Stage,
    stage_http: httpx.AsyncClient,
    watched: Stage,
    streams: PayloadStreams,
) -> None:
    """The checks cover every field and route that can reveal items of lanes.

    If this fails, a field or route is new. Add it to a check in ``read_checks``, ``write_checks`` or
    ``subscription_checks``.
    """
    coverage = Coverage()
    for read in read_checks.CHECKS:
        await read(world, RecordingClient(world_http, ADMIN, coverage), ADMIN)
    for act in write_checks.CHECKS:
        await act(stage, RecordingClient(stage_http, ADMIN, coverage), ADMIN)
    for watch in subscription_checks.CHECKS:
        await watch(watched, streams, coverage, ADMIN)
    assert lane_fields() - coverage.fields == set()
    application: Any = stage_http._transport
    assert lane_responses(application.app.routes) - coverage.responses == set()


def test_a_new_field_is_found() -> None:
    schema = build_schema("""
        type Query { now: Now tasks: Tasks! }
        union Now = Waiting | Refused
        type Waiting { id: ID! elementId: String! }
        type Refused { message: String! instead: Waiting }
        type Tasks { nodes: [Task!]! totalCount: Int! }
        type Task { id: ID! elementId: String! after: Waiting }
    """)
    lists = {f"Tasks.{name}" for name in ("nodes", "totalCount")}
    assert lane_fields(schema) == {
        *("Query.now", "Query.now > Refused.instead", "Refused.instead", "Query.tasks", "Task.after"),
        *lists,
        *(f"Query.tasks > {each}" for each in lists),
    }
