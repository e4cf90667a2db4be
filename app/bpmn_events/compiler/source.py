"""Python source text in the making, with the objects it refers to.

The text holds no values, neither of a request nor of a document: of a document only names, which are identifiers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Text:
    """Lines of one function."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._depth = 0

    def line(self, text: str) -> None:
        self.lines.append(" " * self._depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Begin a compound statement; what is written meanwhile is inside it."""
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1


class Source:
    """Functions that are compiled together."""

    def __init__(self, **names: Any) -> None:
        self._names = names
        self._known: dict[int, str] = {}
        self._functions: list[Text] = []

    def name(self, stem: str, value: Any) -> str:
        """Return a name that stands for this object in the text."""
        name = self._known.get(id(value))
        if name is None:
            name = self._known[id(value)] = self.free_name(stem)
            self._names[name] = value
        return name

    def free_name(self, stem: str) -> str:
        """Return a new name for a function of the text."""
        name = f"{stem}_{len(self._names)}"
        self._names[name] = None
        return name

    def add(self, function: Text) -> None:
        self._functions.append(function)

    def run(self) -> dict[str, Any]:
        """Compile the text and return everything that was named, the functions of the text included."""
        text = "\n".join(line for function in self._functions for line in function.lines)
        exec(compile(text, "<compiled GraphQL operation>", "exec"), self._names)
        return self._names
