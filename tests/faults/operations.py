"""Every command that changes processes, as a GraphQL mutation on a case, with the counter that counts its effects."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.faults.cases import Case
from tests.faults.models import ZEROS, extra_model

Arguments = Callable[[Case, dict[str, str]], dict[str, Any]]

_CONFLICT = "... on ConflictError { retryable } "
_ERROR = "... on EngineUnavailableError { outcomeUnknown } ... on Error { code message }"


@dataclass(frozen=True)
class Operation:
    """A command.

    Attributes:
        field: the field of the mutation.
        input_type: the type of its input.
        success: the selection of its success type.
        arguments: returns the input for a case and the current ids of its events and tasks, by element.
        counter: the counter that the command increases by one.
        takes_key: whether the input has an idempotency key.
        errors: the selection of its error types.
    """

    name: str
    field: str
    input_type: str
    success: str
    arguments: Arguments
    counter: str
    takes_key: bool = True
    errors: str = _CONFLICT + _ERROR

    @property
    def document(self) -> str:
        return (
            f"mutation($input: {self.input_type}!) {{ {self.field}(input: $input) "
            f"{{ __typename {self.success} {self.errors} }} }}"
        )

    def input(self, case: Case, ids: dict[str, str], key: str | None = None) -> dict[str, Any]:
        """Return the input, with an idempotency key if one is given and the command takes it."""
        arguments = self.arguments(case, ids)
        return {**arguments, "idempotencyKey": key} if key is not None and self.takes_key else arguments

    def __str__(self) -> str:
        return self.name


def _at(element: str, name: str) -> Arguments:
    return lambda case, _ids: {"processModelKey": "work", "correlationId": case.id, name: element}


def _by_id(element: str) -> Arguments:
    return lambda case, ids: {"processModelKey": "work", "correlationId": case.id, "eventId": ids[element]}


def _by_name(name: str) -> Arguments:
    return lambda case, _ids: {"name": name, "correlationId": case.id}


def _error(case: Case, _ids: dict[str, str]) -> dict[str, Any]:
    return {**_at("charge", "externalTaskId")(case, _ids), "errorCode": "DECLINED"}


_TRIGGERED = "... on TriggerEventSuccess { replayed trigger { id } }"
_SENT = "... on TriggerByNameSuccess { replayed triggers { id } }"
_FINISHED = "... on FinishTaskSuccess { replayed }"
_STARTED = "... on StartProcessInstanceSuccess { replayed processInstance { id } }"

START = Operation(
    "start",
    "startProcessInstance",
    "StartProcessInstanceInput",
    _STARTED,
    lambda case, _ids: {"processModelKey": "work", "correlationId": case.id, "payload": ZEROS},
    "instances",
)
TRIGGER = Operation("trigger", "triggerEvent", "TriggerEventInput", _TRIGGERED, _at("again", "eventId"), "again")
TRIGGER_BY_ID = Operation("trigger by id", "triggerEvent", "TriggerEventInput", _TRIGGERED, _by_id("again"), "again")
THROWING_TRIGGER = Operation(
    "trigger that throws a message", "triggerEvent", "TriggerEventInput", _TRIGGERED, _at("go", "eventId"), "going"
)
FINISH_USER_TASK = Operation(
    "finish a user task",
    "finishUserTask",
    "FinishUserTaskInput",
    _FINISHED,
    _at("review", "userTaskId"),
    "reviewed",
)
FINISH_EXTERNAL_TASK = Operation(
    "finish an external task",
    "finishExternalTask",
    "FinishExternalTaskInput",
    _FINISHED,
    _at("charge", "externalTaskId"),
    "charged",
)
THROW_ERROR = Operation("throw an error", "throwBpmnError", "ThrowBpmnErrorInput", _FINISHED, _error, "declined")
MESSAGE = Operation("message", "triggerMessage", "TriggerByNameInput", _SENT, _by_name("again"), "again")
SIGNAL = Operation("signal", "triggerSignal", "TriggerByNameInput", _SENT, _by_name("alarm"), "alarm")
TERMINATE = Operation(
    "terminate",
    "terminateProcessInstance",
    "TerminateProcessInstanceInput",
    "... on TerminateProcessInstanceSuccess { processInstance { id } }",
    lambda case, _ids: {"processInstanceId": case.instance_id},
    "terminated",
    takes_key=False,
)
DEPLOY = Operation(
    "deploy",
    "deployProcessModel",
    "DeployProcessModelInput",
    "... on DeployProcessModelSuccess { processModels { version } }",
    lambda case, _ids: {"bpmnXml": extra_model(case.extra_key)},
    "versions",
    takes_key=False,
    errors=_ERROR,  # its result has no conflicts
)

# The commands whose effects add up if they are repeated.
REPEATABLE = (
    START,
    TRIGGER,
    THROWING_TRIGGER,
    FINISH_USER_TASK,
    FINISH_EXTERNAL_TASK,
    THROW_ERROR,
    MESSAGE,
    SIGNAL,
)
WITH_KEY = (*REPEATABLE, TRIGGER_BY_ID)
ALL = (*WITH_KEY, TERMINATE, DEPLOY)
