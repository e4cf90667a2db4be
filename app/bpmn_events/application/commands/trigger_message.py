"""Send a message from outside to its one receiver: a waiting event, or the start event of a new instance."""

from dataclasses import dataclass
from typing import ClassVar

from bpmn_events.application.commands.trigger_by_name import TriggerByName


@dataclass(frozen=True, slots=True)
class TriggerMessage(TriggerByName):
    """Send the message ``name`` to exactly one receiver."""

    operation: ClassVar[str] = "trigger_message"
