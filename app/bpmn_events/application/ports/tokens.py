"""The port that authenticates callers by their bearer tokens."""

from typing import Protocol

from bpmn_events.domain.principal import Principal


class KeysUnavailable(Exception):
    """The keys that verify a token cannot be fetched at the moment. ``code`` is the code of this error in every API."""

    code = "IDENTITY_PROVIDER_UNAVAILABLE"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(
            "The bearer token cannot be checked, because the keys of the identity provider cannot be fetched at the "
            "moment: try again later."
        )
        self.retry_after_seconds = retry_after_seconds


class Tokens(Protocol):
    """Verifies bearer tokens."""

    async def authenticate(self, bearer: str) -> Principal:
        """Return the principal of a bearer token.

        Raises:
            BadCredential: The token is malformed, has a wrong signature, has expired, or is not for this server.
            KeysUnavailable: Nobody knows whether the token is good until its issuer can be reached.
        """
        ...
