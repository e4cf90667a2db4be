"""Hostile requests. ``test_attacks`` checks their answers; ``python -m tests.system.under_attack`` also measures."""
