"""Command ``trigger --from-file``: trigger the event of each line of a file."""
