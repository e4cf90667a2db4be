"""The state of an execution: what it waits for now, and nothing of its past.

The stored form is MessagePack of these structures as arrays, without the model: that is rebuilt from the BPMN text of
the instance's version. ``FORMAT`` counts the versions of this form; every earlier one stays readable.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from bpmn_events.adapters.hosts.embedded.model.timers import Schedule
from bpmn_events.adapters.hosts.embedded.steps import TaskWait, Wait
from bpmn_events.domain.instants import instant, microseconds

FORMAT = 1


class WaitState(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """A waiting event; ``since`` and ``due`` in microseconds since 1970, ``remaining`` and ``interval`` of a cycle.

    ``keys`` are the correlation keys a message for it must have. ``held`` says that its condition was true when it was
    last looked at: it has to become false before it can come true again.
    """

    id: str
    element: str
    since: int
    due: int | None = None
    remaining: int | None = 0
    interval: str | None = None
    keys: dict[str, str] = {}
    held: bool = False

    @classmethod
    def create(cls, wait_id: str, element: str, now: datetime, schedule: Schedule | None) -> "WaitState":
        if schedule is None:
            return cls(wait_id, element, microseconds(now))
        due = microseconds(schedule.due)
        return cls(wait_id, element, microseconds(now), due, schedule.remaining, schedule.interval)

    def schedule(self) -> Schedule | None:
        return None if self.due is None else Schedule(instant(self.due), self.remaining, self.interval)

    def to_wait(self, instance_id: str) -> Wait:
        due = None if self.due is None else instant(self.due)
        return Wait(self.id, instance_id, self.element, instant(self.since), due, self.keys)


class LoopState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A loop that runs. ``total`` is None for a standard loop; ``begun`` and ``done`` count its occurrences.

    ``items`` are those of the collection that are still to come, the next one last. ``results`` are the collected
    outputs, one place per occurrence.
    """

    total: int | None = None
    begun: int = 0
    done: int = 0
    items: list[Any] = []
    results: list[Any] | None = None


class TokenState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A token that rests at a node: with the events it waits for, the subprocess or loop it owns, the instance it
    called, or the open task (begun at ``since``). ``local`` are the variables that only exist within the activity,
    ``number`` counts the occurrences of a loop from 1.
    """

    id: int
    node: str
    waits: list[WaitState] = []
    scope: int | None = None
    called: str | None = None
    task: str | None = None
    since: int = 0
    local: dict[str, Any] | None = None
    number: int = 0
    loop: LoopState | None = None

    def to_task(self, instance_id: str) -> TaskWait:
        return TaskWait(self.task or "", instance_id, self.node, instant(self.since))


class ScopeState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A running process, subprocess, or loop (its tokens are the occurrences). ``element`` is None for the process
    itself, ``owner`` the token in the scope around it. ``joins`` counts the tokens that arrived at joining gateways, by
    gateway and flow. ``waits`` are the starts of its event subprocesses.
    """

    id: int
    element: str | None = None
    parent: int | None = None
    owner: int | None = None
    tokens: dict[int, TokenState] = {}
    joins: dict[str, dict[str, int]] = {}
    waits: list[WaitState] = []
    is_loop: bool = False


class InstanceState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A running process instance; ``parent`` and ``caller`` are the instance, scope and token of the call activity.

    ``scopes`` are in the order they began in, by id. ``keys`` are the values that its correlation keys have.
    """

    id: str
    model_id: str
    scopes: dict[int, ScopeState] = {}
    parent: str | None = None
    caller_scope: int | None = None
    caller: int | None = None
    keys: dict[str, str] = {}


class ExecutionState(msgspec.Struct, array_like=True):
    """A root instance (the first) with everything it called. ``counter`` numbers tokens and scopes."""

    counter: int
    instances: list[InstanceState]

    def waits(self) -> Iterator[Wait]:
        """All that waits, oldest first within each place."""
        for instance in self.instances:
            for scope in instance.scopes.values():
                for wait in scope.waits:
                    yield wait.to_wait(instance.id)
                for token in scope.tokens.values():
                    for wait in token.waits:
                        yield wait.to_wait(instance.id)

    def tasks(self) -> Iterator[TaskWait]:
        """All tasks that are open, oldest first within each place."""
        for instance in self.instances:
            for scope in instance.scopes.values():
                for token in scope.tokens.values():
                    if token.task is not None:
                        yield token.to_task(instance.id)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ExecutionState)


def encode(state: ExecutionState) -> bytes:
    return _encoder.encode(state)


def decode(data: bytes, format_number: int) -> ExecutionState:
    """Raises ``ValueError`` for a format newer than this engine."""
    if format_number != FORMAT:
        raise ValueError(f"engine state format {format_number} is not readable by this version")
    return _decoder.decode(data)
