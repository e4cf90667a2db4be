"""The access log: a line per request, WebSocket and operation over one, and audit lines for missing permissions."""

from starlette.types import Scope

from bpmn_events.application.audit import AuditLog
from bpmn_events.application.ports.event_log import EventLog
from bpmn_events.web.http.observation.record import CLIENT_GONE, RequestRecord, is_failure

LOGGER = "bpmn_events.access"
_MAX_PATH = 500


class AccessLog:
    """Writes a line per request. The query string is left out: it may contain variables of a GraphQL operation."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def __call__(self, scope: Scope, record: RequestRecord, status: int, seconds: float) -> None:
        """Write the line of a request that has ended."""
        origin = record.origin
        fields = {
            "method": scope.get("method", "GET"),  # a handshake of a WebSocket is a GET, too
            "path": _path(scope),
            "status": status,
            "outcome": "aborted" if record.is_aborted else outcome(status, record.code),
            "duration_ms": int(seconds * 1_000_000) / 1000,
            "request_id": origin.request_id,
        }
        if origin.address is not None:
            fields["client"] = origin.address
        if record.subject is not None:
            fields["principal"] = record.subject
        if record.operation is not None:
            fields["operation"] = record.operation
        if record.code is not None:
            fields["code"] = record.code
        if record.close_code is not None:
            fields["close_code"] = record.close_code
        if origin.trace_id is not None:
            fields["trace_id"] = origin.trace_id
        self._log.write(LOGGER, "request", fields)

    def write_refused(self, status: int, code: str, target: bytes, client: str | None) -> None:
        """Write the line of a request or connection that was refused before it reached the application."""
        fields = {"status": status, "outcome": "refused", "code": code}
        if target:
            fields["path"] = target.partition(b"?")[0][:_MAX_PATH].decode("latin-1")
        if client is not None:
            fields["client"] = client
        self._log.write(LOGGER, "request", fields)


class RefusalAudit:
    """Writes an audit line for each permission that the caller of a request lacks."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit

    def __call__(self, _scope: Scope, record: RequestRecord, _status: int, _seconds: float) -> None:
        """Write the lines of a request that has ended."""
        for permission in record.missing_permissions:
            self._audit.write_refusal(record.subject, permission, record.operation, record.origin)


def _path(scope: Scope) -> str:
    raw_path: bytes | None = scope.get("raw_path")
    path: str = scope["path"] if raw_path is None else raw_path.decode("latin-1")
    return path if len(path) <= _MAX_PATH else f"{path[:_MAX_PATH]}…"


def outcome(status: int, code: str | None) -> str:
    """Return ``ok``, ``refused``, ``failed``, or ``aborted`` if the client has gone."""
    if status == CLIENT_GONE:
        return "aborted"
    if is_failure(status, code):
        return "failed"
    return "ok" if status < 400 and code is None else "refused"
