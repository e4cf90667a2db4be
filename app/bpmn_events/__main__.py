"""``python -m bpmn_events``: the command line, also where the folder of commands is not on the path."""

import sys

from bpmn_events.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
