"""The route for tickets, with which a browser's EventSource can watch the waiting events: it sends no headers."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.application.services import Services
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.http.authorized_route import AuthorizedRoute
from bpmn_events.web.http.operation import Operation, ResponseDescription
from bpmn_events.web.representations import TicketDocument
from bpmn_events.web.rest.requests import NO_STORE

_OPERATION = Operation(
    "issue_ticket",
    "Get a ticket for one stream",
    "The ticket stands for the caller's token in the address of one request, within a short time: "
    "`GET /events/changes?ticket=…`.",
    [ResponseDescription("The ticket.", TicketDocument, 201)],
    Permission.EVENTS_READ,
)


class TicketRoutes:
    """The route for tickets."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[BaseRoute]:
        """Return the route."""
        return [AuthorizedRoute("/events/tickets", self.issue, {"POST": _OPERATION}, self._services.tokens)]

    async def issue(self, _request: Request, principal: Principal) -> Response:
        """Issue a ticket."""
        issued = await self._services.tickets.issue(principal)
        content = msgspec.json.encode(TicketDocument(issued.text, issued.expires_at))
        return Response(content, 201, NO_STORE, media_type="application/json")
