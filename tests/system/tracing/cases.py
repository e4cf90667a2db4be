"""Requests of the tests of tracing."""

from typing import Any

import httpx

from tests.system.client import DEPLOY, START, TRIGGER
from tests.system.tracing.traced_server import TracedServer, new_trace_id


def graphql(client: httpx.Client, query: str, **variables: Any) -> httpx.Response:
    response = client.post("/graphql", json={"query": query, "variables": variables})
    assert response.status_code == 200, response.text
    return response


def deploy_and_start(traced: TracedServer, xml: str, key: str, *correlations: str) -> list[str]:
    """Deploy a process model and start one instance in each correlation, in traces of their own. Return these."""
    traces = []
    operations: list[tuple[str, dict[str, Any]]] = [(DEPLOY, {"xml": xml})]
    operations += [(START, {"input": {"processModelKey": key, "correlationId": each}}) for each in correlations]
    for query, variables in operations:
        traces.append(new_trace_id())
        with traced.client(traces[-1]) as client:
            assert "Success" in graphql(client, query, **variables).text
    return traces


def trigger(client: httpx.Client, key: str, correlation: str, event: str, payload: Any = None) -> httpx.Response:
    arguments = {"processModelKey": key, "correlationId": correlation, "eventId": event, "payload": payload}
    return graphql(client, TRIGGER, input=arguments)
