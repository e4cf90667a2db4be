"""The definitions of elements: events, tasks, calls, loops, mappings and correlation keys."""
