"""The application factory of one worker of ``bpmn-events serve``, which the parent process hands to it."""

import pickle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from bpmn_events.config import Settings


class WorkerFactory:
    """Builds the application with the settings of the parent process.

    The program is imported when the factory is called. A worker receives the factory before it answers its parent, and
    uvicorn replaces a worker that does not answer within five seconds. On a busy machine the import takes longer.
    """

    def __init__(self, settings: "Settings") -> None:
        self._settings = pickle.dumps(settings)

    def __call__(self) -> "ASGIApp":
        """Return the application."""
        from bpmn_events.asgi import create_worker  # noqa: PLC0415  see the docstring of the class

        return create_worker(pickle.loads(self._settings))
