"""The ports of the hooks."""
