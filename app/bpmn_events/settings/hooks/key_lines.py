"""The lines of the keys in a TOML file. ``tomllib`` has no lines of keys."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]

# The items of an array with more lines have the line of its key: a search takes as many attempts as there are lines.
_MAX_LINES = 100
# One of these is in the last line of a statement that has several.
_ENDS = ("]", '"""', "'''")


class KeyLines:
    """The lines of the keys and tables in a valid TOML text (TOML 1.0.0).

    An item of an array has the line in which it ends, and any other part of a value that in which the value begins.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[KeyPath, int] = {}
        self._lengths: dict[KeyPath, int] = {}
        table: KeyPath = ()
        for number, statement in _statements(text):
            parsed = tomllib.loads(statement)
            if statement.lstrip().startswith("["):
                table = self._enter(parsed, number)
            else:
                self._add_items(table, parsed, number, statement)
                self._add(table, parsed, number)

    def find(self, path: Sequence[str | int]) -> int:
        """Return the line of the key, or of the nearest table around it. Lines count from 1."""
        for length in range(len(path), 0, -1):
            if (line := self._lines.get(tuple(path[:length]))) is not None:
                return line
        return 1

    def _enter(self, header: Any, number: int) -> KeyPath:
        """Return the path of the table with this header, such as ``{"a": {"b": [{}]}}`` for ``[[a.b]]``."""
        path: KeyPath = ()
        while header:
            if isinstance(header, list):
                index = self._lengths[path] = self._lengths.get(path, -1) + 1
                path, header = (*path, index), header[0]
            else:
                ((name, header),) = header.items()
                if path in self._lengths:
                    path = (*path, self._lengths[path])
                path = (*path, name)
            self._lines.setdefault(path, number)
        return path

    def _add_items(self, path: KeyPath, value: Any, number: int, statement: str) -> None:
        """Add the items of an array, by the first lines of the statement that have them."""
        while isinstance(value, dict) and len(value) == 1:
            ((key, value),) = value.items()
            path = (*path, key)
        lines = statement.split("\n")
        for index in range(1, len(lines)) if isinstance(value, list) and len(lines) <= _MAX_LINES else ():
            for item, member in enumerate(_items("\n".join(lines[:index]))):
                self._lines.setdefault((*path, item), number + index - 1)
                self._add((*path, item), member, number + index - 1)

    def _add(self, path: KeyPath, value: Any, number: int) -> None:
        members: Mapping[Any, Any] = {}
        if isinstance(value, dict):
            members = value
        elif isinstance(value, list):
            members = dict(enumerate(value))
        for key, member in members.items():
            self._lines.setdefault((*path, key), number)
            self._add((*path, key), member, number)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement with the number of its first line. A statement goes on until it is valid by itself."""
    lines: list[str] = []
    first = 1
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if not lines:
            first = number
        lines.append(line)
        statement = "\n".join(lines)
        may_end = len(lines) == 1 or any(end in line for end in _ENDS)
        if may_end and _is_complete(statement):
            if statement.strip() and not statement.lstrip().startswith("#"):
                yield first, statement
            lines.clear()


def _is_complete(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _items(beginning: str) -> list[Any]:
    """Return the items that the first lines of an array have; none if they end within an item."""
    try:
        value = tomllib.loads(f"{beginning}]")
    except tomllib.TOMLDecodeError:
        return []
    while isinstance(value, dict):
        (value,) = value.values()
    return value if isinstance(value, list) else []
