"""Query parameters: an operation accepts those that it describes; each once, unless it is a list.

An ignored parameter would be dangerous. A misspelled filter reaches another case, and a misspelled dry run is real.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from urllib.parse import unquote_plus

from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.web.http.operation import Parameter

_PAIR = re.compile(rb"[^&]+")
_NOT_UTF8 = "is not percent-encoded UTF-8"
_MIN_SIMILARITY = 0.65
_MAX_LENGTH = 64  # longer names are cut in messages, and similar to no parameter


class InvalidParameter(InvalidArgument):
    """A query parameter of the request is unknown or invalid. ``argument`` is its name in the request."""

    def with_argument(self, argument: str) -> InvalidArgument:
        """Return the error itself: its name is the caller's spelling."""
        return self


class QueryParameters:
    """The query parameters of one operation."""

    def __init__(self, parameters: Sequence[Parameter]) -> None:
        self._known = {parameter.name: parameter for parameter in parameters if parameter.location == "query"}
        self._all = {_spelling(parameter.name): parameter for parameter in parameters}

    def check(self, query: bytes) -> None:
        """Check the query string of a request. The values are left to the handler, except for constants.

        Raises:
            InvalidParameter: A parameter is unknown, occurs twice and is no list, is not the constant that it has to
                be, or is not percent-encoded UTF-8.
        """
        seen: set[str] = set()
        for name, value in _parse(query):
            parameter = self._known.get(name)
            if parameter is None:
                raise InvalidParameter(_shown(name), self._not_offered(name))
            if name in seen and parameter.schema.get("type") != "array":
                raise InvalidParameter(name, "was given more than once")
            if "const" in parameter.schema and value != str(parameter.schema["const"]):
                raise InvalidParameter(name, f"is always {parameter.schema['const']} here")
            seen.add(name)

    def _not_offered(self, name: str) -> str:
        similar = self._similar(name)
        if similar is None:
            *names, last = [*self._known] or [""]
            listed = f"{', '.join(names)} and {last}" if names else last
            return f"is not offered here; the query parameters are {listed}" if listed else "is not offered here"
        if similar.location == "header":
            return f"is not offered here as a query parameter; {similar.name} is a header"
        return f"is not offered here; the nearest query parameter is {similar.name}"

    def _similar(self, name: str) -> Parameter | None:
        """Return the parameter with the most similar name, or None if no name is similar."""
        if len(name) > _MAX_LENGTH:
            return None
        names = get_close_matches(_spelling(name), self._all, 1, _MIN_SIMILARITY)
        return self._all[names[0]] if names else None


def _parse(query: bytes) -> Iterator[tuple[str, str]]:
    """Yield the decoded name and value of each parameter.

    Raises:
        InvalidParameter: A name or value is not percent-encoded UTF-8.
    """
    for pair in _PAIR.finditer(query):
        name, _, value = pair[0].partition(b"=")
        try:
            yield _decode(name), _decode(value)
        except UnicodeDecodeError:
            raise InvalidParameter(_shown(name.decode("latin-1")), _NOT_UTF8) from None


def _decode(text: bytes) -> str:
    return unquote_plus(text.decode("ascii"), errors="strict")


def _spelling(name: str) -> str:
    """Return the name without the differences between ``dry_run``, ``dryRun`` and ``Dry-Run``."""
    return re.sub("[^a-z0-9]", "", name.lower())


def _shown(name: str) -> str:
    """Return the name for a message: cut, and visible if it is empty."""
    if not name:
        return '""'
    return name if len(name) <= _MAX_LENGTH else f"{name[:_MAX_LENGTH]}…"
