"""A collector as a program, for servers in a network of their own.

    python -m tests.system.tracing.collector_program PORT

It prints a line of JSON for each span, until it is ended.
"""

import json
import sys
import time

from tests.system.tracing.collector import Collector, running_collector


def print_spans(collector: Collector, done: int) -> int:
    """Print the spans after the first ``done`` ones, and return how many there are."""
    spans = collector.spans[done:]
    for resource, span in spans:
        line = {"service": resource.get("service.name"), "name": span.name, "trace_id": span.trace_id.hex()}
        print(json.dumps(line), flush=True)
    return done + len(spans)


if __name__ == "__main__":
    with running_collector(int(sys.argv[1])) as running:
        count = 0
        while True:
            count = print_spans(running, count)
            time.sleep(0.1)
