"""The files of hooks."""
