"""Reads the facts of a database through the services that users call."""

from datetime import timedelta

from bpmn_events.domain.filters import TriggerFilter, WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from tests.delivery.world import ADA, World
from tests.upgrade.facts import Fact, Facts, event_fact, instance_fact, model_fact, task_fact, thrown_fact, trigger_fact

ALL = PageRequest(limit=None)
SEARCHES = ("zahlung für", "GUARD", "w-1", "keyed-7", "nothing like it", "%")


async def read_facts(world: World, correlations: list[str], cancelled: list[Fact], requests: list[Fact]) -> Facts:
    """Return all facts. Cancelled events and requests cannot be listed, so the caller passes them."""
    read_store, services = world.runtime.database.read_store, world.runtime.services
    instances = await read_store.instances_of_correlations(correlations, ALL)
    models = await services.list_process_models(ADA, ALL)
    triggers = await services.list_event_triggers(ADA, TriggerFilter(), ALL)
    year_later = world.clock.now + timedelta(days=365)
    return Facts(
        now=world.clock.now.isoformat(),
        waiting_events=[event_fact(event) for event in await world.waits()],
        open_tasks=[task_fact(task) for task in await world.tasks()],
        instances=[instance_fact(each) for correlation in correlations for each in instances[correlation].items],
        history=[trigger_fact(trigger) for trigger in triggers.items],
        models=[model_fact(model) for model in models.items],
        thrown=[thrown_fact(event) for event in await read_store.due_thrown_events(year_later, 1000)],
        cancelled=cancelled,
        searches={words: await _search(world, words) for words in SEARCHES},
        requests=requests,
    )


async def _search(world: World, words: str) -> list[str]:
    query = WaitingEventQuery(ALL, WaitingEventFilter(search=words))
    page = await world.runtime.services.list_waiting_events(ADA, query, check_filter=False)
    return [event.id for event in page.items]
