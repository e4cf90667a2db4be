"""Queries for models, instances and correlations."""

from bpmn_events.application.ports.write_set import NewModel, WriteSet
from bpmn_events.domain.events import ElementAddress
from bpmn_events.domain.idempotency import IdempotencyKey
from bpmn_events.domain.pages import Page, PageRequest, Position
from bpmn_events.domain.processes import Correlation
from tests.contract.storage.samples import ALL_LANES, NOW, World, process_instance, process_model


async def test_the_latest_version_of_each_model_by_key(world: World) -> None:
    keys = ["order", "Order", "_x", "äöü", "b-2"]
    versions = {key: [process_model(key, version) for version in (1, 2, 3)] for key in keys}
    new_models = [NewModel(model, "<x/>") for models in versions.values() for model in models]
    await world.write(WriteSet(new_models=new_models))
    read_store = world.database.read_store
    latest = [versions[key][-1] for key in sorted(keys)]
    assert await read_store.models(PageRequest(limit=None)) == Page(tuple(latest), has_next=False, has_previous=False)
    assert await read_store.count_models() == 5
    first = await read_store.models(PageRequest(limit=2))
    assert first == Page(tuple(latest[:2]), has_next=True, has_previous=False)
    rest = await read_store.models(PageRequest(limit=3, after=Position(None, first.items[-1].key)))
    assert rest == Page(tuple(latest[2:]), has_next=False, has_previous=True)
    assert await read_store.latest_models(keys) == {key: models[-1] for key, models in versions.items()}


async def test_the_instances_of_correlations_oldest_first(world: World) -> None:
    model = await world.model()
    instances = [process_instance(model, ("c-1", "c-2")[number % 2]) for number in range(7)]
    started = {key: Correlation(key, NOW) for key in ("c-1", "c-2")}
    await world.write(WriteSet(new_correlations=started, new_instances={each.id: each for each in instances}))
    own = {key: [each for each in instances if each.correlation_id == key] for key in started}
    read_store = world.database.read_store
    pages = await read_store.instances_of_correlations(["c-1", "c-2", "c-3"], PageRequest(limit=3))
    assert pages["c-1"] == Page(tuple(own["c-1"][:3]), has_next=True, has_previous=False)
    assert pages["c-2"] == Page(tuple(own["c-2"]), has_next=False, has_previous=False)
    assert pages["c-3"] == Page((), has_next=False, has_previous=False)
    after = PageRequest(limit=3, after=Position(None, own["c-1"][2].id))
    pages = await read_store.instances_of_correlations(["c-1"], after)
    assert pages["c-1"] == Page(tuple(own["c-1"][3:]), has_next=False, has_previous=True)
    assert await read_store.count_instances_of_correlations(["c-1", "c-3"]) == {"c-1": 4, "c-3": 0}


async def test_texts_that_no_database_can_store_match_nothing(world: World) -> None:
    await world.add_events()
    read_store = world.database.read_store
    for text in ("\x00", "order\x00", "\ud800", ""):
        assert await read_store.models_by_id([text]) == {}
        assert await read_store.latest_models([text]) == {}
        assert await read_store.bpmn_xml([text]) == {}
        assert await read_store.instances_by_id([text]) == {}
        assert await read_store.correlations_by_id([text]) == {}
        assert await read_store.count_instances_of_correlations([text]) == {text: 0}
        assert (await read_store.instances_of_correlations([text], PageRequest()))[text].items == ()
        address = ElementAddress("order", "c-1", text)
        assert await read_store.last_triggers_at([address], ALL_LANES) == {}
        assert await read_store.cancelled_events_at([address], ALL_LANES) == {}
        async with world.database.write_store.transaction() as transaction:
            assert await transaction.waiting_events([text]) == {}
            assert await transaction.waiting_events_at([address]) == {}
            assert await transaction.executions([text]) == {}
            assert await transaction.idempotency_records([IdempotencyKey("ada", "trigger", text)]) == []
