"""Send a signal from outside to everybody who waits for it by its name, and start every process that begins with it."""

from dataclasses import dataclass
from typing import ClassVar

from bpmn_events.application.commands.trigger_by_name import TriggerByName


@dataclass(frozen=True, slots=True)
class TriggerSignal(TriggerByName):
    """Send a signal, which is for all."""

    operation: ClassVar[str] = "trigger_signal"
