"""What is observed of every request: its id, its metrics, and its line in the access log."""
