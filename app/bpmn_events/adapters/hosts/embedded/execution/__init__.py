"""Executions of a batch of commands: read once, advanced in memory by the engine, recorded in the write set."""
