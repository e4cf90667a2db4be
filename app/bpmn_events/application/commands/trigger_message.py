"""Send a message from outside to the one who waits for it by its name, or start the process that begins with it."""

from dataclasses import dataclass
from typing import ClassVar

from bpmn_events.application.commands.trigger_by_name import TriggerByName


@dataclass(frozen=True, slots=True)
class TriggerMessage(TriggerByName):
    """Send a message, which is for exactly one receiver."""

    operation: ClassVar[str] = "trigger_message"
