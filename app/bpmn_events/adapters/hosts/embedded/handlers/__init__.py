"""What each kind of command does in the embedded host: one function for each, in the table of ``host``.

A function gets a command and the batch it is in, raises the reason to refuse it, or changes the batch and returns the
outcome. Replays, and what the batch needs read and locked, are ``command_batch``'s.
"""
