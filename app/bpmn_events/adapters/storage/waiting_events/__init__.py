"""Waiting events: filters, lists, search, counts and statistics."""
