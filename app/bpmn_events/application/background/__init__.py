"""The background loops: timers, outbox and retention, with the supervisor that keeps them running."""
