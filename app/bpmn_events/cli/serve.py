"""Command ``serve``: run the HTTP server."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from bpmn_events.bootstrap import build_asgi
from bpmn_events.cli.caller import UsageError
from bpmn_events.cli.welcome import welcome
from bpmn_events.config import InvalidSettings, Settings
from bpmn_events.database import migrate_database
from bpmn_events.listening import check_address
from bpmn_events.server_process import build_server, configure_logging, open_tracer
from bpmn_events.settings.prefix import PREFIX
from bpmn_events.web.http.protocol.protocol import HttpProtocol
from bpmn_events.web.http.protocol.websocket import WebSocketProtocol
from bpmn_events.worker import WorkerFactory


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

    The address is checked before anything is created, and the database is migrated before the server starts. If one of
    them cannot be used, the command says so in one line.

    Raises:
        UsageError: ``--demo`` is combined with several workers.
        CannotListen: The address cannot be used.
    """
    if arguments.demo and settings.workers > 1:
        raise UsageError("--demo takes one worker")
    check_address(settings.host, settings.port)
    if settings.workers > 1:
        return _serve_with_workers(settings)
    application = build_server(settings, demo=arguments.demo, is_migrated=True)
    asyncio.run(migrate_database(settings))
    config = uvicorn.Config(application, **_options(settings))
    server = _WelcomingServer(config, application, settings) if arguments.demo else uvicorn.Server(config)
    # After its shutdown uvicorn raises the signal again for the previous handler. Stopping by a signal is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt, SystemExit):  # uvicorn has logged the reason
        server.run()
    return 0 if server.started else 1


def _serve_with_workers(settings: Settings) -> int:
    """Run the workers until a signal stops them. Return 0, or 1 if one of them could not start.

    A worker that ends is replaced. It starts also while the database cannot be used, because only this process
    migrates the database.
    """
    _check(settings)
    configure_logging(settings)
    asyncio.run(migrate_database(settings))
    with _metrics_folder(settings) as folder:
        factory = WorkerFactory(settings.model_copy(update={"metrics_folder": folder}))
        config = uvicorn.Config(factory, factory=True, workers=settings.workers, **_options(settings))
        try:
            supervisor = Multiprocess(config, sockets=[config.bind_socket()])
        except SystemExit:  # uvicorn has logged the reason
            return 1
        supervisor.run()
    return int(any(worker.process.exitcode == STARTUP_FAILURE for worker in supervisor.processes))


@contextmanager
def _metrics_folder(settings: Settings) -> Iterator[Path | None]:
    """Yield the folder for the metrics of all workers: that of the settings, or a temporary one.

    Windows has none of the locks of such a folder, so each worker keeps its own metrics there.

    Raises:
        InvalidSettings: There is no folder for temporary files, as in a container without a writable ``/tmp``.
    """
    if settings.metrics_folder is not None:
        settings.metrics_folder.mkdir(parents=True, exist_ok=True)  # reports a bad folder once, and not in every worker
    if settings.metrics_folder is not None or sys.platform == "win32":
        yield settings.metrics_folder
        return
    try:
        temporary = TemporaryDirectory(prefix="bpmn-events-metrics-")
    except FileNotFoundError:
        reason = "there is no folder for temporary files, so workers need a folder to share their metrics"
        raise InvalidSettings(f"{PREFIX}METRICS_FOLDER: {reason}") from None
    with temporary as folder:
        yield Path(folder)


def _check(settings: Settings) -> None:
    """Report invalid settings once, and not in every worker."""
    build_asgi(settings)
    if (tracer := open_tracer(settings)) is not None:
        asyncio.run(tracer.close(0))


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "host": settings.host,
        "port": settings.port,
        "root_path": settings.root_path or "",  # workers do not know the option --root-path
        "loop": "auto",
        "http": HttpProtocol,
        "ws": WebSocketProtocol,
        "ws_per_message_deflate": False,
        "ws_max_size": settings.max_body_bytes,
        "lifespan": "on",
        "proxy_headers": False,  # ``ClientAddresses`` reads X-Forwarded-For, and nothing depends on the scheme
        "access_log": False,
        "log_config": None,
        "server_header": False,
        # A worker that starts on a busy machine takes longer than uvicorn's five seconds, after which it is killed.
        "timeout_worker_healthcheck": 30,
        "timeout_graceful_shutdown": settings.shutdown_seconds,
    }
