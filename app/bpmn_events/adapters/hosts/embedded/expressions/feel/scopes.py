"""The names in scope at a place of an expression, as far as its text tells them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel.names import (
    Name,
    Question,
    Sample,
    Samples,
    has_name,
    sample_member,
)


@dataclass(slots=True)
class Frame:
    """Names that a part of an expression defines, and the entries of an item that a filter looks at.

    Attributes:
        names: The names with samples of their values.
        item: A sample of the item; None outside of a filter.
        used: The names that were referred to.
    """

    names: dict[str, Sample | None]
    item: Sample | None = None
    is_filter: bool = False
    used: set[str] = field(default_factory=set)


class Scopes:
    """The frames around a place, from the outermost to the innermost."""

    def __init__(self) -> None:
        self._frames: list[Frame] = []

    @contextmanager
    def names(self, names: Mapping[str, Sample | None]) -> Iterator[Frame]:
        """Define names inside of the block."""
        frame = Frame(dict(names))
        self._frames.append(frame)
        yield frame
        self._frames.pop()

    @contextmanager
    def filter(self, container: Sample | None) -> Iterator[None]:
        """Define ``item`` and the entries of the items inside of the block."""
        self._frames.append(Frame({"item": container}, container, is_filter=True))
        yield
        self._frames.pop()

    def find(self, name: str) -> Frame | None:
        """Return the innermost frame that defines the name, and mark the name as used; None if none does."""
        for frame in reversed(self._frames):
            if name in frame.names:
                frame.used.add(name)
                return frame
        return None

    @property
    def in_filter(self) -> bool:
        """True where a name may be an entry of an item."""
        return any(frame.is_filter for frame in self._frames)

    def longest(self, candidates: tuple[Name, ...]) -> Name | None:
        """Return the longest candidate that a frame defines, or None."""
        return next((name for name in candidates if self.find(name.text) is not None), None)

    def question(self, candidates: tuple[Name, ...]) -> Question:
        """Return the question for the longest candidate among items and variables."""
        items = [frame.item for frame in reversed(self._frames) if frame.item is not None]
        return Question(candidates, (*items, _variables), is_variable=not self.in_filter)

    def sample(self, name: str) -> Sample:
        """Return a sample of the value that a name has here."""
        frame = self.find(name)
        if frame is not None and not frame.is_filter:
            return frame.names[name] or _nothing
        items = [frame.item for frame in reversed(self._frames) if frame.item is not None]

        def sample(samples: Samples) -> Any:
            for item in items:
                found = samples.find(item)
                if has_name(found, name):
                    return sample_member(found, name)
            if frame is not None:
                return samples.find(frame.names[name] or _nothing)
            return samples.variables.get(name)

        return sample


def member_of(container: Sample | None, name: str) -> Sample | None:
    """Return a sample of a member of a value."""
    return None if container is None else lambda samples: sample_member(samples.find(container), name)


def _variables(samples: Samples) -> Any:
    return samples.variables


def _nothing(_samples: Samples) -> Any:
    return None
