"""The search for the violations of a payload that a validator has rejected."""
