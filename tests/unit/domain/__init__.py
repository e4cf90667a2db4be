"""Values and rules of the domain."""
