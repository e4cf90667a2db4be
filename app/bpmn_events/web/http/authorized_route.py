"""Routes for callers with a permission."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from bpmn_events.application.ports.tokens import Tokens
from bpmn_events.application.tickets import Tickets
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.http.fair_use import authenticate_within_limits, count_request, redeem_within_limits
from bpmn_events.web.http.observation.record import record_operation
from bpmn_events.web.http.operation import TICKET, Operation
from bpmn_events.web.http.query_parameters import QueryParameters
from bpmn_events.web.http.routing import EncodedRoute

AuthorizedHandler = Callable[[Request, Principal], Awaitable[Response]]


class AuthorizedRoute(EncodedRoute):
    """A route that checks the permission and the query parameters before it calls its handler with the principal.

    Each operation has a permission, and accepts only the query parameters that it describes.
    """

    def __init__(
        self, path: str, handler: AuthorizedHandler, operations: Mapping[str, Operation], tokens: Tokens
    ) -> None:
        super().__init__(path, self._respond, operations)
        self._handler = handler
        self._tokens = tokens
        self._names = {method: operation.name for method, operation in operations.items()}
        self._permissions = {method: _permission(operation) for method, operation in operations.items()}
        self._queries = {method: QueryParameters(operation.parameters) for method, operation in operations.items()}

    async def _respond(self, request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        record_operation(self._names[method])
        caller = await self._authenticate(request)
        principal = require(caller, self._permissions[method])
        if query := request.scope["query_string"]:
            self._queries[method].check(query)
        return await self._handler(request, principal)

    def _authenticate(self, request: Request) -> Awaitable[Principal | None]:
        authorization = request.headers.getlist("authorization")
        return authenticate_within_limits(request.scope, authorization, self._tokens)


class TicketRoute(AuthorizedRoute):
    """An authorized route that takes a ticket in the query as well, in place of the header Authorization.

    Args:
        check: Raises an error if the handler would refuse the request, whoever sends it. It is called before the ticket
            is used up.
    """

    def __init__(
        self,
        path: str,
        handler: AuthorizedHandler,
        operations: Mapping[str, Operation],
        tokens: Tokens,
        tickets: Tickets,
        check: Callable[[Request], object],
    ) -> None:
        super().__init__(path, handler, operations, tokens)
        self._tickets = tickets
        self._check = check

    async def _authenticate(self, request: Request) -> Principal | None:
        ticket = request.query_params.get(TICKET.name)
        if ticket is None:
            return await super()._authenticate(request)
        try:
            self._check_before_ticket(request)
        except Exception:
            count_request(request.scope, None)
            raise
        return await redeem_within_limits(request.scope, ticket, self._tickets)

    def _check_before_ticket(self, request: Request) -> None:
        """Check what needs no credential first: a mistake in the request costs no ticket."""
        self._queries["GET"].check(request.scope["query_string"])
        if "authorization" in request.headers:
            raise BadCredential("the request has a ticket, too")
        self._check(request)


def _permission(operation: Operation) -> Permission:
    if operation.permission is None:
        raise ValueError(f"the operation {operation.name} needs no permission")
    return operation.permission
