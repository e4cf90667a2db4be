"""The cost of the change feed."""
