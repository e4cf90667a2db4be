"""The description of the route for deliveries."""

from http import HTTPStatus

from bpmn_events.application.hooks.outcomes import HookOutcome
from bpmn_events.domain.errors import EngineUnavailable, TooManyRequests
from bpmn_events.web.http.operation import Body, JsonSchema, Operation, ResponseDescription
from bpmn_events.web.http.problems import MEDIA_TYPE
from bpmn_events.web.openapi.problems import HTTP_PROBLEM, reference
from bpmn_events.web.rest.hooks.bodies import MEDIA_TYPES

_PROBLEMS = {
    401: "The delivery is not signed as it has to be.",
    403: "The hook lacks the permission to start a process.",
    404: "There is no such hook. Or nobody waits for the delivery, if the hook reports this.",
    409: "Several events or start events match, or another delivery had the same id.",
    500: "The process cannot go on, and nothing was changed; or an unexpected error.",
}
_CHALLENGE = {"type": "object", "required": ["challenge"], "properties": {"challenge": {"type": "string"}}}


def _outcome(*outcomes: HookOutcome) -> JsonSchema:
    members = {"outcome": {"enum": [outcome.value for outcome in outcomes]}}
    return {"type": "object", "required": ["outcome"], "properties": members}


OPERATION = Operation(
    "receive_delivery",
    "Receive a webhook of a provider",
    "A file on the server describes each hook: how its deliveries are signed, and which message, signal or event they "
    "become. A delivery that is sent again has no further effect. The reason of a refusal is in the server's log.",
    [
        ResponseDescription(
            "A process has received the delivery, now or before, or the hook ignores deliveries of this kind. Or the "
            "delivery asked for a challenge, which is the response.",
            {"anyOf": [_outcome(HookOutcome.DELIVERED, HookOutcome.DUPLICATE, HookOutcome.IGNORED), _CHALLENGE]},
        ),
        ResponseDescription("Nobody waits for the delivery.", _outcome(HookOutcome.NOBODY_WAITS), HTTPStatus.ACCEPTED),
        *(ResponseDescription(text, reference(HTTP_PROBLEM), status, MEDIA_TYPE) for status, text in _PROBLEMS.items()),
    ],
    body=Body("The webhook, as the provider sends it. Without a body, it is null.", {}, media_types=MEDIA_TYPES),
    errors=[TooManyRequests, EngineUnavailable],
    tag="hooks",
)
