"""What elements of a file define: events, tasks, calls, loops, mappings and correlation keys."""
