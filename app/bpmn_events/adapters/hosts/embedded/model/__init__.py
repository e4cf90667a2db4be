"""Executable processes as immutable values: elements, graphs, timers, scripts and correlation keys."""
