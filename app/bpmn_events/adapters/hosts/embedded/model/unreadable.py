"""A stand-in for a stored model that can no longer be read at all."""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.domain.errors import ProcessFailed


class _Unreadable(Mapping[Any, Any]):
    """A mapping whose every use raises ``ProcessFailed``."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def __getitem__(self, key: Any) -> NoReturn:
        raise ProcessFailed(self._reason)

    def __iter__(self) -> Iterator[Any]:
        raise ProcessFailed(self._reason)

    def __len__(self) -> NoReturn:
        raise ProcessFailed(self._reason)


def unreadable_model(key: str, reason: str) -> ProcessGraph:
    """Return a model of which every use raises ``ProcessFailed``, so that other instances are not affected.

    It has no correlation keys, so messages look for their receivers elsewhere.
    """
    nothing = _Unreadable(f"its process model {key!r} cannot be read: {reason}")
    return ProcessGraph(
        key=key,
        name=None,
        nodes=nothing,
        scopes=nothing,
        catch_elements=nothing,
        start_elements=nothing,
        task_elements=nothing,
    )
