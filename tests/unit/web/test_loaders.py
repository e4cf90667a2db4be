"""The data loaders during an outage of the database."""

import asyncio
import gc
from collections.abc import Awaitable, Collection
from typing import NoReturn, cast

import pytest

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.queries.list_start_events import ListStartEvents
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.web.gql.data.loaders import Loaders
from tests.unit.web.test_problems import EVENT

FIELDS = frozenset({"processModel", "processInstance", "correlation"})


class LostStore:
    """A read store that has lost its database."""

    async def models_by_id(self, ids: Collection[str]) -> NoReturn:
        await asyncio.sleep(0)
        raise EngineUnavailable

    instances_by_id = correlations_by_id = models_by_id


@pytest.fixture
def loaders() -> Loaders:
    return Loaders(cast(ReadStore, LostStore()), None, cast(ListStartEvents, None))


async def test_a_query_fails_as_a_whole(loaders: Loaders) -> None:
    with pytest.raises(EngineUnavailable):
        await loaders.prefetch([EVENT], FIELDS)


async def test_the_outcome_of_a_command_is_not_lost(loaders: Loaders) -> None:
    """The fields that need the missing objects report the outage."""
    await loaders.prefetch_if_possible([EVENT], FIELDS)
    loaded = loaders.models.get(EVENT.process_model_id)
    with pytest.raises(EngineUnavailable):
        await cast("Awaitable[object]", loaded)


async def test_an_error_that_no_field_waits_for_is_not_logged(
    loaders: Loaders, caplog: pytest.LogCaptureFixture
) -> None:
    """graphql-core cancels the other fields when the error of one replaces their parent."""
    field = asyncio.ensure_future(loaders.prefetch([EVENT], FIELDS))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    field.cancel()
    with pytest.raises(asyncio.CancelledError):
        await field
    for _ in range(3):
        await asyncio.sleep(0)
    loaders.__dict__.clear()
    gc.collect()
    assert caplog.messages == []
