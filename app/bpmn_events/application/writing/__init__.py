"""The write path that all process hosts share: the writer, replays, target resolution and records."""
