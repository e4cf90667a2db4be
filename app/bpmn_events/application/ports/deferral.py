"""The deferral of a command to a later transaction."""

from collections.abc import Awaitable, Callable
from enum import Enum, auto


class Turn(Enum):
    """The place of a deferred command among those that wait."""

    RETRY = auto()  # before them; counts as an attempt, because other writers may be first each time
    NEXT = auto()  # before them: the time of the transaction is over, or others have done this part of the work
    ALONE = auto()  # in a transaction of its own, because it takes long


class Deferral(Exception):
    """The command cannot be handled in this transaction, and has changed nothing: run it in a later one.

    A handler or one of its ports raises it, or the handler returns it as the outcome of one of several commands.
    ``wait`` returns when the command can be handled. None means at once, in its ``turn``, in a transaction with other
    locks.
    """

    def __init__(self, wait: Callable[[], Awaitable[object]] | None = None, turn: Turn = Turn.RETRY) -> None:
        super().__init__()
        self.wait = wait
        self.turn = turn
