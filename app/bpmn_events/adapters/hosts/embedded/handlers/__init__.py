"""Handlers of the embedded host: one function per kind of command, listed in the table of ``host``.

A handler gets a command and its batch. It changes the batch and returns the outcome, or raises the reason to refuse the
command. ``command_batch`` reads and locks the data of a batch, and replays stored outcomes.
"""
