"""The description of the route for deliveries."""

from http import HTTPStatus

from bpmn_events.application.hooks.outcomes import HookOutcome
from bpmn_events.domain.errors import EngineUnavailable, TooManyRequests
from bpmn_events.web.http.operation import Body, Operation, ResponseDescription
from bpmn_events.web.http.problems import MEDIA_TYPE
from bpmn_events.web.openapi.problems import HTTP_PROBLEM, reference

_MEDIA_TYPES = ("application/json", "application/x-www-form-urlencoded", "text/plain")
_PROBLEMS = {
    401: "The delivery is not signed as it has to be.",
    403: "The hook lacks the permission to start a process.",
    404: "There is no such hook. Or nobody waits for the delivery, if the hook reports this.",
    409: "Several events or start events match, or another delivery had the same id.",
    500: "The process cannot go on, and nothing was changed; or an unexpected error.",
}


def _outcome(description: str, *outcomes: HookOutcome, status: int = 200) -> ResponseDescription:
    members = {"outcome": {"enum": [outcome.value for outcome in outcomes]}}
    schema = {"type": "object", "required": ["outcome"], "properties": members}
    return ResponseDescription(description, schema, status)


OPERATION = Operation(
    "receive_delivery",
    "Receive a webhook of a provider",
    "A file on the server describes each hook: how its deliveries are signed, and which message, signal or event they "
    "become. A delivery that is sent again has no further effect. The reason of a refusal is in the server's log.",
    [
        _outcome(
            "A process has received the delivery, now or before, or the hook ignores deliveries of this kind.",
            HookOutcome.DELIVERED,
            HookOutcome.DUPLICATE,
            HookOutcome.IGNORED,
        ),
        _outcome("Nobody waits for the delivery.", HookOutcome.NOBODY_WAITS, status=HTTPStatus.ACCEPTED),
        *(ResponseDescription(text, reference(HTTP_PROBLEM), status, MEDIA_TYPE) for status, text in _PROBLEMS.items()),
    ],
    body=Body(
        "What the provider sends.",
        {},
        media_types=_MEDIA_TYPES,
    ),
    errors=[TooManyRequests, EngineUnavailable],
    tag="hooks",
)
