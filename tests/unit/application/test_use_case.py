"""The use case of a command: its checks before the process host gets the command, and its handling of the result."""

from dataclasses import replace
from typing import Any

import pytest

from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.end_task import PERSON_TASK_TYPES
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.counters import Counters
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain.errors import (
    Conflict,
    DomainError,
    EventAmbiguous,
    EventNotFound,
    Forbidden,
    InvalidArgument,
    InvalidPayload,
    NotFound,
    ProcessFailed,
    Unauthorized,
)
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.tasks import BpmnError

ADA = Principal("ada", frozenset(Permission), frozenset({"*"}))
EVENT = TriggerEvent("order", "c-1", "Paid")


class FakeHost:
    """A process host that records submissions, and returns or raises its ``result``."""

    def __init__(self, result: Any = "done") -> None:
        self.result = result
        self.submissions: list[Submission[Any]] = []

    async def __call__(self, submission: Submission[Any]) -> Any:
        self.submissions.append(submission)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


async def test_the_host_gets_the_command_with_its_principal() -> None:
    host = FakeHost()
    assert await UseCase(host, PayloadLimits())(ADA, EVENT) == "done"
    [submission] = host.submissions
    assert (submission.principal, submission.command, submission.key) == (ADA, EVENT, None)


@pytest.mark.parametrize(
    ("command", "permission"),
    [
        (EVENT, Permission.EVENTS_TRIGGER),
        (TriggerMessage("paid"), Permission.EVENTS_TRIGGER),
        (TriggerSignal("alarm"), Permission.EVENTS_TRIGGER),
        (FinishTask("order", "c-1", "Pay", PERSON_TASK_TYPES), Permission.EVENTS_TRIGGER),
        (ThrowError("order", "c-1", "Pay", BpmnError("NO")), Permission.EVENTS_TRIGGER),
        (StartInstance("order"), Permission.PROCESSES_START),
        (DeployModel("<definitions/>"), Permission.PROCESSES_DEPLOY),
        (TerminateInstance("pi_1"), Permission.PROCESSES_TERMINATE),
    ],
)
async def test_the_host_gets_no_command_without_the_permission(command: Any, permission: Permission) -> None:
    host = FakeHost()
    use_case = UseCase(host, PayloadLimits())
    with pytest.raises(Unauthorized):
        await use_case(None, command)
    with pytest.raises(Forbidden, match=permission):
        await use_case(Principal("bob", frozenset(set(Permission) - {permission}), frozenset({"*"})), command)
    assert host.submissions == []
    await use_case(Principal("bob", frozenset({permission}), frozenset()), command)
    assert len(host.submissions) == 1


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (TriggerEvent("order", "c-1", "Paid", []), InvalidPayload),
        (TriggerEvent("order", "c-1", "Paid", {"a": "x" * 200}), InvalidPayload),
        (TriggerEvent("order", "c-1", "Paid", idempotency_key=""), InvalidArgument),
        (StartInstance("order", "\x00"), InvalidArgument),
        (TriggerMessage(""), InvalidArgument),
        (ThrowError("order", "c-1", "Pay", BpmnError("")), InvalidArgument),
        (ThrowError("order", "c-1", "Pay", BpmnError("NO"), {"a": float("nan")}), InvalidPayload),
        (TerminateInstance("pi_1", "x" * 2001), InvalidArgument),
    ],
)
async def test_the_host_gets_no_malformed_command(command: Any, refusal: type[DomainError]) -> None:
    host = FakeHost()
    with pytest.raises(refusal):
        await UseCase(host, PayloadLimits(max_bytes=100))(ADA, command)
    assert host.submissions == []


async def test_the_first_failing_check_in_the_order_of_the_contract_decides() -> None:
    """Each step corrects one more fault: credential, permission, key, payload, other arguments."""
    use_case = UseCase(FakeHost(), PayloadLimits())
    anonymous, reader = None, Principal("bob", frozenset({Permission.EVENTS_READ}), frozenset({"*"}))
    wrong = {"name": "", "payload": [], "idempotency_key": ""}
    steps: list[tuple[Principal | None, dict[str, Any], type[DomainError], str]] = [
        (anonymous, wrong, Unauthorized, "credential"),
        (reader, wrong, Forbidden, "events:trigger"),
        (ADA, wrong, InvalidArgument, "idempotency_key"),
        (ADA, {**wrong, "idempotency_key": "k"}, InvalidPayload, "JSON object"),
        (ADA, {"name": "", "payload": {}, "idempotency_key": "k"}, InvalidArgument, "name"),
    ]
    for principal, arguments, refusal, reason in steps:
        with pytest.raises(refusal, match=reason):
            await use_case(principal, TriggerMessage(**arguments))
    assert await use_case(ADA, TriggerMessage("paid", payload={}, idempotency_key="k")) == "done"


