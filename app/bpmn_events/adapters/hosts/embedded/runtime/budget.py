"""Budget of a step: limits on the work that one step of an execution may do."""

from bpmn_events.adapters.hosts.embedded.model.elements import Node
from bpmn_events.domain.errors import ProcessFailed

MAX_STEPS = 10_000
MAX_OCCURRENCES = 20_000
STEPS_PER_PATH = 20


class Budget:
    """The moves of tokens that are left, here called steps. It stops a process that loops without ever waiting."""

    def __init__(self) -> None:
        self._steps_left = MAX_STEPS
        self._occurrences = 0

    def charge(self, steps: int, node_id: str | None = None) -> None:
        """Charge the steps; raise ``ProcessFailed`` if none are left for them."""
        self._steps_left -= steps
        if self._steps_left < 0:
            raise ProcessFailed("it took too many steps without waiting for anything", node_id)

    def allow_more_steps(self, times: int = 1) -> None:
        """Allow more steps for paths that run in parallel."""
        self._steps_left += STEPS_PER_PATH * times

    def count_occurrences(self, node: Node, number: int) -> None:
        """Allow more steps for each occurrence of a loop; raise ``ProcessFailed`` if there are too many occurrences."""
        self._occurrences += number
        if self._occurrences > MAX_OCCURRENCES:
            raise ProcessFailed(f"more than {MAX_OCCURRENCES} occurrences of loops began at once", node.id)
        self.allow_more_steps(number)
