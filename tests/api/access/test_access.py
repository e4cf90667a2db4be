"""Every path that can reach something in a lane shows what the access rule allows, and nothing else."""

from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest
from graphql import build_schema
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bpmn_events.domain.principal import Permission
from tests.api.access import acting, reading
from tests.api.access.acting import Stage
from tests.api.access.asking import Asking, Told
from tests.api.access.facts import ALL, EVERYBODY, ListQuery
from tests.api.access.reading import LANES, World
from tests.api.access.telling import telling_answers, telling_fields

connections = st.builds(
    ListQuery,
    st.frozensets(st.sampled_from([permission.value for permission in Permission])),
    st.frozensets(st.sampled_from(LANES)),
)


Test: TypeAlias = Callable[..., Any]


def _property(examples: int) -> Callable[[Test], Test]:
    """For any caller, and always for those who may do everything somewhere."""

    def decorate(test: Test) -> Test:
        for lanes in ((), ("Finance",), ("*",)):
            test = example(reader=ListQuery(ALL, frozenset(lanes)))(test)
        hunting = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
        decorated: Test = hunting(given(reader=connections)(test))
        return decorated

    return decorate


@pytest.mark.parametrize("check", reading.CHECKS, ids=lambda check: check.__name__)
@_property(25)
async def test_reading(world: World, world_http: httpx.AsyncClient, check: Any, reader: ListQuery) -> None:
    await check(world, Asking(world_http, reader), reader)


@pytest.mark.parametrize("check", acting.CHECKS, ids=lambda check: check.__name__)
@_property(10)
async def test_acting(stage: Stage, stage_http: httpx.AsyncClient, check: Any, reader: ListQuery) -> None:
    await check(stage, Asking(stage_http, reader), reader)


async def test_there_is_no_other_path(
    world: World, world_http: httpx.AsyncClient, stage: Stage, stage_http: httpx.AsyncClient
) -> None:
    """Of what can tell of something in a lane, everything is compared above.

    If not: a field or route is new. Ask for it in ``reading`` or ``acting``.
    """
    visible_to = Told()
    for read in reading.CHECKS:
        await read(world, Asking(world_http, EVERYBODY, visible_to), EVERYBODY)
    for act in acting.CHECKS:
        await act(stage, Asking(stage_http, EVERYBODY, visible_to), EVERYBODY)
    assert telling_fields() - visible_to.fields == set()
    application: Any = stage_http._transport
    assert telling_answers(application.app.routes) - visible_to.answers == set()


def test_a_new_path_is_noticed() -> None:
    schema = build_schema("""
        type Query { now: Now tasks: Tasks! }
        union Now = Waiting | Refused
        type Waiting { id: ID! elementId: String! }
        type Refused { message: String! instead: Waiting }
        type Tasks { nodes: [Task!]! totalCount: Int! }
        type Task { id: ID! elementId: String! after: Waiting }
    """)
    lists = {f"Tasks.{name}" for name in ("nodes", "totalCount")}
    assert telling_fields(schema) == {
        *("Query.now", "Query.now > Refused.instead", "Refused.instead", "Query.tasks", "Task.after"),
        *lists,
        *(f"Query.tasks > {each}" for each in lists),
    }
