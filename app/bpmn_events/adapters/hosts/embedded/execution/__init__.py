"""The executions a batch of commands works on: read once, advanced in memory by the engine, recorded for writing."""
