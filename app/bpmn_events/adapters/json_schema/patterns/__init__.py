"""The cost of regular expressions."""
