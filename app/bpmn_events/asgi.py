"""The application factory for an ASGI server, such as ``uvicorn --factory bpmn_events.asgi:create_app``."""

from starlette.applications import Starlette

from bpmn_events.bootstrap import build_asgi, open_cells
from bpmn_events.config import load_settings
from bpmn_events.server_process import configure_logging, open_tracer, tune_garbage_collector


def create_app() -> Starlette:
    """Return the application of one server process, built from the settings in its environment.

    Raises:
        InvalidSettings, BadDatabaseUrl, WeakSecret, OSError: As ``load_settings`` and ``build_asgi``.
    """
    settings = load_settings()
    event_log = configure_logging(settings)
    return build_asgi(
        settings,
        on_ready=tune_garbage_collector,
        event_log=event_log,
        cells=open_cells(settings),
        tracer=open_tracer(settings),
    )
