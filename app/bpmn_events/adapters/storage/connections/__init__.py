"""Read and write connections to SQLite and PostgreSQL, and prepared statements."""
