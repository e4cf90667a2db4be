"""Sizes of the local variables in the stored form of a state, read without decoding the variables.

The structures have the leading fields of those in ``state``: trailing fields of an array are ignored.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from bpmn_events.adapters.hosts.embedded.runtime.state import ExecutionState, InstanceState

# The first bytes of each value do not count: the ``loopCounter`` of an occurrence, and the numbers of a loop.
_FREE_BYTES = 32


class _Token(msgspec.Struct, array_like=True, gc=False):
    id: msgspec.Raw
    node: msgspec.Raw
    waits: msgspec.Raw = msgspec.Raw()
    scope: msgspec.Raw = msgspec.Raw()
    called: msgspec.Raw = msgspec.Raw()
    task: msgspec.Raw = msgspec.Raw()
    since: msgspec.Raw = msgspec.Raw()
    local: msgspec.Raw = msgspec.Raw()
    number: msgspec.Raw = msgspec.Raw()
    loop: msgspec.Raw = msgspec.Raw()


class _Scope(msgspec.Struct, array_like=True):
    id: msgspec.Raw
    element: msgspec.Raw = msgspec.Raw()
    parent: msgspec.Raw = msgspec.Raw()
    owner: msgspec.Raw = msgspec.Raw()
    tokens: dict[int, _Token] = {}
    joins: msgspec.Raw = msgspec.Raw()
    waits: msgspec.Raw = msgspec.Raw()
    is_loop: msgspec.Raw = msgspec.Raw()
    completed: msgspec.Raw = msgspec.Raw()
    pending: msgspec.Raw = msgspec.Raw()


class _Instance(msgspec.Struct, array_like=True):
    id: str
    model_id: msgspec.Raw
    scopes: dict[int, _Scope] = {}
    parent: msgspec.Raw = msgspec.Raw()
    caller_scope: msgspec.Raw = msgspec.Raw()
    caller: msgspec.Raw = msgspec.Raw()
    keys: msgspec.Raw = msgspec.Raw()


class _Execution(msgspec.Struct, array_like=True):
    counter: msgspec.Raw
    instances: list[_Instance]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Execution)


def local_bytes(data: bytes) -> dict[str, int]:
    """Return the number of bytes that grow with the data of each instance, by id.

    These are local variables, loop items, correlation keys and the completed activities that can be compensated.
    """
    return {instance.id: _instance_bytes(instance) for instance in _decoder.decode(data).instances}


def measure(state: ExecutionState) -> dict[str, int]:
    """Return the same as ``local_bytes`` of the encoded state, in a tenth of the time if it has many tokens."""
    return {instance.id: _measure_instance(instance) for instance in state.instances}


def _instance_bytes(instance: _Instance) -> int:
    total = _counted(memoryview(instance.keys).nbytes)
    for scope in instance.scopes.values():
        total += _counted(memoryview(scope.completed).nbytes) + _counted(memoryview(scope.pending).nbytes)
        for token in scope.tokens.values():
            total += _counted(memoryview(token.local).nbytes) + _counted(memoryview(token.loop).nbytes)
    return total


def _measure_instance(instance: InstanceState) -> int:
    total = _encoded_bytes(instance.keys)
    for scope in instance.scopes.values():
        if scope.completed or scope.pending:
            total += _encoded_bytes(scope.completed) + _encoded_bytes(scope.pending)
        for token in scope.tokens.values():
            if token.local is not None and not _is_counter(token.local):
                total += _encoded_bytes(token.local)
            if token.loop is not None:
                total += _encoded_bytes(token.loop)
    return total


def _is_counter(local: Mapping[str, Any]) -> bool:
    """Return True for the local variables of most occurrences, which are never over the free bytes."""
    return len(local) == 1 and type(local.get("loopCounter")) is int


def _encoded_bytes(value: object) -> int:
    return _counted(len(_encoder.encode(value)))


def _counted(size: int) -> int:
    return max(size - _FREE_BYTES, 0)
