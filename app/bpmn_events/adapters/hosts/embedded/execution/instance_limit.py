"""The limit on what a process instance stores: its variables, and the local variables of its scopes."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.hosts.embedded.execution.step_result import StepResult
from bpmn_events.application.ports.transaction import Execution
from bpmn_events.domain.errors import DomainError, ProcessFailed
from bpmn_events.domain.events import JsonObject
from bpmn_events.domain.payload import violation
from bpmn_events.domain.processes import ProcessInstance

DEFAULT_MAX_INSTANCE_BYTES = 1_048_576

# An instance that is over the limit may grow by so much in a step, because a counter gets another digit, for example.
_SLACK_BYTES = 1_024

# A payload may be stored under the name of a variable.
_NAME_BYTES = 64

_SMALL_SHARE = 256


@dataclass(frozen=True, slots=True)
class Cause:
    """The payload that a step began with, and the element that received it; None if there is none."""

    payload: JsonObject | None
    element_id: str | None


class InstanceLimit:
    """Refuses steps that make an instance store too much.

    Variables count as compact JSON, local variables as the engine stores them. An instance may be over the limit since
    an earlier version or setting: a step is refused only if the instance also grows.
    """

    def __init__(self, engine: Engine, max_bytes: int) -> None:
        self._engine = engine
        self._max_bytes = max_bytes

    def is_respected(self, result: StepResult) -> bool:
        """Return True if all instances are certainly within the limit; nearly all are."""
        # The stored state is larger than the local variables in it.
        state_bytes = len(result.step.state or b"")
        room = self._max_bytes - state_bytes
        # Instances that did not change were checked before, and few local variables do not matter.
        is_small = state_bytes <= self._max_bytes // _SMALL_SHARE
        for instance in result.step.instances if is_small else result.instances.values():
            if _json_bytes(instance.variables) > room:
                return False
        return room >= 0

    def check(self, result: StepResult, before: Execution | None, cause: Cause) -> None:
        """Check the instances after a step; ``before`` is None if the step started the execution.

        Raises:
            InvalidPayload: An instance would store too much, and would not without the payload.
            ProcessFailed: An instance would store too much for another reason.
        """
        state = result.step.state or b""
        local_bytes = result.step.local_bytes
        if local_bytes is None:
            local_bytes = self._engine.local_bytes(state) if state else {}
        sizes = _sizes(result.instances, local_bytes)
        too_large = {instance_id: size for instance_id, size in sizes.items() if size > self._max_bytes}
        if too_large:
            self._compare(too_large, self._sizes_before(before), cause)

    def _sizes_before(self, before: Execution | None) -> Mapping[str, int]:
        return {} if before is None else _sizes(before.instances, self._engine.local_bytes(before.state))

    def _compare(self, too_large: Mapping[str, int], sizes_before: Mapping[str, int], cause: Cause) -> None:
        for instance_id, size in too_large.items():
            previous = sizes_before.get(instance_id, 0)
            allowed = self._max_bytes if previous <= self._max_bytes else previous + _SLACK_BYTES
            if size > allowed:
                raise self._refusal(size, allowed, cause)

    def _refusal(self, size: int, allowed: int, cause: Cause) -> DomainError:
        reason = f"the process instance would store {size} bytes of variables; at most {self._max_bytes} are allowed"
        if cause.payload and size - _json_bytes(cause.payload) - _NAME_BYTES <= allowed:
            return violation("", "maxBytes", reason)
        return ProcessFailed(reason, cause.element_id)


def _json_bytes(value: JsonObject) -> int:
    return len(orjson.dumps(value))


def _sizes(instances: Mapping[str, ProcessInstance], local_bytes: Mapping[str, int]) -> dict[str, int]:
    return {key: _json_bytes(instance.variables) + local_bytes.get(key, 0) for key, instance in instances.items()}
