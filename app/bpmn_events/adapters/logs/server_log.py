"""The log of a server process: the events of requests and commands, and the messages of all modules, in one stream."""

import logging
import sys
import time
from collections.abc import Mapping
from typing import Any, Literal

from bpmn_events.adapters.logs.line_writer import LineWriter
from bpmn_events.adapters.logs.lines import FormatLine, console_line, json_line
from bpmn_events.application.ports.current_origin import CURRENT_ORIGIN

LogFormat = Literal["console", "json"]

_FORMATS: dict[str, FormatLine] = {"console": console_line, "json": json_line}


class ServerLog:
    """Implements ``ports.event_log.EventLog``. Events have the level ``info``."""

    def __init__(self, writer: LineWriter, format_line: FormatLine) -> None:
        self._writer = writer
        self._format_line = format_line

    def write(self, logger: str, event: str, fields: Mapping[str, Any]) -> None:
        self._writer.write_soon(self._format_line(time.time(), "info", logger, event, fields))


class _MessageHandler(logging.Handler):
    """Writes the messages of Python's logging into the same stream. A message about a request has its id."""

    def __init__(self, writer: LineWriter, format_line: FormatLine) -> None:
        super().__init__()
        self._writer = writer
        self._format_line = format_line
        self._tracebacks = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._writer.write(self._line(record))
        except Exception:
            self.handleError(record)

    def flush(self) -> None:
        self._writer.flush()

    def _line(self, record: logging.LogRecord) -> bytes:
        origin = CURRENT_ORIGIN.get()
        fields = {} if origin is None else {"request_id": origin.request_id}
        if origin is not None and origin.trace_id is not None:
            fields["trace_id"] = origin.trace_id
        level = record.levelname.lower()
        if not record.exc_info:
            return self._format_line(record.created, level, record.name, record.getMessage(), fields)
        traceback = self._tracebacks.formatException(record.exc_info)
        if self._format_line is json_line:
            fields["exception"] = traceback
            traceback = ""
        line = self._format_line(record.created, level, record.name, record.getMessage(), fields)
        return line + f"{traceback}\n".encode(errors="backslashreplace") if traceback else line


def open_log(log_format: LogFormat, level: str) -> ServerLog:
    """Send the messages of Python's logging to stderr, and return the log of events, which shares the stream.

    Args:
        log_format: ``console`` for people, ``json`` for programs.
        level: The least severe messages to write, such as ``info``.
    """
    writer, format_line = LineWriter(sys.stderr.buffer), _FORMATS[log_format]
    logging.basicConfig(level=level.upper(), handlers=[_MessageHandler(writer, format_line)])
    return ServerLog(writer, format_line)
