"""Many triggers at once, one in each line of a text (NDJSON)."""
