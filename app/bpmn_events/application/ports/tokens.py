"""The port that authenticates callers by their bearer tokens."""

from typing import Protocol

from bpmn_events.domain.principal import Principal


class Tokens(Protocol):
    """Verifies bearer tokens."""

    async def authenticate(self, bearer: str) -> Principal:
        """Return the principal of a bearer token.

        Raises:
            BadCredential: The token is malformed, has a wrong signature, has expired, or is not for this server.
        """
        ...
