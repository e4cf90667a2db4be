"""How much one advance of an execution may do."""

from bpmn_events.adapters.hosts.embedded.model.elements import Node
from bpmn_events.domain.errors import ProcessFailed

MAX_STEPS = 10_000
MAX_OCCURRENCES = 20_000
STEPS_PER_PATH = 20


class Budget:
    """The steps that are left: a process that goes round in a circle comes to an end."""

    def __init__(self) -> None:
        self._steps_left = MAX_STEPS
        self._occurrences = 0

    def charge(self, steps: int, node_id: str | None = None) -> None:
        """Count what was done. Raise ``ProcessFailed`` if that is more than one advance may do."""
        self._steps_left -= steps
        if self._steps_left < 0:
            raise ProcessFailed("it took too many steps without waiting for anything", node_id)

    def allow_more_steps(self, times: int = 1) -> None:
        """Allow for paths that run beside the others."""
        self._steps_left += STEPS_PER_PATH * times

    def count_occurrences(self, node: Node, number: int) -> None:
        """Allow some more steps for each occurrence of a loop. Raise ``ProcessFailed`` if there are too many."""
        self._occurrences += number
        if self._occurrences > MAX_OCCURRENCES:
            raise ProcessFailed(f"more than {MAX_OCCURRENCES} occurrences of loops began at once", node.id)
        self.allow_more_steps(number)
