"""Values, rules and errors of the product. No I/O, no async, no framework."""
