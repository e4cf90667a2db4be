"""Reports to an ASGI server, in one line, why the application cannot start.

An ASGI server would log the traceback of an exception, and Starlette sends one in its message
(https://asgi.readthedocs.io/en/latest/specs/lifespan.html).
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bpmn_events.config import Settings
from bpmn_events.failures import failure_reason

_FAILED = "lifespan.startup.failed"


class FailedStart:
    """An application that could not be built. It reports the reason when it is started."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Report the reason.

        Raises:
            RuntimeError: The ASGI server sends a request, although the application has not started.
        """
        if scope["type"] != "lifespan":
            raise RuntimeError(self._reason)
        await receive()
        await send({"type": _FAILED, "message": self._reason})


class StartReport:
    """An application, of whose start an expected failure is reported in one line."""

    def __init__(self, application: ASGIApp, settings: Settings) -> None:
        self._application = application
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, except the report of a failed start."""
        if scope["type"] == "lifespan":
            await self._run_lifespan(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    async def _run_lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        reports: list[Message] = []

        async def hold_report(message: Message) -> None:
            if message["type"] == _FAILED:
                reports.append(message)
            else:
                await send(message)

        try:
            await self._application(scope, receive, hold_report)
        except BaseException as error:
            reason = failure_reason(error, self._settings)
            if not reports or reason is None:
                for report in reports:
                    await send(report)
                raise
            await send({"type": _FAILED, "message": reason})
