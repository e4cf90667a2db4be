"""Write transactions on SQLite and PostgreSQL: their locks, their positions, and COMMITs without a response."""
