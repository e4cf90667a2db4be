"""Tasks that are open: reading them, and their rows."""
