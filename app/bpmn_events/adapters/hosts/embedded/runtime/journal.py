"""What a step changed: which events and tasks came, went, and were triggered by the step itself."""

from bpmn_events.adapters.hosts.embedded.runtime.state import TokenState, WaitState
from bpmn_events.adapters.hosts.embedded.steps import Caught, RejectedReceiver, TaskWait, Thrown, Wait
from bpmn_events.domain.events import JsonObject


class Journal:
    """The difference to before the step: what both came and went in it leaves no trace.

    ``added`` and ``added_tasks`` are ids in the order of adding, as keys of a dict for want of an ordered set.
    """

    def __init__(self) -> None:
        self.caught: list[Caught] = []
        self.thrown: list[Thrown] = []
        self.rejected_receivers: list[RejectedReceiver] = []
        self.cancelled: list[Wait] = []
        self.closed_tasks: list[TaskWait] = []
        self.added: dict[str, None] = {}
        self.added_tasks: dict[str, None] = {}

    def add(self, wait: WaitState) -> None:
        """The event began to wait."""
        self.added[wait.id] = None

    def add_task(self, task_id: str) -> None:
        """The task was opened."""
        self.added_tasks[task_id] = None

    def drop(self, instance_id: str, wait: WaitState) -> None:
        """The event stopped waiting, untriggered."""
        if not _discard(self.added, wait.id):
            self.cancelled.append(wait.to_wait(instance_id))

    def record_triggered(self, wait: WaitState) -> None:
        """The event was triggered from outside."""
        self.added.pop(wait.id, None)

    def record_caught(self, instance_id: str, wait: WaitState, payload: JsonObject | None) -> bool:
        """The event was triggered by the step itself. Return whether it waited before the step."""
        waited_before = not _discard(self.added, wait.id)
        if waited_before:
            self.caught.append(Caught(wait.to_wait(instance_id), payload))
        return waited_before

    def drop_token(self, instance_id: str, token: TokenState) -> None:
        """The token is gone, with what it waited for."""
        for wait in token.waits:
            self.drop(instance_id, wait)
        token.waits.clear()
        self.drop_task(instance_id, token)

    def drop_task(self, instance_id: str, token: TokenState) -> None:
        """The token's task, if it has one, is no longer open."""
        if token.task is not None and not _discard(self.added_tasks, token.task):
            self.closed_tasks.append(token.to_task(instance_id))
        token.task = None


def _discard(added: dict[str, None], identifier: str) -> bool:
    """Remove the id; False if it was not added in this step."""
    if identifier not in added:
        return False
    del added[identifier]
    return True
