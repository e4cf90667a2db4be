"""The differences of the routes under the prefix of the consumer API."""

from dataclasses import replace

from bpmn_events.web.http.operation import Operation, Parameter
from bpmn_events.web.http.problems import CONSUMER_PREFIX

# The published client of the consumer API appends these parameters to the address of every request.
_SENT_ALWAYS = [
    Parameter(name, "query", "Without a meaning here. The client of the consumer API always sends it.", {"const": 0})
    for name in ("offset", "limit")
]


def operation_under(prefix: str, operation: Operation) -> Operation:
    """Return the operation as routes with this prefix offer it: under the consumer API's with two more parameters."""
    if prefix != CONSUMER_PREFIX:
        return operation
    return replace(operation, parameters=[*operation.parameters, *_SENT_ALWAYS])
