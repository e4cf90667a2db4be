"""The port behind which credentials are checked."""

from typing import Protocol

from bpmn_events.domain.principal import Principal


class Tokens(Protocol):
    async def authenticate(self, bearer: str) -> Principal:
        """The principal of a bearer token.

        Raises:
            BadCredential: malformed, wrongly signed, expired, or not meant for this server.
        """
        ...
