"""Journal of a step: the waiting events and tasks that it added, removed, or triggered itself."""

from bpmn_events.adapters.hosts.embedded.runtime.state import TokenState, WaitState
from bpmn_events.adapters.hosts.embedded.steps import Caught, RejectedReceiver, TaskWait, Thrown, Wait
from bpmn_events.domain.events import JsonObject


class Journal:
    """The changes of one step. An event or task that the step both adds and removes leaves no trace.

    ``added`` and ``added_tasks`` hold ids in the order of adding; the dicts serve as ordered sets. ``ended`` has the
    ids of all events that stopped waiting.
    """

    def __init__(self) -> None:
        self.caught: list[Caught] = []
        self.thrown: list[Thrown] = []
        self.rejected_receivers: list[RejectedReceiver] = []
        self.cancelled: list[Wait] = []
        self.closed_tasks: list[TaskWait] = []
        self.added: dict[str, None] = {}
        self.added_tasks: dict[str, None] = {}
        self.ended: set[str] = set()

    def add(self, wait: WaitState) -> None:
        """Record that the event began to wait."""
        self.added[wait.id] = None

    def add_task(self, task_id: str) -> None:
        """Record that the task was opened."""
        self.added_tasks[task_id] = None

    def drop(self, instance_id: str, wait: WaitState) -> None:
        """Record that the event stopped waiting without being triggered."""
        self.ended.add(wait.id)
        if not _discard(self.added, wait.id):
            self.cancelled.append(wait.to_wait(instance_id))

    def record_triggered(self, wait: WaitState) -> None:
        """Record that the event was triggered from outside."""
        self.ended.add(wait.id)
        self.added.pop(wait.id, None)

    def record_caught(self, instance_id: str, wait: WaitState, payload: JsonObject | None) -> bool:
        """Record that the step itself triggered the event; return True if it waited before the step."""
        self.ended.add(wait.id)
        waited_before = not _discard(self.added, wait.id)
        if waited_before:
            self.caught.append(Caught(wait.to_wait(instance_id), payload))
        return waited_before

    def drop_token(self, instance_id: str, token: TokenState) -> None:
        """Record that the token is gone, and remove its waiting events and its task."""
        for wait in token.waits:
            self.drop(instance_id, wait)
        token.waits.clear()
        self.drop_task(instance_id, token)

    def drop_task(self, instance_id: str, token: TokenState) -> None:
        """Record that the token's task, if it has one, is no longer open, and remove it."""
        if token.task is not None and not _discard(self.added_tasks, token.task):
            self.closed_tasks.append(token.to_task(instance_id))
        token.task = None


def _discard(added: dict[str, None], identifier: str) -> bool:
    """Remove the id; return False if the step did not add it."""
    if identifier not in added:
        return False
    del added[identifier]
    return True
