"""The application factories for workers and ASGI servers.

An example is ``uvicorn --factory bpmn_events.asgi:create_app``. If an application cannot be built, the ASGI server gets
the reason in one line when it starts the application.
"""

from starlette.types import ASGIApp

from bpmn_events.config import Settings, load_settings
from bpmn_events.failures import failure_reason
from bpmn_events.server_process import build_server
from bpmn_events.start_report import FailedStart, StartReport


def create_app() -> ASGIApp:
    """Return the application of one server process, built from the settings in its environment."""
    try:
        settings = load_settings()
    except Exception as error:
        return _failed(error)
    return _build(settings, is_migrated=False)


def create_worker(settings: Settings) -> ASGIApp:
    """Return the application of one worker of ``bpmn-events serve``, which has migrated the database."""
    return _build(settings, is_migrated=True)


def _build(settings: Settings, *, is_migrated: bool) -> ASGIApp:
    try:
        application = build_server(settings, is_migrated=is_migrated)
    except Exception as error:
        return _failed(error, settings)
    return StartReport(application, settings)


def _failed(error: Exception, settings: Settings | None = None) -> FailedStart:
    """Return an application that reports the error. Raise the error if it is a mistake of this program."""
    reason = failure_reason(error, settings)
    if reason is None:
        raise error
    return FailedStart(reason)
