"""Commands: requests to change something, one file each. A process host executes them (``ports.process_host``)."""
