"""Tracing with OpenTelemetry, from the extra ``otel``. It is imported only if tracing is on."""
