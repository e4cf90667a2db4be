"""Timers: ISO 8601 dates, durations and repeating intervals (BPMN 2.0.2, table 10.101)."""
