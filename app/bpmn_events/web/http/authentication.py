"""Authentication by the bearer token of a request (RFC 6750, section 2.1)."""

from collections.abc import Sequence

from bpmn_events.application.ports.tokens import Tokens
from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.principal import Principal
from bpmn_events.web.http.observation.record import record_subject


async def authenticate_header(values: Sequence[str], tokens: Tokens) -> Principal | None:
    """Return the principal for the values of all Authorization headers, or None if there are none.

    Raises:
        BadCredential: There are several headers, or the credential is not one that this server accepts.
        KeysUnavailable: The credential cannot be checked at the moment.
    """
    if not values:
        return None
    if len(values) > 1:
        raise BadCredential("the request has several Authorization headers")
    scheme, _, token = values[0].strip().partition(" ")
    if scheme.lower() != "bearer":
        raise BadCredential("the Authorization header must have the form 'Bearer TOKEN'")
    token = token.strip()
    if not token:
        raise BadCredential("the Authorization header has no token")
    principal = await tokens.authenticate(token)
    record_subject(principal.subject)
    return principal
