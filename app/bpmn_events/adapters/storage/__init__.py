"""Keeps models, instances, waiting events and history in SQLite or PostgreSQL."""
