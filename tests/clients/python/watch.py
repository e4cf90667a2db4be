"""A program that follows the waiting events of a running server with the generated Python client.

It prints one line of JSON for the list and for each change to the test that started it. When its connection breaks, it
continues after the last change that it has.
"""

import asyncio
import json
import os
from collections.abc import Coroutine
from typing import Any, TypeAlias, assert_never

from bpmn_events_client.client import BpmnEventsClient
from bpmn_events_client.event_trigger_changes import EventTriggerChangesEventTriggerChangesEventTriggerAdded
from bpmn_events_client.waiting_event_changes import (
    WaitingEventChangesWaitingEventChangesChangesExpiredError,
    WaitingEventChangesWaitingEventChangesCorrelationNotFoundError,
    WaitingEventChangesWaitingEventChangesEngineUnavailableError,
    WaitingEventChangesWaitingEventChangesForbiddenError,
    WaitingEventChangesWaitingEventChangesProcessModelNotFoundError,
    WaitingEventChangesWaitingEventChangesUnauthorizedError,
    WaitingEventChangesWaitingEventChangesWaitingEventAdded,
    WaitingEventChangesWaitingEventChangesWaitingEventRemoved,
)
from bpmn_events_client.waiting_events import WaitingEventsWaitingEventsWaitingEventConnection
from websockets.exceptions import WebSocketException

Change: TypeAlias = (
    WaitingEventChangesWaitingEventChangesWaitingEventAdded
    | WaitingEventChangesWaitingEventChangesWaitingEventRemoved
    | WaitingEventChangesWaitingEventChangesChangesExpiredError
    | WaitingEventChangesWaitingEventChangesUnauthorizedError
    | WaitingEventChangesWaitingEventChangesForbiddenError
    | WaitingEventChangesWaitingEventChangesProcessModelNotFoundError
    | WaitingEventChangesWaitingEventChangesCorrelationNotFoundError
    | WaitingEventChangesWaitingEventChangesEngineUnavailableError
)


def connect() -> BpmnEventsClient:
    authorization = {"Authorization": f"Bearer {os.environ['DRIVE_TOKEN']}"}
    url = os.environ["DRIVE_URL"]
    socket = url.replace("http", "ws", 1)
    return BpmnEventsClient(url, authorization, ws_url=socket, ws_connection_init_payload=authorization)


def report(typename: str, description: str) -> None:
    print(json.dumps({"typename": typename, "description": description}), flush=True)


class Watch:
    """The waiting events, and the cursor after the last change that they include."""

    def __init__(self, client: BpmnEventsClient) -> None:
        self._client = client
        self._events: dict[str, str] = {}
        self._cursor: str | None = None
        self.is_empty = asyncio.Event()

    async def run(self) -> None:
        """List, and apply the changes until the task is cancelled, which closes the connection."""
        await self._list()
        while True:
            try:
                async for payload in self._client.waiting_event_changes(after=self._cursor):
                    await self._apply(payload.waiting_event_changes)
            except (OSError, WebSocketException):
                await asyncio.sleep(0.2)

    async def _list(self) -> None:
        listed = (await self._client.waiting_events(first=500)).waiting_events
        assert isinstance(listed, WaitingEventsWaitingEventsWaitingEventConnection), listed
        self._events = {event.id: event.correlation.id for event in listed.nodes}
        self._cursor = listed.changes_cursor
        report(listed.typename__, ", ".join(self._events.values()))

    async def _apply(self, change: Change) -> None:
        """Apply a change. An unhandled member fails the type check."""
        match change:
            case WaitingEventChangesWaitingEventChangesWaitingEventAdded(event=event):
                self._events[event.id] = event.correlation.id
                self._cursor = change.cursor
                report(change.typename__, f"{event.element_id} in {event.correlation.id}")
            case WaitingEventChangesWaitingEventChangesWaitingEventRemoved(trigger=trigger):
                correlation = self._events.pop(change.event_id)
                self._cursor = change.cursor
                report(
                    change.typename__, f"{change.reason.value} in {correlation} by {trigger and trigger.triggered_by}"
                )
                if not self._events:
                    self.is_empty.set()
            case WaitingEventChangesWaitingEventChangesChangesExpiredError():
                report(change.typename__, change.code.value)
                await self._list()
            case WaitingEventChangesWaitingEventChangesEngineUnavailableError():
                await asyncio.sleep(change.retry_after_seconds or 1)
            case WaitingEventChangesWaitingEventChangesForbiddenError():
                raise PermissionError(change.required_permission)
            case (
                WaitingEventChangesWaitingEventChangesUnauthorizedError()
                | WaitingEventChangesWaitingEventChangesProcessModelNotFoundError()
                | WaitingEventChangesWaitingEventChangesCorrelationNotFoundError()
            ):
                raise LookupError(change.message)
            case _:
                assert_never(change)


class History:
    """The triggers after a cursor, of which only the first is awaited."""

    def __init__(self, client: BpmnEventsClient, cursor: str) -> None:
        self._client = client
        self._cursor = cursor
        self.has_begun = asyncio.Event()

    async def run(self) -> None:
        async for payload in self._client.event_trigger_changes(after=self._cursor):
            added = payload.event_trigger_changes
            assert isinstance(added, EventTriggerChangesEventTriggerChangesEventTriggerAdded), added
            if not self.has_begun.is_set():
                report(added.typename__, f"{added.trigger.element_id} in {added.trigger.correlation.id}")
            self.has_begun.set()


async def run_until(running: Coroutine[Any, Any, None], event: asyncio.Event) -> None:
    """Run until the event is set, or the coroutine fails."""
    tasks = [asyncio.create_task(running), asyncio.create_task(event.wait())]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.wait(tasks)
    for task in done:
        await task


async def main() -> None:
    client = connect()
    before = (await client.waiting_events(first=1)).waiting_events
    assert isinstance(before, WaitingEventsWaitingEventsWaitingEventConnection), before
    watch = Watch(client)
    await run_until(watch.run(), watch.is_empty)
    history = History(client, before.changes_cursor)
    await run_until(history.run(), history.has_begun)


if __name__ == "__main__":
    asyncio.run(main())
