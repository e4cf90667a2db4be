"""The cost of checking a payload, estimated from above."""
