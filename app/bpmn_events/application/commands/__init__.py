"""What changes something: one file for each command."""
