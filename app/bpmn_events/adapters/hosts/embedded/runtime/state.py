"""State of an execution: its tokens, waiting events and open tasks, without history.

The stored form is MessagePack of these structures as arrays. It excludes the model, which is compiled again from the
BPMN file of the instance's version. ``FORMAT`` is the version of this form; every earlier version stays readable.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from bpmn_events.adapters.hosts.embedded.model.timers.schedules import Schedule
from bpmn_events.adapters.hosts.embedded.steps import TaskWait, Wait
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.instants import instant, microseconds

FORMAT = 2


class WaitState(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """A waiting event.

    Attributes:
        since: The instant at which it began to wait, in microseconds since 1970.
        due: The instant at which its timer is due, in microseconds since 1970; None without a timer.
        remaining: The number of due times after the next one; None for no limit.
        interval: The ISO 8601 duration between two due times of a cycle; None without a cycle.
        keys: The correlation key values that a message must have to trigger it.
        held: True if its condition was true when last evaluated. It must become false before it can trigger again.
        name: The computed name of its message or signal; None if the model fixes the name.
        anchor, place, number: Those of the schedule of a cycle, the anchor in microseconds since 1970.
    """

    id: str
    element: str
    since: int
    due: int | None = None
    remaining: int | None = 0
    interval: str | None = None
    keys: dict[str, str] = {}
    held: bool = False
    name: str | None = None
    anchor: int | None = None
    place: str | None = None
    number: int = 0

    @classmethod
    def create(cls, wait_id: str, element: str, now: datetime, schedule: Schedule | None) -> "WaitState":
        if schedule is None:
            return cls(wait_id, element, microseconds(now))
        wait = cls(
            wait_id, element, microseconds(now), microseconds(schedule.due), schedule.remaining, schedule.interval
        )
        if schedule.anchor is not None:
            wait.anchor, wait.place, wait.number = microseconds(schedule.anchor), schedule.place, schedule.number
        return wait

    def schedule(self) -> Schedule | None:
        if self.due is None:
            return None
        anchor = None if self.anchor is None else instant(self.anchor)
        return Schedule(instant(self.due), self.remaining, self.interval, anchor, self.place, self.number)

    def to_wait(self, instance_id: str) -> Wait:
        due = None if self.due is None else instant(self.due)
        return Wait(self.id, instance_id, self.element, instant(self.since), due, self.keys, self.name)


class LoopState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A running loop or multi-instance activity.

    Attributes:
        total: The number of occurrences of a multi-instance activity; None for a standard loop.
        begun: The number of occurrences that have begun.
        done: The number of occurrences that have completed.
        items: The remaining items of the collection, the next one last.
        results: The collected outputs in the order of the items, one per occurrence; None if none are collected.
    """

    total: int | None = None
    begun: int = 0
    done: int = 0
    items: list[Any] = []
    results: list[Any] | None = None


class TokenState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A token at a node.

    Attributes:
        waits: The events it waits for.
        scope: The id of the scope of the subprocess or loop that it owns.
        called: The id of the process instance that its call activity started.
        task: The id of its open task.
        since: The instant at which the task was opened, in microseconds since 1970.
        local: The local variables of its activity.
        number: The number of the occurrence in a loop, from 1; 0 outside of loops.
        loop: The state of the loop that it owns.
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


class CompletionState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A completed activity that can be compensated.

    Attributes:
        element: The id of the activity.
        began: The id of its token: the value of the counter of the execution when it began.
        ended: The value of the counter when it completed.
        local: Its local variables when it completed.
        inner: The completed activities inside of a subprocess.
    """

    element: str
    began: int
    ended: int
    local: dict[str, Any] | None = None
    inner: list["CompletionState"] = []


class ScopeState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A running process, subprocess, loop or compensation. The tokens of a loop are its occurrences.

    Attributes:
        element: The id of the subprocess or loop element; None for the process itself.
        parent: The id of the scope around it.
        owner: The id of the token in that scope that owns it.
        joins: The number of tokens that have arrived at joining gateways, by gateway and sequence flow.
        waits: The waiting start events of its event subprocesses.
        completed: The completed activities that can be compensated, in the order of their completion.
        pending: The activities that a compensation has still to compensate, in the order of their completion; None if
            the scope is no compensation.
    """

    id: int
    element: str | None = None
    parent: int | None = None
    owner: int | None = None
    tokens: dict[int, TokenState] = {}
    joins: dict[str, dict[str, int]] = {}
    waits: list[WaitState] = []
    is_loop: bool = False
    completed: list[CompletionState] = []
    pending: list[CompletionState] | None = None


class InstanceState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A running process instance.

    Attributes:
        scopes: Its scopes by id, in the order in which they began.
        parent: The id of the calling instance; None for the root instance.
        caller_scope: The id of the scope of the call activity.
        caller: The id of the token at the call activity.
        keys: The values of its correlation keys.
    """

    id: str
    model_id: str
    scopes: dict[int, ScopeState] = {}
    parent: str | None = None
    caller_scope: int | None = None
    caller: int | None = None
    keys: dict[str, str] = {}


class ExecutionState(msgspec.Struct, array_like=True):
    """A root instance, listed first, with every instance it called. ``counter`` is the last token or scope id."""

    counter: int
    instances: list[InstanceState]

    def waits(self) -> Iterator[Wait]:
        """Yield every waiting event, by instance and scope."""
        for instance in self.instances:
            for scope in instance.scopes.values():
                for wait in scope.waits:
                    yield wait.to_wait(instance.id)
                for token in scope.tokens.values():
                    for wait in token.waits:
                        yield wait.to_wait(instance.id)

    def tasks(self) -> Iterator[TaskWait]:
        """Yield every open task by instance and scope, oldest first within a scope."""
        for instance in self.instances:
            for scope in instance.scopes.values():
                for token in scope.tokens.values():
                    if token.task is not None:
                        yield token.to_task(instance.id)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ExecutionState)

# The decoder of each format that was ever stored. A new format gets the next number: ``FORMAT`` becomes that number,
# and the decoder of the format before it returns its states in the new structures.
# A format that only adds fields at the end of a structure shares the decoder: missing fields have their defaults.
_DECODERS: Mapping[int, Callable[[bytes], ExecutionState]] = {1: _decoder.decode, 2: _decoder.decode}


def encode(state: ExecutionState) -> bytes:
    """Return the stored form of the state, in the current format."""
    return _encoder.encode(state)


def decode(data: bytes, format_number: int) -> ExecutionState:
    """Return the state from its stored form, in the current or an earlier format.

    Raises:
        ProcessFailed: A newer version of the engine has stored the state.
    """
    decoder = _DECODERS.get(format_number)
    if decoder is None:
        raise ProcessFailed(
            f"a newer version of the server has stored its state (format {format_number}, this version reads up to "
            f"{FORMAT})"
        )
    return decoder(data)
