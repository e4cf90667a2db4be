"""Queries: use cases that only read, one file each."""
