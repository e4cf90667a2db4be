"""Without a tracer, the composition has the plain parts: no wrapper, no listener and no middleware for tracing."""

from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from starlette.applications import Starlette

from bpmn_events.adapters.tracing.tracer import OpenTelemetryTracer
from bpmn_events.application.background.retention import Retention
from bpmn_events.application.ports.tracing import Tracer
from bpmn_events.application.telemetry import Telemetry
from bpmn_events.application.tracing.background import TimerUseCase, TracedRetention
from bpmn_events.application.tracing.use_case import TracedUseCase
from bpmn_events.application.tracing.writer import TracedWriter
from bpmn_events.application.use_case import UseCase
from bpmn_events.application.writing.writer import Writer
from bpmn_events.bootstrap import build, build_asgi
from bpmn_events.config import Settings, load_settings
from bpmn_events.web.http.observation.middleware import ObservationMiddleware
from bpmn_events.web.http.observation.tracing import TracingMiddleware


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/test.db")


def tracer() -> Tracer:
    return OpenTelemetryTracer(TracerProvider(shutdown_on_exit=False))


def middlewares(application: Starlette) -> list[type]:
    """Return the classes of the applications that a request to the router passes, from the outermost."""
    classes = []
    layer: Any = application.build_middleware_stack()
    while layer is not None:
        classes.append(type(layer))
        layer = vars(layer).get("_app")
    return classes


async def test_parts_without_tracer(settings: Settings) -> None:
    runtime = build(settings)
    assert type(runtime.writer) is Writer
    assert type(runtime.retention) is Retention
    assert type(runtime.services.trigger_event) is UseCase
    assert type(vars(runtime.timers)["_trigger_event"]) is UseCase


async def test_parts_with_tracer(settings: Settings) -> None:
    runtime = build(settings, telemetry=Telemetry(tracer=tracer()))
    assert type(runtime.writer) is TracedWriter
    assert type(runtime.retention) is TracedRetention
    use_cases = [getattr(runtime.services, name) for name in runtime.services.__dataclass_fields__]
    assert {type(each) for each in use_cases if isinstance(each, UseCase)} == {TracedUseCase}
    assert type(vars(runtime.timers)["_trigger_event"]) is TimerUseCase


async def test_middleware(settings: Settings) -> None:
    plain = middlewares(build_asgi(settings))
    traced = middlewares(build_asgi(settings, telemetry=Telemetry(tracer=tracer())))
    assert plain[0] is traced[0] is ObservationMiddleware
    assert TracingMiddleware not in plain
    assert traced[1] is TracingMiddleware
    assert plain[1:] == traced[2:]
