"""Authentication by Authorization headers."""

import pytest

from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.principal import Principal
from bpmn_events.web.http.authentication import authenticate_header

ADA = Principal("ada", frozenset(), frozenset())


class OneToken:
    """A verifier that accepts only the token ``good``."""

    async def authenticate(self, bearer: str) -> Principal:
        if bearer != "good":
            raise BadCredential(f"{bearer} is unknown")
        return ADA


async def test_without_a_header_there_is_no_caller() -> None:
    assert await authenticate_header([], OneToken()) is None


@pytest.mark.parametrize("value", ["Bearer good", "bearer good", "BEARER   good ", " Bearer good"])
async def test_bearer_token_names_its_principal(value: str) -> None:
    assert await authenticate_header([value], OneToken()) is ADA


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([""], "must have the form"),
        (["good"], "must have the form"),
        (["Basic good"], "must have the form"),
        (["Bearergood"], "must have the form"),
        (["Bearer"], "has no token"),
        (["Bearer  "], "has no token"),
        (["Bearer bad"], "bad is unknown"),
        (["Bearer good", "Bearer good"], "several Authorization headers"),
    ],
)
async def test_any_other_header_is_a_bad_credential(values: list[str], reason: str) -> None:
    with pytest.raises(BadCredential, match=reason):
        await authenticate_header(values, OneToken())
