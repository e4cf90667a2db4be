"""``python -m bpmn_events``: the command ``bpmn-events``, where only the interpreter is on the path."""

import sys

from bpmn_events.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
