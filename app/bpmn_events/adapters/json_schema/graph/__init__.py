"""The subschemas of a schema and their references, as a graph."""
