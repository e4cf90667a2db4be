"""Waiting events: filtered, listed, searched, counted."""
