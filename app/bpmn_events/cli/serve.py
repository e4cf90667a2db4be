"""Command ``serve``: run the HTTP server."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bpmn_events.bootstrap import build_asgi, open_cells
from bpmn_events.cli.caller import UsageError
from bpmn_events.cli.welcome import welcome
from bpmn_events.config import Settings, set_for_workers
from bpmn_events.database import migrate_database
from bpmn_events.server_process import configure_logging, tune_garbage_collector
from bpmn_events.web.http.protocol.protocol import HttpProtocol


class _WelcomingServer(uvicorn.Server):
    """A server that prints the welcome text once it listens."""

    def __init__(self, config: uvicorn.Config, application: Starlette, settings: Settings) -> None:
        super().__init__(config)
        self._application = application
        self._settings = settings

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        print(await welcome(self._application.state.services, self._settings, port), flush=True)


def serve(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run the server until a signal stops it. Return 0, or 1 if it could not start.

    The database is migrated first. If it cannot be used, the command says so in one line, as every command does.

    Raises:
        UsageError: ``--demo`` is combined with several workers.
    """
    if settings.workers > 1:
        return _serve_with_workers(settings, arguments)
    configure_logging(settings)
    application = build_asgi(
        settings,
        demo=arguments.demo,
        is_migrated=True,
        on_ready=tune_garbage_collector,
        cells=open_cells(settings),
    )
    asyncio.run(migrate_database(settings))
    config = uvicorn.Config(application, **_options(settings))
    server = _WelcomingServer(config, application, settings) if arguments.demo else uvicorn.Server(config)
    # After its shutdown uvicorn raises the signal again for the previous handler. Stopping by a signal is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt, SystemExit):  # uvicorn has logged the reason
        server.run()
    return 0 if server.started else 1


def _serve_with_workers(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.demo:
        raise UsageError("--demo takes one worker")
    build_asgi(settings)  # reports invalid settings once, and not in every worker
    configure_logging(settings)
    asyncio.run(migrate_database(settings))
    with _metrics_folder(settings):
        uvicorn.run("bpmn_events.asgi:create_app", factory=True, workers=settings.workers, **_options(settings))
    return 0


@contextmanager
def _metrics_folder(settings: Settings) -> Iterator[None]:
    """Give the workers a temporary folder for their metrics, unless the settings name one.

    Windows has none of the locks of such a folder, so each worker keeps its own metrics there.
    """
    if settings.metrics_folder is not None:
        settings.metrics_folder.mkdir(parents=True, exist_ok=True)  # reports a bad folder once, and not in every worker
    if settings.metrics_folder is not None or sys.platform == "win32":
        yield
        return
    with TemporaryDirectory(prefix="bpmn-events-metrics-") as folder:
        set_for_workers("metrics_folder", folder)
        yield


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "host": settings.host,
        "port": settings.port,
        "root_path": settings.root_path or "",  # workers do not know the option --root-path
        "loop": "auto",
        "http": HttpProtocol,
        "ws": "websockets-sansio",
        "ws_max_size": settings.max_body_bytes,
        "lifespan": "on",
        "proxy_headers": False,  # nothing depends on the client's address or on the scheme
        "access_log": False,
        "log_config": None,
        "server_header": False,
        # A worker that starts on a busy machine takes longer than uvicorn's five seconds, after which it is killed.
        "timeout_worker_healthcheck": 30,
        "timeout_graceful_shutdown": settings.shutdown_seconds,
    }
