"""The hub, which finds the listeners that a change concerns."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol

from bpmn_events.application.changes.topic import Key, Topic, keys_of
from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.domain.changes import ChangeSet, LocatedChange


class Listener(Protocol):
    """Receives the changes of a topic."""

    @property
    def topic(self) -> Topic: ...

    def publish(self, changes: Sequence[LocatedChange]) -> Awaitable[None] | None:
        """Take the next changes of the topic, in order. The next call follows when this one is done."""
        ...

    def expire(self) -> None:
        """End, because changes are missing that came after the last ones."""
        ...


class Hub:
    """The listeners, found by the keys of their topics: a change is not compared with every listener."""

    def __init__(self) -> None:
        self._listeners: dict[Listener, None] = {}
        self._by_key: dict[Key, dict[Listener, None]] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    def add(self, listener: Listener) -> None:
        self._listeners[listener] = None
        for key in listener.topic.keys():  # noqa: SIM118  no mapping
            self._by_key.setdefault(key, {})[listener] = None

    def remove(self, listener: Listener) -> None:
        """Remove the listener if it is there."""
        if self._listeners.pop(listener, self) is None:
            for key in listener.topic.keys():  # noqa: SIM118  no mapping
                listeners = self._by_key[key]
                del listeners[listener]
                if not listeners:
                    del self._by_key[key]

    async def publish(self, change_sets: Sequence[ChangeSet]) -> None:
        """Give the changes to the listeners that they concern, and wait until all of them are done.

        So no listener has more than one part in memory. Those that read something do so at the same time, over the
        connections that the next part is read over, too: without the wait it would hardly come earlier.
        """
        pauses = Pauses()
        found: dict[Listener, list[LocatedChange]] = {}
        for change_set in change_sets:
            for located in change_set.located():
                for key in keys_of(located.change):
                    for listener in self._by_key.get(key, ()):
                        if listener.topic.matches(located.change):
                            found.setdefault(listener, []).append(located)
                await pauses.pause_if_long()
        unfinished = []
        for listener, changes in found.items():
            if listener in self._listeners:
                awaitable = listener.publish(changes)
                if awaitable is not None:
                    unfinished.append(awaitable)
            await pauses.pause_if_long()
        await asyncio.gather(*unfinished)

    def expire(self) -> None:
        """End all listeners."""
        for listener in list(self._listeners):
            listener.expire()
