"""What the use cases need from the outside: an engine, a store, and a checker of JSON Schemas."""
