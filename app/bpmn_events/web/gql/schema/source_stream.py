"""Source streams: the events that become the payloads of a subscription (GraphQL specification, section 6.2.3)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bpmn_events.application.changes.subscriptions import Subscriptions, Watched
from bpmn_events.domain.changes import LocatedChange
from bpmn_events.domain.errors import ChangesExpired
from bpmn_events.web.gql.data.changes import ChangeValue, change_value
from bpmn_events.web.gql.schema.typed_errors import ErrorData


@dataclass(frozen=True)
class SourceStream:
    """What the field of a subscription returns: what its caller watches, or the typed error that ends it.

    The server itself does not iterate over it: ``PayloadStream`` encodes each change once for many subscribers. As an
    asynchronous iterator, it serves every other executor of the schema.
    """

    watched: Watched | ErrorData
    subscriptions: Subscriptions

    async def __aiter__(self) -> AsyncIterator[ChangeValue | ErrorData]:
        if isinstance(self.watched, ErrorData):
            yield self.watched
            return
        queue = _Queue()
        subscription = self.subscriptions.open(self.watched, queue, "values", _Values)
        try:
            await subscription.start()
            while not isinstance(value := await queue.get(), ErrorData):
                yield value
            yield value
        finally:
            subscription.close()


class _Values:
    def encode(self, changes: Sequence[LocatedChange]) -> Sequence[ChangeValue]:
        return [change_value(located) for located in changes]


class _Queue(asyncio.Queue[ChangeValue | ErrorData]):
    """A subscriber that keeps everything until it is asked for it."""

    def receive(self, items: Sequence[ChangeValue]) -> None:
        for item in items:
            self.put_nowait(item)

    async def drained(self) -> None:
        pass

    def expire(self) -> None:
        self.put_nowait(ErrorData(ChangesExpired()))
