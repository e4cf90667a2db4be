"""Engines and read connections of SQLite and PostgreSQL, prepared statements, and failures of the database."""
