"""What only reads: one file for each query."""
