"""What operators read about a server: the families of its metrics, and their current values."""
