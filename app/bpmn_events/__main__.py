"""Entry point of ``python -m bpmn_events``, for environments in which ``bpmn-events`` is not on the path."""

import sys

from bpmn_events.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
