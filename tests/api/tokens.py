"""Bearer tokens that the applications under test accept."""

from collections.abc import Collection
from datetime import timedelta

from bpmn_events.adapters.auth.tokens import sign_token
from bpmn_events.domain.principal import Permission

SECRET = b"a secret of the tests, at least 32 bytes long"


def token(
    permissions: Collection[str] = tuple(Permission), lanes: Collection[str] = ("*",), subject: str = "ada"
) -> str:
    """Return a token that is valid for an hour, longer than all tests take."""
    return sign_token(SECRET, subject=subject, permissions=permissions, lanes=lanes, expires_in=timedelta(hours=1))
