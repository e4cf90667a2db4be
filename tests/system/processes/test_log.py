"""The log of a server process: a line for each request and each thing that somebody did, and no secret."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bpmn_events.domain.principal import Permission
from tests.api.rest.client import trigger_path
from tests.api.tokens import SECRET, token
from tests.support.polling import block_until
from tests.support.server import ServerProcess, running
from tests.support.wire import dialing
from tests.system.client import DEPLOY, START, TRIGGER
from tests.system.models import TWO_STEPS

PRIVATE = "a private value"
JSON = {"LOG_FORMAT": "json"}


@pytest.fixture(scope="module")
def logging_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a server that several tests share: each looks for lines with its own ids."""
    with running(ServerProcess(tmp_path_factory.mktemp("log"), settings=JSON)) as server:
        yield server


def entries(server: ServerProcess, message: str, **fields: Any) -> list[dict[str, Any]]:
    """Return the lines with this message and these fields. Every line must be JSON."""
    complete, _, _ = server.output.rpartition("\n")  # the server may be writing the rest of the last line
    lines = [json.loads(line) for line in complete.splitlines()]
    return [line for line in lines if line["message"] == message and fields.items() <= line.items()]


def entry(server: ServerProcess, message: str, **fields: Any) -> dict[str, Any]:
    """Return the only line with this message and these fields, as soon as it is there."""
    block_until(lambda: bool(entries(server, message, **fields)))
    (line,) = entries(server, message, **fields)
    return line


def without(line: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in ("time", *names)}


def graphql(server: ServerProcess, bearer: str | None, query: str, request_id: str = "", **variables: Any) -> None:
    headers = {"X-Request-ID": request_id} | ({} if bearer is None else {"Authorization": f"Bearer {bearer}"})
    httpx.post(f"{server.address}/graphql", json={"query": query, "variables": variables}, headers=headers)


