"""Many triggers at once."""
