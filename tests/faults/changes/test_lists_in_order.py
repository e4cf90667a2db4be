"""The change feed on PostgreSQL, beside several writers, aborted transactions and foreign ones.

Every list, continued with the changes after its cursor, becomes the final list. Nothing is missed, removed before it
was added, or, after a single page, doubled.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from random import Random
from typing import Any

from bpmn_events.domain.filters import TaskFilter, TriggerFilter, WaitingEventQuery
from bpmn_events.domain.ids import EVENT_TRIGGER, TASK, WAITING_EVENT
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.pages import Page, PageRequest, Position
from bpmn_events.domain.principal import SYSTEM
from tests.delivery.changes.following import Follower
from tests.faults.answers import send
from tests.faults.cases import Case, deploy_models, open_case
from tests.faults.operations import REPEATABLE, START, TERMINATE
from tests.faults.stage import Stage, open_stage
from tests.support.databases.commit_proxy import CommitProxy, Fault

SERVERS = 3
CASES = 4
COMMANDS = 160
CALLERS = 4
ALL = PageRequest(limit=None, with_changes_cursor=True)
BROADCAST = """
mutation { triggerSignal(input: {name: "alarm"}) { ... on TriggerByNameSuccess { triggers { id } } } }
"""
Reader = Callable[[Stage], Awaitable[Follower]]


def follower_of(stage: Stage, page: Page[Any], **items: Any) -> Follower:
    assert page.changes_cursor is not None
    return Follower(stage.runtime.database.change_feed, page.changes_cursor, **items)


async def list_events(stage: Stage) -> Follower:
    page = await stage.runtime.database.read_store.waiting_events(WaitingEventQuery(ALL), SYSTEM)
    return follower_of(stage, page, events={event.id: event for event in page.items})


async def list_events_in_pages(stage: Stage) -> Follower:
    """Continue after the cursor of the first page. Changes between the pages come twice."""
    read_store, after, follower = stage.runtime.database.read_store, None, None
    while True:
        request = PageRequest(limit=5, after=after, with_changes_cursor=after is None)
        page = await read_store.waiting_events(WaitingEventQuery(request), SYSTEM)
        follower = follower or follower_of(stage, page)
        follower.events |= {event.id: event for event in page.items}
        if not page.has_next:
            return follower
        after = Position(microseconds(page.items[-1].waiting_since), page.items[-1].id)
        await asyncio.sleep(0)


async def list_tasks(stage: Stage) -> Follower:
    page = await stage.runtime.database.read_store.open_tasks(TaskFilter(), ALL, SYSTEM)
    return follower_of(stage, page, tasks={task.id: task for task in page.items})


async def list_triggers(stage: Stage) -> Follower:
    page = await stage.runtime.database.read_store.triggers(TriggerFilter(), ALL, SYSTEM)
    return follower_of(stage, page, triggers=[trigger.id for trigger in page.items])


async def list_events_of_cases(stage: Stage) -> Follower:
    """List the events in the way of a nested field, which reads the pages of several cases in one statement."""
    cases = [f"c-{number}" for number in range(100)]
    pages = await stage.runtime.database.read_store.waiting_events_of(
        "correlation_id", cases, WaitingEventQuery(ALL), SYSTEM
    )
    (cursor,) = {page.changes_cursor for page in pages.values()}
    page = replace(pages["c-0"], changes_cursor=cursor)
    return follower_of(stage, page, events={event.id: event for page in pages.values() for event in page.items})


async def call(stages: list[Stage], cases: list[Case], random: Random) -> None:
    """Send commands. Some are refused, because their case is terminated or their transaction aborted."""
    operations = [*(each for each in REPEATABLE if each is not START)] * 3 + [TERMINATE]
    for number in range(COMMANDS // CALLERS):
        client = random.choice(stages).client
        if random.random() < 0.15:
            await client.graphql(BROADCAST)
        elif random.random() < 0.1:
            with suppress(AssertionError):
                cases.append(await open_case(client, f"c-{len(cases)}"))
        else:
            await send(client, random.choice(operations), random.choice(cases), ids={})
        if number % 5 == 0:
            await stages[1].runtime.outbox.deliver_due()


async def test_lists_beside_mixed_and_aborted_transactions(postgres_url: str, proxy: CommitProxy) -> None:
    random, done = Random(1), asyncio.Event()
    async with AsyncExitStack() as stack:
        urls = [proxy.url(postgres_url), *[postgres_url] * (SERVERS - 1)]
        stages = [await stack.enter_async_context(open_stage(url, database_timeout_seconds=30)) for url in urls]
        await deploy_models(stages[1].client)
        followers: list[tuple[Reader, Follower]] = [(list_events, await list_events(stages[1]))]
        cases = [await open_case(stages[1].client, f"c-{number}") for number in range(CASES)]

        async def abort() -> None:
            while not done.is_set():
                proxy.arm(random.choice((Fault.COMMIT_LOST, Fault.ANSWER_LOST)), marker="change_feed")
                await asyncio.sleep(0.3)
            proxy.disarm()

        async def read(stage: Stage, reader: Reader) -> None:
            while not done.is_set():
                followers.append((reader, await reader(stage)))
                await asyncio.sleep(random.random() / 10)

        async def follow() -> None:
            while not done.is_set():
                await followers[0][1].catch_up()
                await asyncio.sleep(random.random() / 50)

        readers: tuple[Reader, ...] = (
            list_events,
            list_events_in_pages,
            list_tasks,
            list_triggers,
            list_events_of_cases,
        )
        others = [asyncio.create_task(each) for each in (abort(), follow())]
        others += [asyncio.create_task(read(stages[number % SERVERS], reader)) for number, reader in enumerate(readers)]
        await asyncio.gather(*(call(stages, cases, random) for _ in range(CALLERS)))
        done.set()
        await asyncio.gather(*others)
        final = {reader: await reader(stages[1]) for reader in readers}
        for reader, follower in followers:
            await follower.catch_up()
            check(reader, follower, final[reader])
    read_lists = Counter(reader for reader, _ in followers)
    assert all(read_lists[reader] > 5 for reader in readers), read_lists


def check(reader: Reader, follower: Follower, final: Follower) -> None:
    if reader is list_triggers:
        assert sorted(follower.triggers) == sorted(final.triggers)
        kind = EVENT_TRIGGER
    elif reader is list_tasks:
        assert follower.tasks == final.tasks
        kind = TASK
    else:
        assert follower.events.keys() == final.events.keys()
        kind = WAITING_EVENT
    if reader is not list_events_in_pages:
        assert [each for each in follower.doubled if each.startswith(kind)] == []
