"""Retries of timers and deliveries that failed: their list, and lookups by waiting event."""
