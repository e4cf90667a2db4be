"""Python source text that is written, compiled and run, with the objects it refers to.

The text contains no values, neither of a request nor of a document. From a document it contains names only, and those
are identifiers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class FunctionSource:
    """The lines of one function."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._depth = 0

    def line(self, text: str) -> None:
        self.lines.append(" " * self._depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Begin a compound statement, and indent the lines that are written until the block ends."""
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1


class ModuleSource:
    """The source of functions that are compiled together, and the names they share."""

    def __init__(self, **names: Any) -> None:
        self._names = names
        self._names_by_id: dict[int, str] = {}
        self._functions: list[FunctionSource] = []

    def name(self, stem: str, value: Any) -> str:
        """Return the name by which the text refers to this object: one name for each object."""
        name = self._names_by_id.get(id(value))
        if name is None:
            name = self._names_by_id[id(value)] = self.new_name(stem)
            self._names[name] = value
        return name

    def new_name(self, stem: str) -> str:
        """Return an unused name for a function of the text."""
        name = f"{stem}_{len(self._names)}"
        self._names[name] = None
        return name

    def add(self, function: FunctionSource) -> None:
        self._functions.append(function)

    def run(self) -> dict[str, Any]:
        """Compile and run the text. Return all names with their objects, including the functions of the text."""
        text = "\n".join(line for function in self._functions for line in function.lines)
        exec(compile(text, "<compiled GraphQL operation>", "exec"), self._names)
        return self._names
