"""Implementations of the application ports: databases, process hosts, credentials and payload schemas."""
