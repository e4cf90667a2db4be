"""What the worker processes of one server share on their machine."""
