"""Lists whose page is read after the elements or correlations that it is about."""

from typing import Any

import pytest

from bpmn_events.adapters.storage.sql.change_feed.marks import Marks
from bpmn_events.adapters.storage.waiting_events.listings import WaitingEventLists
from bpmn_events.adapters.storage.waiting_events.search import WaitingEventSearch
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import SYSTEM
from tests.delivery.changes.following import Follower
from tests.delivery.world import World
from tests.system.models import TWO_STEPS

OTHER = TWO_STEPS.replace("two-steps", "other-steps")


@pytest.mark.parametrize("is_deployed", [False, True], ids=["unknown element", "known element"])
@pytest.mark.parametrize("filter", [WaitingEventFilter(element_ids=("first",)), WaitingEventFilter(search="first")])
async def test_a_model_that_is_deployed_meanwhile_is_not_missed(
    world: World, monkeypatch: pytest.MonkeyPatch, filter: WaitingEventFilter, is_deployed: bool
) -> None:
    if is_deployed:
        await world.deploy(TWO_STEPS)
        await world.start("two-steps", "c-1")
    deployed: list[str] = []

    def deploy_after(owner: type, name: str) -> None:
        original = getattr(owner, name)

        async def read(*arguments: Any) -> Any:
            found = await original(*arguments)
            if not deployed:
                deployed.append("other-steps")
                await world.deploy(OTHER)
                await world.start("other-steps", "c-2")
            return found

        monkeypatch.setattr(owner, name, read)

    deploy_after(WaitingEventLists, "_ranges_of_elements")
    deploy_after(WaitingEventSearch, "_correlations_with")
    database = world.runtime.database
    query = WaitingEventQuery(PageRequest(limit=50, with_changes_cursor=True), filter)
    page = await database.read_store.waiting_events(query, SYSTEM)
    if not deployed:
        pytest.skip("the list is read in one statement")
    cursor = page.changes_cursor or await Marks(database.connections).current()
    follower = Follower(database.change_feed, cursor, {event.id: event for event in page.items})
    await follower.catch_up()
    assert {event.process_model_key for event in follower.events.values()} >= {"other-steps"}
    follower_ids = {event.id for event in follower.events.values() if event.element_id == "first"}
    assert follower_ids == {event.id for event in await world.waits()}


async def test_a_correlation_that_begins_during_a_search_in_nested_lists(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.deploy(TWO_STEPS)
    await world.start("two-steps", "blue-1")
    original = WaitingEventSearch._correlations_with

    async def find(search: WaitingEventSearch, text: str) -> list[str] | None:
        found = await original(search, text)
        await world.start("two-steps", "blue-2")
        return found

    monkeypatch.setattr(WaitingEventSearch, "_correlations_with", find)
    database = world.runtime.database
    query = WaitingEventQuery(PageRequest(limit=50, with_changes_cursor=True), WaitingEventFilter(search="blue"))
    pages = await database.read_store.waiting_events_of("process_model_key", ["two-steps"], query, SYSTEM)
    page = pages["two-steps"]
    assert page.changes_cursor is not None
    follower = Follower(database.change_feed, page.changes_cursor, {event.id: event for event in page.items})
    await follower.catch_up()
    assert {event.correlation_id for event in follower.events.values()} == {"blue-1", "blue-2"}
