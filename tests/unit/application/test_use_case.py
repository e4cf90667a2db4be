"""Use cases: what is checked before a host is asked, and what is made of its answer."""

from typing import Any

import pytest

from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.end_task import FINISHED_BY_PEOPLE
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
    DomainError,
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


class Host:
    """Keeps what it was asked, and answers or raises what it was told."""

    def __init__(self, answer: Any = "done") -> None:
        self.answer = answer
        self.asked: list[Submission[Any]] = []

    async def __call__(self, submission: Submission[Any]) -> Any:
        self.asked.append(submission)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def test_a_host_gets_the_command_with_its_caller() -> None:
    host = Host()
    assert await UseCase(host, PayloadLimits())(ADA, EVENT) == "done"
    [submission] = host.asked
    assert (submission.principal, submission.command, submission.key) == (ADA, EVENT, None)


@pytest.mark.parametrize(
    ("command", "permission"),
    [
        (EVENT, Permission.EVENTS_TRIGGER),
        (TriggerMessage("paid"), Permission.EVENTS_TRIGGER),
        (TriggerSignal("alarm"), Permission.EVENTS_TRIGGER),
        (FinishTask("order", "c-1", "Pay", FINISHED_BY_PEOPLE), Permission.EVENTS_TRIGGER),
        (ThrowError("order", "c-1", "Pay", BpmnError("NO")), Permission.EVENTS_TRIGGER),
        (StartInstance("order"), Permission.PROCESSES_START),
        (DeployModel("<definitions/>"), Permission.PROCESSES_DEPLOY),
        (TerminateInstance("pi_1"), Permission.PROCESSES_TERMINATE),
    ],
)
async def test_nobody_is_asked_for_a_caller_who_may_not(command: Any, permission: Permission) -> None:
    host = Host()
    use_case = UseCase(host, PayloadLimits())
    with pytest.raises(Unauthorized):
        await use_case(None, command)
    with pytest.raises(Forbidden, match=permission):
        await use_case(Principal("bob", frozenset(set(Permission) - {permission}), frozenset({"*"})), command)
    assert host.asked == []
    await use_case(Principal("bob", frozenset({permission}), frozenset()), command)
    assert len(host.asked) == 1


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
async def test_nobody_is_asked_for_what_no_request_can_be(command: Any, refusal: type[DomainError]) -> None:
    host = Host()
    with pytest.raises(refusal):
        await UseCase(host, PayloadLimits(max_bytes=100))(ADA, command)
    assert host.asked == []


async def test_of_several_reasons_to_refuse_the_first_in_the_contracts_order_is_raised() -> None:
    """Everything is wrong at first, and mended step by step: credential, permission, key, payload, other arguments."""
    use_case = UseCase(Host(), PayloadLimits())
    nobody, reader = None, Principal("bob", frozenset({Permission.EVENTS_READ}), frozenset({"*"}))
    wrong = {"name": "", "payload": [], "idempotency_key": ""}
    steps: list[tuple[Principal | None, dict[str, Any], type[DomainError], str]] = [
        (nobody, wrong, Unauthorized, "credential"),
        (reader, wrong, Forbidden, "events:trigger"),
        (ADA, wrong, InvalidArgument, "idempotency_key"),
        (ADA, {**wrong, "idempotency_key": "k"}, InvalidPayload, "JSON object"),
        (ADA, {"name": "", "payload": {}, "idempotency_key": "k"}, InvalidArgument, "name"),
    ]
    for principal, arguments, refusal, reason in steps:
        with pytest.raises(refusal, match=reason):
            await use_case(principal, TriggerMessage(**arguments))
    assert await use_case(ADA, TriggerMessage("paid", payload={}, idempotency_key="k")) == "done"


async def test_a_key_is_the_callers_and_the_operations() -> None:
    host = Host()
    use_case = UseCase(host, PayloadLimits())
    await use_case(ADA, TriggerEvent("order", "c-1", "Paid", {"b": 1, "a": 2}, "k"))
    await use_case(ADA, TriggerEvent("order", "c-1", "Paid", {"a": 2, "b": 1}, "k"))
    await use_case(ADA, TriggerEvent("order", "c-1", "Paid", {"a": 2, "b": 2}, "k"))
    first, same, other = host.asked
    assert first.key is not None
    assert (first.key.subject, first.key.operation, first.key.key) == ("ada", "trigger_event", "k")
    assert first.digest == same.digest != other.digest


async def test_what_is_not_there_gets_a_reason() -> None:
    async def why(submission: Submission[TriggerEvent]) -> NotFound:
        return EventNotFound(submission.command.event_id)

    with pytest.raises(EventNotFound, match="'Paid'"):
        await UseCase(Host(TargetNotFound()), PayloadLimits(), explain_not_found=why)(ADA, EVENT)
    with pytest.raises(ProcessFailed):
        await UseCase(Host(ProcessFailed("no")), PayloadLimits(), explain_not_found=why)(ADA, EVENT)


async def test_how_triggers_ended_is_counted() -> None:
    counters = Counters()

    async def why(_submission: Submission[TriggerEvent]) -> NotFound:
        return EventNotFound("Paid")

    for answer in (TargetNotFound(), ProcessFailed("no"), ProcessFailed("no")):
        use_case = UseCase(Host(answer), PayloadLimits(), explain_not_found=why, on_result=counters.count_trigger)
        with pytest.raises(DomainError):
            await use_case(ADA, EVENT)
    with pytest.raises(InvalidArgument):  # asks for nothing that could be done
        await use_case(ADA, TriggerEvent("order", "c-1", "Paid", idempotency_key=""))
    with pytest.raises(Unauthorized):
        await use_case(None, EVENT)
    assert counters.triggers == {"EVENT_NOT_FOUND": 1, "PROCESS_FAILED": 2, "UNAUTHORIZED": 1}
