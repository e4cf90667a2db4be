"""How commands are written: one writer, batches that share a transaction, and idempotency."""
