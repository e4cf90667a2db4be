"""Table definitions and Alembic migrations."""
