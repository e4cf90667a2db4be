"""Executable processes as values: elements, graphs, timers, scripts, correlation keys. Parsing makes them."""
