"""The plain HTTP API."""
