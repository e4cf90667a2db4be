"""Runs executable processes: the token game."""
