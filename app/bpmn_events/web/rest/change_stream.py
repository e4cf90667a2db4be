"""The body of a response with the changes of waiting events."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from bpmn_events.application.changes.subscription import Subscription
from bpmn_events.application.changes.subscriptions import Subscriptions, Watched
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import ChangesExpired, EngineUnavailable
from bpmn_events.web.rest.change_events import HEARTBEAT, RETRY, ChangeEvents, server_sent_event
from bpmn_events.web.streams.response import StreamBody

_FORM = "server-sent events"

logger = logging.getLogger(__name__)


class ChangeStream:
    """The changes that a caller watches, as server-sent events. It is a ``BodyStream``.

    The first event has the cursor after which the stream begins. If changes are missing, the event ``expired`` says so,
    and the stream goes on with those that come after its cursor.

    Args:
        subscriptions: The subscriptions of the server process.
        read_store: The read store.
        watched: The topic of the stream, and the cursor after which it begins.
        has_expired: True if the caller has asked for changes that are not stored any more.

    Raises:
        TooManySubscriptions: The caller, or all callers together, have too many.
    """

    def __init__(
        self, subscriptions: Subscriptions, read_store: ReadStore, watched: Watched, *, has_expired: bool
    ) -> None:
        self._subscriptions = subscriptions
        self._read_store = read_store
        self._watched = watched
        self._first = "expired" if has_expired else "cursor"
        self._sent_cursor = watched.after
        self._body: StreamBody | None = None
        self._restart: asyncio.Task[None] | None = None
        self._subscription = self._open(watched)

    @property
    def heartbeat(self) -> bytes:
        """A comment; or the newest cursor, so that the client does not keep an old one until it has expired."""
        cursor = self._subscription.cursor
        if cursor is None or cursor == self._sent_cursor:
            return HEARTBEAT
        self._sent_cursor = cursor
        return server_sent_event("cursor", cursor)

    async def start(self, body: StreamBody) -> None:
        """Send the first event, and the changes since its cursor."""
        self._body = body
        body.send(RETRY + server_sent_event(self._first, self._watched.after))
        await self._follow()

    def expire(self) -> None:
        """Say nothing: the client connects again, and learns then that its credential has expired."""

    def close(self) -> None:
        """Send nothing more."""
        self._body = None
        self._subscription.close()
        if self._restart is not None:
            self._restart.cancel()

    def receive(self, items: Sequence[bytes]) -> None:
        """Send events."""
        if self._body is not None:
            self._body.send_all(items)

    async def drained(self) -> None:
        """Wait until little waits for the client."""
        if self._body is not None:
            await self._body.drained()

    def restart(self) -> None:
        """Go on with the newest changes, because others are missing."""
        if self._body is not None:
            self._restart = asyncio.create_task(self._go_on())

    def _open(self, watched: Watched) -> Subscription[bytes]:
        return self._subscriptions.open(
            watched, _Subscriber(self), _FORM, lambda: ChangeEvents(self._read_store, watched.principal)
        )

    async def _follow(self) -> None:
        try:
            await self._subscription.start()
        except ChangesExpired:
            self._subscription.close()
            self.restart()
        except EngineUnavailable:
            self._end()

    async def _go_on(self) -> None:
        try:
            after = await self._subscriptions.end()
            self._subscription = self._open(replace(self._watched, after=after))
            self._announce(after)
            await self._follow()
        except EngineUnavailable:
            self._end()
        except Exception:  # nobody waits for this task
            logger.exception("A stream of changes cannot go on")
            self._end()

    def _announce(self, after: ChangesCursor) -> None:
        self._sent_cursor = after
        if self._body is not None:
            self._body.send(server_sent_event("expired", after))

    def _end(self) -> None:
        """End the body: the client connects again, with its last cursor."""
        if self._body is not None:
            self._body.end()


class _Subscriber:
    """The receiving end of a subscription. ``expire`` means something else for the stream itself."""

    def __init__(self, stream: ChangeStream) -> None:
        self._stream = stream
        self.receive = stream.receive
        self.drained = stream.drained

    def expire(self) -> None:
        self._stream.restart()
