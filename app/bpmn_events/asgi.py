"""The application factories for workers and ASGI servers.

An example is ``uvicorn --factory bpmn_events.asgi:create_app``.
"""

from starlette.applications import Starlette
from starlette.types import ASGIApp

from bpmn_events.bootstrap import build_asgi
from bpmn_events.config import Settings, load_settings
from bpmn_events.failures import failure_reason
from bpmn_events.server_process import configure_logging, tune_garbage_collector
from bpmn_events.start_report import FailedStart, StartReport


def create_app() -> ASGIApp:
    """Return the application of one server process, built from the settings in its environment.

    If it cannot be built, the ASGI server gets the reason in one line when it starts the application.
    """
    settings = None
    try:
        settings = load_settings()
        configure_logging(settings)
        application = build_asgi(settings, on_ready=tune_garbage_collector)
    except Exception as error:
        reason = failure_reason(error, settings)
        if reason is None:
            raise
        return FailedStart(reason)
    return StartReport(application, settings)


def create_worker(settings: Settings) -> Starlette:
    """Return the application of one worker of ``bpmn-events serve``, which has migrated the database.

    Raises:
        InvalidSettings, WeakSecret, OSError: As ``build_asgi``.
    """
    configure_logging(settings)
    return build_asgi(settings, is_migrated=True, on_ready=tune_garbage_collector)
