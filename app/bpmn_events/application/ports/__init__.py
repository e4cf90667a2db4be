"""Ports: the interfaces through which the application uses a process host, stores, schemas, tokens and a clock."""
