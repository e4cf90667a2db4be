"""What a caller learns from the response to a command, or from its absence."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.faults.cases import Case
from tests.faults.operations import Operation
from tests.system.client import Client

UNAVAILABLE = "ENGINE_UNAVAILABLE"
NO_RESPONSE = "NO_RESPONSE"


@dataclass(frozen=True)
class Answer:
    """The answer to a command.

    Attributes:
        code: the code of the error; None after a success.
        replayed: whether this is the stored answer of an earlier request.
        outcome_unknown: whether the caller cannot know if the command took effect.
        details: the result, or the errors, for messages of failing tests.
    """

    code: str | None
    replayed: bool
    outcome_unknown: bool
    details: Any

    @property
    def succeeded(self) -> bool:
        return self.code is None


async def send(
    client: Client, operation: Operation, case: Case, key: str | None = None, ids: dict[str, str] | None = None
) -> Answer:
    """Send a command and return its answer. Without ``ids``, read the current ids of the case first."""
    if ids is None:
        ids = (await case.view(client)).ids
    arguments = operation.input(case, ids, key)
    try:
        response = await client.http.post(
            "/graphql", json={"query": operation.document, "variables": {"input": arguments}}
        )
    except httpx.TransportError as error:
        return Answer(NO_RESPONSE, False, True, repr(error))
    return parse_answer(response)


def parse_answer(response: httpx.Response) -> Answer:
    """Return the answer in a response of the GraphQL endpoint."""
    body = response.json()
    if "errors" in body:
        return Answer(body["errors"][0]["extensions"]["code"], False, False, body)
    if "data" not in body:
        return Answer(str(body.get("code", response.status_code)), False, False, body)
    (result,) = body["data"].values()
    return Answer(result.get("code"), result.get("replayed", False), result.get("outcomeUnknown", False), result)
