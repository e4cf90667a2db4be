"""Execution of operations: parsing, validation, limits, costs, preflight checks, compiled plans."""
