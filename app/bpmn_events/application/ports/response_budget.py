"""The budget of one response in bytes: what is read for it, and what it contains.

A reader of large columns charges the budget before it reads them, so a response that is too large never is in memory.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

DEFAULT_MAX_RESPONSE_BYTES = 33_554_432


class ResponseTooLarge(Exception):
    """The response would be larger than the server sends. ``code`` is its code in every API."""

    code = "RESPONSE_TOO_LARGE"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            f"The response would be larger than the {max_bytes} bytes that this server sends: request smaller pages or "
            "fewer fields. Changes that the request has made are not undone."
        )


class ResponseBudget:
    """The bytes that one response may have.

    Args:
        max_bytes: The limit for what is read and, apart from that, for what is answered.
        fields: The names of the fields that the response may contain; large columns of others are not read.
    """

    def __init__(self, max_bytes: int = DEFAULT_MAX_RESPONSE_BYTES, fields: Collection[str] = ()) -> None:
        self.max_bytes = max_bytes
        self._fields = fields
        self._read_left = self._answer_left = max_bytes

    @property
    def is_exceeded(self) -> bool:
        """True if a charge was refused."""
        return min(self._read_left, self._answer_left) < 0

    def selects(self, field: str) -> bool:
        """Return True if the response may contain the field.

        Only the name counts: a field of this name that another object has, or that a directive such as
        ``@include(if: false)`` leaves out, is read and charged as well.
        """
        return field in self._fields

    def charge_read(self, size: int) -> None:
        """Charge the bytes of columns that are about to be read.

        Raises:
            ResponseTooLarge: The budget is exceeded.
        """
        self._read_left -= size
        self._check()

    def charge_answer(self, size: int) -> None:
        """Charge bytes of the response.

        Raises:
            ResponseTooLarge: The budget is exceeded.
        """
        self._answer_left -= size
        self._check()

    def _check(self) -> None:
        if self.is_exceeded:
            raise ResponseTooLarge(self.max_bytes)


_current: ContextVar[ResponseBudget | None] = ContextVar("response_budget", default=None)


def current_budget() -> ResponseBudget | None:
    """Return the budget of the current request; None if its response has no limit or reads no lists."""
    return _current.get()


@contextmanager
def response_budget(budget: ResponseBudget | None) -> Iterator[None]:
    """Make this the budget of everything that is read in the block; None for what is not read for the response."""
    token = _current.set(budget)
    try:
        yield
    finally:
        _current.reset(token)
