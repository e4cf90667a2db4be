"""The state of an execution: what it waits for now, and nothing of its past.

The stored form is MessagePack of these structures as arrays, without the model: that is rebuilt from the BPMN text of
the instance's version. ``FORMAT`` counts the versions of this form; every earlier one stays readable.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from app.adapters.engines.embedded.timers import Schedule
from app.application.pages import instant, microseconds
from app.application.ports import Wait

FORMAT = 1


class WaitState(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """A waiting event; ``since`` and ``due`` in microseconds since 1970, ``remaining`` and ``interval`` of a cycle."""

    id: str
    element: str
    since: int
    due: int | None = None
    remaining: int | None = 0
    interval: str | None = None

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
        return Wait(self.id, instance_id, self.element, instant(self.since), due)


class TokenState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A token that rests at a node: with the events it waits for, the subprocess it owns, or the instance it called."""

    id: int
    node: str
    waits: list[WaitState] = []
    scope: int | None = None
    called: str | None = None


class ScopeState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A running process or subprocess. ``element`` is None for the process itself, ``owner`` the token in the scope
    around it. ``joins`` counts the tokens that arrived at joining gateways, by gateway and flow. ``waits`` are the
    starts of its event subprocesses.
    """

    id: int
    element: str | None = None
    parent: int | None = None
    owner: int | None = None
    tokens: list[TokenState] = []
    joins: dict[str, dict[str, int]] = {}
    waits: list[WaitState] = []


class InstanceState(msgspec.Struct, array_like=True, omit_defaults=True):
    """A running process instance; ``parent`` and ``caller`` are the instance, scope and token of the call activity."""

    id: str
    model_id: str
    scopes: list[ScopeState]
    parent: str | None = None
    caller_scope: int | None = None
    caller: int | None = None


class ExecutionState(msgspec.Struct, array_like=True):
    """A root instance (the first) with everything it called. ``counter`` numbers tokens and scopes."""

    counter: int
    instances: list[InstanceState]

    def waits(self) -> Iterator[Wait]:
        """All that waits, oldest first within each place."""
        for instance in self.instances:
            for scope in instance.scopes:
                for wait in scope.waits:
                    yield wait.to_wait(instance.id)
                for token in scope.tokens:
                    for wait in token.waits:
                        yield wait.to_wait(instance.id)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ExecutionState)


def encode(state: ExecutionState) -> bytes:
    return _encoder.encode(state)


def decode(data: bytes, format_number: int) -> ExecutionState:
    """Raises ``ValueError`` for a format newer than this engine."""
    if format_number != FORMAT:
        raise ValueError(f"engine state format {format_number} is not readable by this version")
    return _decoder.decode(data)
