"""Storage of models, instances, waiting events, tasks and history in SQLite or PostgreSQL."""
