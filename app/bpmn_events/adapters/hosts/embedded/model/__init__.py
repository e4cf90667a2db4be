"""Executable processes as values: nodes, flows, timers, scripts, correlation keys. Parsing makes them."""
