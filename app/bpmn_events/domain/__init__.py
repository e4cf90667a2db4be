"""The domain: values, rules and typed errors. No I/O, no async, no framework."""
