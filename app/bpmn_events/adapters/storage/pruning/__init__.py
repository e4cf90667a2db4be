"""Pruning: what ended executions and unused model versions are, queries that count them, and their deletion."""
