"""The write path that all hosts share: one writer, batches that share a transaction, replays, what commands address."""
