"""Start of instances by request: the variable for the caller who starts the process."""

from bpmn_events.application.commands.trigger_message import TriggerMessage
from tests.contract.host.stage import Stage

STARTED_BY = """
start > Work > end
start: startEvent camunda:initiator=starter
ordered: startEvent message=order camunda:initiator=starter
ordered > Work
Work: userTask
"""


async def test_the_initiator_is_the_subject_of_the_caller(stage: Stage) -> None:
    await stage.deploy(STARTED_BY)
    outcome = await stage.start(payload={"x": 1})
    assert outcome.process_instance.variables == {"x": 1, "starter": "ada"}


async def test_a_payload_cannot_name_another_initiator(stage: Stage) -> None:
    await stage.deploy(STARTED_BY)
    outcome = await stage.start(payload={"starter": "bob"})
    assert outcome.process_instance.variables == {"starter": "ada"}


async def test_the_initiator_of_a_process_that_a_message_starts(stage: Stage) -> None:
    await stage.deploy(STARTED_BY)
    await stage.host.trigger_message(stage.submitted(TriggerMessage("order", correlation_id=stage.case)))
    assert [each.variables for each in await stage.instances()] == [{"starter": "ada"}]
