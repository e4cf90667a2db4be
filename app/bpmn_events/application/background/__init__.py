"""Loops that run beside the requests: timers, the outbox, retention, and what keeps them running."""
