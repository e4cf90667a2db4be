"""Connections to SQLite and PostgreSQL, and the statements prepared on them."""
