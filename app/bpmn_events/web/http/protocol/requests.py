"""The parts of a request as the parser reports them, checked against RFC 9110 and RFC 9112."""

import asyncio
from typing import Any, NoReturn

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.server import ServerState

from bpmn_events.web.http.protocol import refusals
from bpmn_events.web.http.protocol.arrival import Phase
from bpmn_events.web.http.protocol.heads import (
    MAX_FIELDS,
    MAX_TARGET_BYTES,
    is_head_too_large,
    is_valid_host,
    split_absolute_target,
)
from bpmn_events.web.http.protocol.refusals import Refusal
from bpmn_events.web.http.protocol.responses import ResponseProtocol
from bpmn_events.web.http.protocol.upgrades import is_websocket_handshake, without_offer

_HEAD, _BODY, _COMPLETE = Phase.HEAD, Phase.BODY, Phase.COMPLETE  # a member of an enum costs more to look up
_SLASH = ord("/")


class _RequestRefused(Exception):
    """Leave the parser, because the request is refused."""


class RequestProtocol(ResponseProtocol):
    """A protocol that checks requests while they are parsed, and takes no offer to upgrade but a WebSocket.

    Attributes:
        refusal: Why a callback has left the parser; None if it has not, or if it ignores what follows the last request.
        data_bytes: The number of bytes of the current body so far, without the framing of chunks.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.parser = httptools.HttpRequestParser(self)  # uvicorn's skips what follows the last request without a word
        self.refusal: Refusal | None = None
        self.data_bytes = 0
        self._known_host = b""
        self._head_without_offer: bytes | None = None

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.phase = _HEAD
        self.data_bytes = 0
        if self.arrival.phase is not None:
            self.end_arrival()

    def end_arrival(self) -> None:
        """Forget the part of a request that was arriving: the request is complete."""
        self.arrival.end()
        self.shared.occupancy.remove_body(self)
        self.watch_writing()  # not before, if the body was streamed

    def _check_host(self, value: bytes) -> None:
        if not is_valid_host(value):
            self._refuse_in_callback(refusals.INVALID_HOST)

    def on_headers_complete(self) -> None:
        """Start the application, unless the header is refused or offers an upgrade."""
        fields = dict(self.headers)
        version = self.parser.get_http_version()
        if (
            version != "1.1"
            or fields.get(b"host") != self._known_host
            or len(fields) != len(self.headers)
            or len(fields) > MAX_FIELDS
            or b"transfer-encoding" in fields
            or self.url[0] != _SLASH
            or self.arrival.phase is not None
            or self.has_last_request()
        ):
            self._check_head(version, fields)
        if self.parser.should_upgrade():
            self._consider_offer(version)
            return
        self.scope["extensions"] = self.extensions
        super().on_headers_complete()
        self.phase = _BODY
        self.headers = []  # of the trailers, which never count as fields of the header (RFC 9110, section 6.5.1)
        self.cycle.transport = self.cycle_transport if version == "1.1" else self.new_unframed_transport()
        if not self.pipeline:
            self.running = self.cycle
            self.shared.occupancy.idle.pop(self, None)

    def has_last_request(self) -> bool:
        """Return True if the connection ends with the previous request."""
        return self.cycle is not None and not self.cycle.keep_alive  # type: ignore[redundant-expr] # None at first

    def _check_head(self, version: str, fields: dict[bytes, bytes]) -> None:
        if self.has_last_request():
            raise _RequestRefused  # without a refusal: it has no response
        size_refusal = self.size_refusal()
        if size_refusal is not None:
            self._refuse_in_callback(size_refusal)
        if version not in ("1.1", "1.0"):
            self._refuse_in_callback(refusals.UNSUPPORTED_VERSION)
        if b"transfer-encoding" in fields:
            self._check_coding(version)
        if version == "1.0":
            self.expect_100_continue = False  # RFC 9110, section 10.1.1
        self._check_hosts(version)
        if self.url[0] != _SLASH:
            self._resolve_absolute_target()

    def _check_coding(self, version: str) -> None:
        codings = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
        if codings != [b"chunked"]:
            self._refuse_in_callback(refusals.UNSUPPORTED_CODING)
        if version == "1.0":
            self._refuse_in_callback(refusals.OLD_CHUNKED)

    def _check_hosts(self, version: str) -> None:
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (not hosts and version == "1.1"):
            self._refuse_in_callback(refusals.INVALID_HOST)
        for host in hosts:
            self._check_host(host.strip())
            self._known_host = host

    def size_refusal(self) -> Refusal | None:
        """Return the refusal of a target or header that is too large, or None."""
        if len(self.url) > MAX_TARGET_BYTES:
            return refusals.TARGET_TOO_LONG
        return refusals.HEAD_TOO_LARGE if is_head_too_large(self.url, self.headers) else None

    def _resolve_absolute_target(self) -> None:
        """Replace an absolute target by its path, and the Host by its authority (RFC 9112, section 3.2.2)."""
        if self.parser.get_method() == b"CONNECT":
            self._refuse_in_callback(refusals.UNSUPPORTED_METHOD)
        parts = split_absolute_target(self.url)
        if parts is None:
            self._refuse_in_callback(refusals.INVALID_TARGET)
        authority, self.url = parts
        self._check_host(authority)
        self.headers[:] = [
            (b"host", authority),
            *((name, value) for name, value in self.headers if name != b"host"),
        ]

    def _consider_offer(self, version: str) -> None:
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._refuse_in_callback(refusals.UNSUPPORTED_METHOD)
        if self._should_upgrade_to_ws() and is_websocket_handshake(method, version, self.headers):
            self.scope["method"] = "GET"
        else:
            self._head_without_offer = without_offer(method, self.url, version, self.headers)

    def after_offer(self, rest: bytes) -> bytes:
        """Return what to parse next, after the parser has stopped behind a header with an offer.

        ``rest`` is what follows the header. An offer of another protocol than WebSocket is ignored, and ``rest`` is the
        body of the request and what follows it (RFC 9110, section 7.8).
        """
        head, self._head_without_offer = self._head_without_offer, None
        if head is None:
            self.after_responses(self._open_websocket)
            return b""
        self.parser = httptools.HttpRequestParser(self)
        return head + rest

    def _open_websocket(self) -> None:
        self.flow.resume_reading()
        self.handle_websocket_upgrade()

    def on_body(self, body: bytes) -> None:
        """Pass a part of the body to the application, unless it has responded already."""
        self.data_bytes += len(body)
        cycle = self.cycle
        if cycle.response_complete or self.arrival.is_skipped:
            return
        cycle.body += body
        if len(cycle.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        cycle.message_event.set()

    def on_message_complete(self) -> None:
        """Tell the application that the request is complete. A request with an offer is not: its body follows."""
        if self.phase is _HEAD:
            self.phase = _COMPLETE
            return
        if len(self.headers) > MAX_FIELDS:
            self._refuse_in_callback(refusals.FRAMING_TOO_LARGE)
        self.phase = _COMPLETE
        cycle = self.cycle
        if not cycle.response_complete:
            cycle.more_body = False
            cycle.message_event.set()
        elif not cycle.keep_alive:
            self.close_in_stages()

    def _refuse_in_callback(self, refusal: Refusal) -> NoReturn:
        self.refusal = refusal
        raise _RequestRefused
