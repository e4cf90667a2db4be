"""Send a signal from outside to all its receivers: waiting events, and start events of new instances."""

from dataclasses import dataclass
from typing import ClassVar

from bpmn_events.application.commands.trigger_by_name import TriggerByName


@dataclass(frozen=True, slots=True)
class TriggerSignal(TriggerByName):
    """Send the signal ``name`` to all its receivers."""

    operation: ClassVar[str] = "trigger_signal"
