"""Notice of the shutdown of a server, for responses that would not end by themselves."""

from collections.abc import Callable

# The name of the ASGI extension.
SHUTDOWN = "bpmn_events.shutdown"


class ShutdownNotice:
    """Calls functions once when the server process begins to shut down, or at once if it has begun already.

    uvicorn waits for running responses before it ends the lifespan, so that is too late for a response without an end.

    Attributes:
        is_given: True from then on.
    """

    def __init__(self) -> None:
        self._callbacks: dict[Callable[[], None], None] = {}
        self.is_given = False

    def add(self, callback: Callable[[], None]) -> None:
        """Call the function at the shutdown."""
        if self.is_given:
            callback()
        else:
            self._callbacks[callback] = None

    def remove(self, callback: Callable[[], None]) -> None:
        """Forget the function, if it is there."""
        self._callbacks.pop(callback, None)

    def give(self) -> None:
        """Call all functions."""
        self.is_given = True
        callbacks, self._callbacks = self._callbacks, {}
        for callback in callbacks:
            callback()
