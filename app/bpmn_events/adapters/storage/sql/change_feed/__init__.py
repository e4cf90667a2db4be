"""Statements that read the change feed of either database."""
