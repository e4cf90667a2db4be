"""Setup of a server process: its log, its tracer and its garbage collector."""

import gc
import logging
from importlib import import_module

from starlette.applications import Starlette

from bpmn_events.adapters.logs.server_log import open_log
from bpmn_events.application.audit import AuditLog
from bpmn_events.application.ports.event_log import EventLog
from bpmn_events.application.ports.tracing import Tracer
from bpmn_events.application.telemetry import Telemetry
from bpmn_events.bootstrap import build_asgi, open_cells
from bpmn_events.config import InvalidSettings, Settings
from bpmn_events.settings.prefix import PREFIX

_GC_THRESHOLD = 20_000


def build_server(settings: Settings, *, demo: bool = False, is_migrated: bool = False) -> Starlette:
    """Return the application of this process, with its log, its metrics and its traces.

    Raises:
        InvalidSettings: As ``build_asgi`` and ``open_tracer``.
        OSError: A folder or file in the settings cannot be used.
    """
    return build_asgi(
        settings,
        demo=demo,
        is_migrated=is_migrated,
        on_ready=tune_garbage_collector,
        telemetry=open_telemetry(settings),
    )


def open_telemetry(settings: Settings) -> Telemetry:
    """Return what reports about this process, and send all messages to its log.

    Raises:
        InvalidSettings: As ``open_tracer``.
        OSError: The folder for the metrics cannot be used.
    """
    event_log = configure_logging(settings)
    return Telemetry(
        open_cells(settings),
        access_log=event_log if settings.access_log else None,
        audit_log=AuditLog(event_log) if event_log is not None and settings.audit_log else None,
        tracer=open_tracer(settings),
    )


def configure_logging(settings: Settings) -> EventLog | None:
    """Log everything to stderr. Return the log of requests and commands, or None if the level leaves it out."""
    event_log = open_log(settings.log_format, settings.log_level)
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)  # it logs every plugin, and there are none
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every request
    logging.getLogger("bpmn_events.websockets").setLevel(logging.WARNING)  # uvicorn and websockets log each connection
    return event_log if logging.getLogger().isEnabledFor(logging.INFO) else None


def open_tracer(settings: Settings) -> Tracer | None:
    """Return the tracer of this process, or None if tracing is off.

    Raises:
        InvalidSettings: OpenTelemetry is not installed, or refuses one of its own environment variables.
    """
    if not settings.tracing:
        return None
    try:
        tracer: Tracer = import_module("bpmn_events.adapters.tracing.setup").open_tracer()
    except ModuleNotFoundError as error:
        extra = "the extra otel: install bpmn-events[otel]"
        raise InvalidSettings(f"{PREFIX}TRACING needs {extra} ({error})") from None
    except ValueError as error:
        raise InvalidSettings(f"OpenTelemetry cannot use its environment variables: {error}") from None
    return tracer


def tune_garbage_collector() -> None:
    """Exclude the objects of the startup from garbage collection, and collect less often.

    Modules and schema are more than 100,000 objects that live as long as the process. A collection that scans them
    blocks all requests. The next older generation is collected often, so that it is small.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD, 5, 20)
