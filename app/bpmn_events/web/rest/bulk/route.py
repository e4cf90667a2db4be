"""The route that triggers the events in the lines of a body."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.application.bulk.inputs import TriggerInput
from bpmn_events.application.bulk.retries import Retries
from bpmn_events.application.bulk.triggers import BulkResult, BulkTriggers
from bpmn_events.application.bulk.window import Window
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.services import Services
from bpmn_events.domain.errors import TooManyBodies
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.bulk_answers import FailedDocument, TriggeredDocument
from bpmn_events.web.http.authorized_route import AuthorizedRoute
from bpmn_events.web.http.operation import Body, Operation, Parameter, ResponseDescription
from bpmn_events.web.http.protocol.shutdown import SHUTDOWN, ShutdownNotice
from bpmn_events.web.rest.bulk.body import MEDIA_TYPE, MEDIA_TYPES, BulkBody, require_current
from bpmn_events.web.rest.bulk.limits import BulkLimits
from bpmn_events.web.rest.bulk.places import BulkPlaces
from bpmn_events.web.rest.bulk.response import BulkResponse
from bpmn_events.web.rest.bulk.spool import Spool

_INPUT = msgspec.json.schema_components([TriggerInput], ref_template="{name}")[1][TriggerInput.__name__]
_CONTENT_ENCODING = Parameter(
    "Content-Encoding",
    "header",
    "`gzip` if the body is compressed (RFC 9110, section 8.4). The limit of a line holds for the decompressed one.",
    {"type": "string", "enum": ["gzip", "x-gzip", "identity"], "default": "identity"},
)
_TRIGGER = Operation(
    "trigger_events",
    "Trigger many waiting events",
    "Each line of the body is a JSON object that triggers one event, and each line of the response is the answer to "
    "one line, in the same order and as soon as it is done. The lines are independent of each other, and many are "
    "executed at the same time; those of one correlation are executed in their order. Blank lines have no answer.",
    [ResponseDescription("The answers.", (TriggeredDocument, FailedDocument), media_type=MEDIA_TYPE)],
    Permission.EVENTS_TRIGGER,
    [_CONTENT_ENCODING],
    body=Body(
        "The triggers, each as a JSON object in a line of its own. The schema is that of one line, because OpenAPI has "
        "none for several. Without a body, or without lines, there are no answers.",
        _INPUT,
        media_types=MEDIA_TYPES,
        is_limited=False,
    ),
    errors=[TooManyBodies],
)


class BulkRoutes:
    """The route for many triggers."""

    def __init__(self, services: Services, limits: BulkLimits) -> None:
        self._services = services
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.max_running)
        self._places = BulkPlaces(limits.max_bodies_of_caller, limits.max_bodies)

    def routes(self) -> list[BaseRoute]:
        """Return the route."""
        return [AuthorizedRoute("/events/trigger", self.trigger, {"POST": _TRIGGER}, self._services.tokens)]

    async def trigger(self, request: Request, principal: Principal) -> Response:
        """Trigger the events in the lines of the body."""
        limits, stop = self._limits, asyncio.Event()
        body = BulkBody(request, principal, limits, stop)
        extensions = request.scope.get("extensions") or {}
        triggers = BulkTriggers(
            partial(self._trigger_line, principal),
            Window(limits.max_running, limits.max_running_bytes),
            self._slots,
            Retries(limits.retry_seconds, stop),
        )
        results = _stop_at_shutdown(triggers.results(body.requests()), stop, extensions.get(SHUTDOWN))
        spool = Spool(limits.max_waiting_bytes, limits.max_spooled_bytes, limits.idle_seconds)
        return BulkResponse(results, body, spool, self._places.take(principal.subject))

    async def _trigger_line(self, principal: Principal, command: TriggerEvent) -> TriggerOutcome:
        """Execute the command of a line, unless the credential has expired in the meantime."""
        require_current(principal)
        return await self._services.trigger_event(principal, command)


async def _stop_at_shutdown(
    results: AsyncGenerator[Sequence[BulkResult], None], stop: asyncio.Event, notice: ShutdownNotice | None
) -> AsyncGenerator[Sequence[BulkResult], None]:
    """Yield the results, and set ``stop`` when the server shuts down in the meantime."""
    if notice is not None:
        notice.add(stop.set)
    try:
        async with aclosing(results):
            async for each in results:
                yield each
    finally:
        if notice is not None:
            notice.remove(stop.set)
