"""What a step changed: which events and tasks came, went, and were triggered by the step itself."""

from bpmn_events.adapters.hosts.embedded.runtime.state import TokenState, WaitState
from bpmn_events.application.ports.engine import Caught, PassedOver, TaskWait, Thrown, Wait
from bpmn_events.domain.events import JsonObject


class Journal:
    """The difference to before the step: what both came and went in it leaves no trace."""

    def __init__(self) -> None:
        self.caught: list[Caught] = []
        self.thrown: list[Thrown] = []
        self.passed_over: list[PassedOver] = []
        self.cancelled: list[Wait] = []
        self.gone_tasks: list[TaskWait] = []
        self._added: dict[str, tuple[str, WaitState]] = {}
        self._added_tasks: dict[str, tuple[str, TokenState]] = {}

    @property
    def added(self) -> tuple[Wait, ...]:
        return tuple(wait.to_wait(instance_id) for instance_id, wait in self._added.values())

    @property
    def added_tasks(self) -> tuple[TaskWait, ...]:
        return tuple(token.to_task(instance_id) for instance_id, token in self._added_tasks.values())

    def add(self, instance_id: str, wait: WaitState) -> None:
        self._added[wait.id] = instance_id, wait

    def add_task(self, instance_id: str, token: TokenState) -> None:
        self._added_tasks[token.task or ""] = instance_id, token

    def drop(self, instance_id: str, wait: WaitState) -> None:
        """The event stopped waiting, untriggered."""
        if self._added.pop(wait.id, None) is None:
            self.cancelled.append(wait.to_wait(instance_id))

    def triggered(self, wait: WaitState) -> None:
        """The event was triggered from outside."""
        self._added.pop(wait.id, None)

    def caught_inside(self, instance_id: str, wait: WaitState, payload: JsonObject | None) -> bool:
        """The event was triggered by the step itself. Return whether it waited before the step."""
        waited_before = self._added.pop(wait.id, None) is None
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
        if token.task is not None and self._added_tasks.pop(token.task, None) is None:
            self.gone_tasks.append(token.to_task(instance_id))
        token.task = None
