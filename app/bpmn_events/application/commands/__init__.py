"""Commands: what callers ask to change, one file for each. A process host handles them (``ports.process_host``)."""
