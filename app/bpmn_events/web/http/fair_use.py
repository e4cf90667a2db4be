"""Rate limits over HTTP: which caller a request counts for, and the fields that tell the caller.

The fields are those of draft-ietf-httpapi-ratelimit-headers-10.
"""

from collections.abc import Awaitable, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bpmn_events.application.ports.current_origin import CURRENT_ORIGIN
from bpmn_events.application.ports.tokens import KeysUnavailable, Tokens
from bpmn_events.application.rate_limits import REQUESTS, RateLimits, subject_key
from bpmn_events.application.tickets import Tickets
from bpmn_events.application.token_buckets import WINDOW_SECONDS
from bpmn_events.domain.errors import BadCredential, BadTicket
from bpmn_events.domain.principal import Principal
from bpmn_events.web.http.authentication import authenticate_header
from bpmn_events.web.http.observation.record import record_subject

RATE_LIMIT_HEADERS = ("RateLimit", "RateLimit-Policy")
# The keys in the scope of a request. Without limits, the scope has none of them.
_LIMITS = "bpmn_events.rate_limits"
_CALLER = "bpmn_events.caller"


class FairUseMiddleware:
    """Middleware that makes the limits known to the routes, and adds their fields to the responses."""

    def __init__(self, app: ASGIApp, limits: RateLimits) -> None:
        self._app = app
        self._limits = limits
        policies = [f'"{name}";q={each.quota};w={WINDOW_SECONDS}' for name, each in limits.buckets.items()]
        self._policy = ", ".join(policies).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            scope[_LIMITS] = self._limits
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        def send_with_fields(message: Message) -> Awaitable[None]:  # no coroutine: every message passes it
            caller = scope.get(_CALLER)
            if caller is not None and message["type"] == "http.response.start":
                fields = ((b"ratelimit-policy", self._policy), (b"ratelimit", self._allowances(caller)))
                message["headers"] = [*message.get("headers", ()), *fields]
            return send(message)

        return await self._app(scope, receive, send_with_fields)

    def _allowances(self, caller: str) -> bytes:
        allowances = [(name, buckets.allowance(caller)) for name, buckets in self._limits.buckets.items()]
        return ", ".join([f'"{name}";r={each.remaining};t={each.full_seconds}' for name, each in allowances]).encode()


def limit_callers(limits: RateLimits | None, app: ASGIApp) -> ASGIApp:
    """Return the application with its limits: the application itself if all are off."""
    return FairUseMiddleware(app, limits) if limits is not None and limits.buckets else app


async def authenticate_within_limits(scope: Scope, authorization: Sequence[str], tokens: Tokens) -> Principal | None:
    """Return the principal of a request, or None if it has no Authorization header, and count the request.

    A request without a valid credential counts for the address of the client.

    Raises:
        BadCredential: As ``authenticate_header``.
        KeysUnavailable: As ``authenticate_header``.
        TooManyRequests: The caller has to wait.
    """
    try:
        principal = await authenticate_header(authorization, tokens)
    except (BadCredential, KeysUnavailable):
        count_request(scope, None)
        raise
    count_request(scope, principal)
    return principal


async def redeem_within_limits(scope: Scope, ticket: str, tickets: Tickets) -> Principal:
    """Return the principal for whom a ticket stands, use the ticket up, and count the request.

    Raises:
        BadTicket: The ticket is unknown, used or expired. The request counts for the address of the client.
        EngineUnavailable: The database cannot be used.
        TooManyRequests: The caller has to wait.
    """
    try:
        principal = await tickets.redeem(ticket)
    except BadTicket:
        count_request(scope, None)
        raise
    record_subject(principal.subject)
    count_request(scope, principal)
    return principal


def count_request(scope: Scope, principal: Principal | None) -> None:
    """Count a request, or an operation over a WebSocket. Without a principal, it counts for the client's address.

    Raises:
        TooManyRequests: The caller has to wait.
    """
    limits: RateLimits | None = scope.get(_LIMITS)
    if limits is not None:
        scope[_CALLER] = caller = _client_key() if principal is None else subject_key(principal.subject)
        limits.take(REQUESTS, caller)


def _client_key() -> str:
    """Return the name under which the limits know a client without a credential."""
    origin = CURRENT_ORIGIN.get()
    return f"address {origin and origin.address}"