def rest(server: ServerProcess, bearer: str, path: str, request_id: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {bearer}", "X-Request-ID": request_id}
    return httpx.post(server.address + path, headers=headers, json={"secret": PRIVATE})


def start_two_steps(server: ServerProcess, correlation: str) -> None:
    graphql(server, token(), DEPLOY, xml=TWO_STEPS)
    graphql(server, token(), START, input={"processModelKey": "two-steps", "correlationId": correlation})


def address_of(correlation: str, **optional: Any) -> dict[str, Any]:
    return {"processModelKey": "two-steps", "correlationId": correlation, "eventId": "first", **optional}


def test_each_request_has_a_line(logging_server: ServerProcess) -> None:
    start_two_steps(logging_server, "line")
    path = trigger_path("two-steps", "line", "first")
    response = rest(logging_server, token(), path, "trace-7")
    assert (response.status_code, response.headers["X-Request-ID"]) == (200, "trace-7")
    line = entry(logging_server, "request", request_id="trace-7")
    assert without(line, "duration_ms") == {
        "level": "info",
        "logger": "bpmn_events.access",
        "message": "request",
        "method": "POST",
        "path": path,
        "status": 200,
        "outcome": "ok",
        "operation": "trigger_event",
        "principal": "ada",
        "client": "127.0.0.1",
        "request_id": "trace-7",
    }
    assert line["duration_ms"] > 0


@pytest.mark.parametrize(
    ("name", "query", "bearer", "expected"),
    [
        ("named", "query Who { viewer { __typename } }", token(), {"outcome": "ok", "operation": "query Who"}),
        ("nobody", "{ viewer { __typename } }", None, {"outcome": "refused", "code": "UNAUTHORIZED"}),
        ("syntax", "{ viewer {", token(), {"outcome": "refused", "code": "GRAPHQL_PARSE_FAILED", "operation": None}),
        ("forged", "{ viewer { __typename } }", "x", {"status": 401, "code": "UNAUTHORIZED", "principal": None}),
        (
            "typed",
            'mutation { triggerEvent(input: {processModelKey: "m", correlationId: "c", eventId: "e"}) { __typename } }',
            token(),
            {"outcome": "refused", "code": "PROCESS_MODEL_NOT_FOUND", "operation": "mutation {triggerEvent}"},
        ),
    ],
    ids=["named", "nobody", "syntax", "forged", "typed"],
)
def test_line_of_a_graphql_request_has_its_operation_and_error(
    logging_server: ServerProcess, name: str, query: str, bearer: str | None, expected: dict[str, Any]
) -> None:
    graphql(logging_server, bearer, query, name)
    line = entry(logging_server, "request", request_id=name)
    assert {name: line.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [
        ("0af7651916cd43dd8448eb211c80319c", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("", False),
        ("two words", False),
        ('quote"', False),
    ],
    ids=["usual", "128 characters", "129 characters", "empty", "space", "quote"],
)
def test_request_id_of_the_caller_is_kept_if_it_is_harmless(
    logging_server: ServerProcess, sent: str, *, is_kept: bool
) -> None:
    answered = httpx.get(f"{logging_server.address}/healthz", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
    assert (answered == sent) is is_kept
    entry(logging_server, "request", request_id=answered)


def test_requests_without_an_id_get_different_ones(logging_server: ServerProcess) -> None:
    paths = ["/healthz", "/graphql", "/nowhere", "/metrics"] * 2
    ids = {httpx.get(logging_server.address + path).headers["X-Request-ID"] for path in paths}
    assert len(ids) == len(paths)


def test_refusal_before_the_application_has_a_line(logging_server: ServerProcess) -> None:
    with dialing(logging_server.address) as wire:
        wire.socket.sendall(b"GET /no-host?secret=1 HTTP/1.1\r\n\r\n")
        assert wire.socket.recv(100).startswith(b"HTTP/1.1 400")
    line = entry(logging_server, "request", path="/no-host")
    assert without(line, "level", "logger", "message") == {
        "path": "/no-host",
        "status": 400,
        "outcome": "refused",
        "code": "BAD_REQUEST",
        "client": "127.0.0.1",
    }


def test_each_command_has_an_audit_line(logging_server: ServerProcess) -> None:
    start_two_steps(logging_server, "audit")
    bearer = token(subject="grace")
    given = address_of("audit", payload={"secret": PRIVATE}, idempotencyKey="k1")
    graphql(logging_server, bearer, TRIGGER, "by-id", input=given)
    graphql(logging_server, bearer, TRIGGER, "repeated", input=given)
    graphql(logging_server, bearer, TRIGGER, "dry", input=address_of("audit") | {"eventId": "second", "dryRun": True})
    assert rest(logging_server, bearer, "/messages/second/trigger?correlation_id=audit", "by-name").status_code == 200
    entry(logging_server, "request", request_id="by-name")
    by_id, by_name = entries(logging_server, "event_triggered", principal="grace")
    assert without(by_id, "event_id", "trigger_id", "process_instance_id") == {
        "level": "info",
        "logger": "bpmn_events.audit",
        "message": "event_triggered",
        "principal": "grace",
        "source": "GRAPHQL",
        "event_type": "MESSAGE",
        "element_id": "first",
        "process_model_key": "two-steps",
        "correlation_id": "audit",
        "request_id": "by-id",
        "client": "127.0.0.1",
    }
    assert (by_name["source"], by_name["element_id"], by_name["request_id"]) == ("REST", "second", "by-name")
    assert entries(logging_server, "process_models_deployed")[0]["process_models"] == ["two-steps:1"]
    assert entry(logging_server, "process_instance_started", correlation_id="audit")["principal"] == "ada"


def test_termination_has_an_audit_line(logging_server: ServerProcess) -> None:
    start_two_steps(logging_server, "end")
    started = entry(logging_server, "process_instance_started", correlation_id="end")["process_instance_id"]
    query = "mutation($id: ID!) { terminateProcessInstance(input: {processInstanceId: $id}) { __typename } }"
    graphql(logging_server, token(subject="bob"), query, id=started)
    line = entry(logging_server, "process_instance_terminated", correlation_id="end")
    assert (line["principal"], line["process_instance_id"]) == ("bob", started)


@pytest.mark.parametrize("api", ["graphql", "rest", "nested"])
def test_missing_permission_has_an_audit_line(logging_server: ServerProcess, api: str) -> None:
    start_two_steps(logging_server, api)
    bearer = token([Permission.EVENTS_READ], subject="eve")
    if api == "rest":
        rest(logging_server, bearer, trigger_path("two-steps", api, "first"), api)
    elif api == "graphql":
        graphql(logging_server, bearer, TRIGGER, api, input=address_of(api))
    else:
        nested = "{ waitingEvents { ... on WaitingEventConnection { nodes { processInstance { variables } } } } }"
        graphql(logging_server, bearer, nested, api)
    line = entry(logging_server, "permission_refused", request_id=api)
    permission = "processes:read" if api == "nested" else "events:trigger"
    assert (line["principal"], line["permission"], line["client"]) == ("eve", permission, "127.0.0.1")
    request = entry(logging_server, "request", request_id=api)
    assert (request["code"], request["operation"]) == ("FORBIDDEN", line["operation"])


def test_timer_has_an_audit_line_without_a_request(logging_server: ServerProcess) -> None:
    timer = '<timerEventDefinition id="d1"><timeDuration>PT0.1S</timeDuration></timerEventDefinition>'
    model = TWO_STEPS.replace('<messageEventDefinition id="d1" messageRef="M1"/>', timer).replace("two-steps", "timed")
    graphql(logging_server, token(), DEPLOY, xml=model)
    graphql(logging_server, token(), START, input={"processModelKey": "timed", "correlationId": "timer"})
    line = entry(logging_server, "event_triggered", correlation_id="timer")
    assert (line["principal"], line["source"], line["element_id"]) == ("system", "TIMER", "first")
    assert "request_id" not in line


def test_address_in_a_header_of_a_stranger_does_not_count(logging_server: ServerProcess) -> None:
    headers = {"X-Forwarded-For": "203.0.113.7", "X-Request-ID": "stranger"}
    httpx.get(f"{logging_server.address}/healthz", headers=headers)
    assert entry(logging_server, "request", request_id="stranger")["client"] == "127.0.0.1"


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_neither_secrets_nor_payloads_are_logged(tmp_path: Path, log_format: str) -> None:
    with running(ServerProcess(tmp_path, settings={"LOG_FORMAT": log_format, "LOG_LEVEL": "debug"})) as server:
        bearer = token()
        start_two_steps(server, "c1")
        assert rest(server, bearer, trigger_path("two-steps", "c1", "first")).status_code == 200
        httpx.get(f"{server.address}/graphql", params={"query": "{x}", "variables": json.dumps({"a": PRIVATE})})
        httpx.get(f"{server.address}/no%0Awhere%1B[31m", params={"access_token": bearer})
        block_until(lambda: "where" in server.output)
        assert server.stop() == 0
        assert PRIVATE not in server.output
        assert bearer.rpartition(".")[2] not in server.output
        assert SECRET.decode() not in server.output
        if log_format == "console":
            assert "INFO    bpmn_events.access: request method=GET path=/no%0Awhere%1B[31m status=404" in server.output


@pytest.mark.parametrize(
    ("setting", "absent"),
    [({"ACCESS_LOG": "false"}, {"request"}), ({"AUDIT_LOG": "false"}, {"event_triggered", "permission_refused"})],
    ids=["access log", "audit log"],
)
def test_each_log_can_be_turned_off(tmp_path: Path, setting: dict[str, str], absent: set[str]) -> None:
    proxies = {"TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"}
    with running(ServerProcess(tmp_path, settings=JSON | setting | proxies)) as server:
        start_two_steps(server, "c1")
        graphql(server, token(), TRIGGER, input=address_of("c1"))
        graphql(server, token([]), TRIGGER, input=address_of("c1"))
        forwarded = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7, 10.0.0.1"}
        httpx.get(f"{server.address}/healthz", headers=forwarded)
        assert server.stop() == 0
        names = {"request", "event_triggered", "permission_refused"}
        assert {name for name in names if not entries(server, name)} == absent
        if "request" not in absent:
            assert entry(server, "request", path="/healthz")["client"] == "203.0.113.7"