async def test_a_key_belongs_to_its_caller_and_operation() -> None:
    host = FakeHost()
    use_case = UseCase(host, PayloadLimits())
    await use_case(ADA, TriggerEvent("order", "c-1", "Paid", {"b": 1, "a": 2}, "k"))
    await use_case(ADA, TriggerEvent("order", "c-1", "Paid", {"a": 2, "b": 1}, "k"))
    await use_case(ADA, TriggerEvent("order", "c-1", "Paid", {"a": 2, "b": 2}, "k"))
    first, same, other = host.submissions
    assert first.key is not None
    assert (first.key.subject, first.key.operation, first.key.key) == ("ada", "trigger_event", "k")
    assert first.digest == same.digest != other.digest


async def test_a_missing_target_gets_a_reason() -> None:
    async def explain(submission: Submission[TriggerEvent]) -> NotFound:
        return EventNotFound(submission.command.event_id)

    with pytest.raises(EventNotFound, match="'Paid'"):
        await UseCase(FakeHost(TargetNotFound()), PayloadLimits(), explain_not_found=explain)(ADA, EVENT)
    with pytest.raises(ProcessFailed):
        await UseCase(FakeHost(ProcessFailed("no")), PayloadLimits(), explain_not_found=explain)(ADA, EVENT)


async def test_a_target_that_exists_by_now_is_tried_again() -> None:
    host = FakeHost(TargetNotFound())

    async def exists_by_now(_submission: Submission[TriggerEvent]) -> None:
        if len(host.submissions) == 3:
            host.result = "done"

    assert await UseCase(host, PayloadLimits(), explain_not_found=exists_by_now)(ADA, EVENT) == "done"
    first, *others = host.submissions
    assert others == [first] * 3


def counted(counters: Counters) -> dict[str, float]:
    """Return the numbers of triggers by outcome."""
    numbers = counters.cells.read()[0].numbers.items()
    return {labels[0]: count for (family, *labels), (count, *_) in numbers if family == "triggers" and count}


async def test_a_caller_that_is_never_first_gets_a_conflict() -> None:
    host, counters = FakeHost(TargetNotFound()), Counters()

    async def exists_by_now(_submission: Submission[TriggerEvent]) -> None:
        return None

    use_case = UseCase(host, PayloadLimits(), explain_not_found=exists_by_now, on_result=counters.count_trigger)
    with pytest.raises(Conflict) as refused:
        await use_case(ADA, EVENT)
    assert refused.value.retryable
    assert (counted(counters), len(host.submissions) > 1) == ({"CONFLICT": 1}, True)


async def test_an_ambiguous_element_gets_the_number_of_its_candidates() -> None:
    async def count(_submission: Submission[TriggerEvent], error: EventAmbiguous) -> EventAmbiguous:
        return replace(error, count=7)

    ambiguous = EventAmbiguous("Paid", ())
    with pytest.raises(EventAmbiguous, match="7 occurrences"):
        await UseCase(FakeHost(ambiguous), PayloadLimits(), count_candidates=count)(ADA, EVENT)
    with pytest.raises(EventAmbiguous, match="0 occurrences"):
        await UseCase(FakeHost(ambiguous), PayloadLimits())(ADA, EVENT)


async def test_results_of_triggers_are_counted() -> None:
    counters = Counters()

    async def explain(_submission: Submission[TriggerEvent]) -> NotFound:
        return EventNotFound("Paid")

    for error in (TargetNotFound(), ProcessFailed("no"), ProcessFailed("no")):
        use_case = UseCase(
            FakeHost(error), PayloadLimits(), explain_not_found=explain, on_result=counters.count_trigger
        )
        with pytest.raises(DomainError):
            await use_case(ADA, EVENT)
    with pytest.raises(InvalidArgument):  # a malformed request is not counted
        await use_case(ADA, TriggerEvent("order", "c-1", "Paid", idempotency_key=""))
    with pytest.raises(Unauthorized):
        await use_case(None, EVENT)
    assert counted(counters) == {"EVENT_NOT_FOUND": 1, "PROCESS_FAILED": 2, "UNAUTHORIZED": 1}
