"""What is refused, and what the responses, the log and the metrics say about it."""

import asyncio
import gzip
import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.conformance.drawing import draw
from tests.delivery.models import STRICT_SHOP
from tests.support.hooks.provider import SECRET, Provider, hook, hooked_server, outcome, sign
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS

PAIRS = """
[signature]
header = "X-Signature"
separator = ","
prefix = "v1="
timestamp = { prefix = "t=" }
signed = "{timestamp}.{body}"
secrets = [{ environment = "PROVIDER_SECRET" }, { file = "next" }]
"""
NEXT = "the next secret of the provider"
HEAVY = '[message]\nname = "first"\npayload = "={a: for i in body.x, j in body.x return body.x}"\n'
SIZED = '[message]\nname = "first"\npayload = "={a: for i in body.x return body.text}"\n'
LANE = '[event]\nprocess_model = "laned"\ncorrelation = "=body.case"\nevent = "first"\n'
LANES = '<laneSet id="lanes"><lane id="L" name="Finance"><flowNodeRef>first</flowNodeRef></lane></laneSet>'
LANED = TWO_STEPS.replace("two-steps", "laned").replace('isExecutable="true">', f'isExecutable="true">{LANES}')
BODY = b'{"case": "c-1", "amount": 4711}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    hooks = {
        "provider": hook(),
        "pairs": hook(PAIRS),
        "heavy": hook(HEAVY),
        "sized": hook(SIZED),
        "strict": hook('[message]\nname = "paid"\npayload = "=body"\n'),
        "failing": hook('[message]\nname = "fails"\n'),
        "no-lane": hook('[caller]\nsubject = "stranger"\nlanes = ["Sales"]\n', LANE),
        "lane": hook('[caller]\nsubject = "finance"\nlanes = ["Finance"]\n', LANE),
        "condition": hook('[delivery]\nid = "=digest"\nwhen = "=body.case"\n'),
    }
    folder = tmp_path_factory.mktemp("refusals")
    server = hooked_server(folder, hooks, {"LOG_FORMAT": "json", "CORS_ORIGINS": "https://page.example.com"})
    (folder / "hooks" / "next").write_text(f"{NEXT}\n")
    with running(server):
        yield server


@pytest_asyncio.fixture
async def client(server: ServerProcess) -> AsyncIterator[Client]:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps")
        yield client


def log(server: ServerProcess, name: str) -> list[dict[str, str]]:
    """Return the lines of the log about the hook."""
    lines = [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]
    return [line for line in lines if line["message"].startswith(f"Hook {name}: ")]


GOOD = sign(BODY)
BAD_SIGNATURES: dict[str, Sequence[tuple[str, str]]] = {
    "none": [],
    "empty": [("X-Signature", "")],
    "only the prefix": [("X-Signature", "sha256=")],
    "another prefix": [("X-Signature", f"sha1={GOOD}")],
    "no prefix": [("X-Signature", GOOD)],
    "of another body": [("X-Signature", f"sha256={sign(BODY + b' ')}")],
    "of another secret": [("X-Signature", f"sha256={sign(BODY, 'another secret')}")],
    "cut": [("X-Signature", f"sha256={GOOD[:-2]}")],
    "too long": [("X-Signature", f"sha256={GOOD}00")],
    "no hex": [("X-Signature", f"sha256={'ü' * 64}")],
    "full-width digits": [("X-Signature", "sha256=" + "\uff11".encode().decode("latin-1") * 64)],
    "twice": [("X-Signature", f"sha256={GOOD}"), ("X-Signature", f"sha256={GOOD}")],
    "joined": [("X-Signature", f"sha256={GOOD},sha256={GOOD}")],
    "base64": [("X-Signature", "sha256=" + "QUJD" * 11)],
}


@pytest.mark.parametrize("kind", BAD_SIGNATURES)
async def test_every_bad_signature_has_the_same_response(client: Client, server: ServerProcess, kind: str) -> None:
    before = len(log(server, "provider"))
    headers = [("Content-Type", "application/json"), ("X-Delivery", "d"), ("X-Request-ID", "r-1")]
    content = [(name.encode(), value.encode("latin-1")) for name, value in [*headers, *BAD_SIGNATURES[kind]]]
    response = await client.http.post("/hooks/provider", content=BODY, headers=content)
    assert response.status_code == 401
    assert response.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "The delivery was refused. The reason is in the server's log.",
        "code": "UNAUTHORIZED",
    }
    assert response.headers["www-authenticate"] == "Webhook-Signature"
    (line,) = log(server, "provider")[before:]
    assert line["request_id"] == "r-1"
    assert line["message"].startswith("Hook provider: BAD_SIGNATURE: the ")


async def test_the_right_signature(client: Client) -> None:
    """The tests above differ from this one by their signature only."""
    assert outcome(await Provider(client.http).deliver(BODY)) == (202, "NOBODY_WAITS")


@pytest.mark.parametrize(
    ("age", "accepted"), [(0, True), (290, True), (-290, True), (320, False), (-320, False), (10**9, False)]
)
async def test_old_and_early_timestamps(client: Client, age: int, accepted: bool) -> None:
    timestamp = int(time.time()) - age
    signature = sign(b"%d.%b" % (timestamp, BODY))
    response = await Provider(client.http, "/hooks/pairs").send(
        BODY, [("X-Signature", f"t={timestamp},v1={signature}"), ("X-Delivery", "1")]
    )
    assert response.status_code == (202 if accepted else 401)


@pytest.mark.parametrize("timestamp", ["", "x", "1e9", "-5", "1614265330.5", "9" * 30, " 1614265330"])
async def test_timestamps_that_are_none(client: Client, timestamp: str) -> None:
    signature = sign(f"{timestamp}.".encode() + BODY)
    response = await Provider(client.http, "/hooks/pairs").send(
        BODY, [("X-Signature", f"t={timestamp},v1={signature}")]
    )
    assert response.status_code == 401


async def test_secrets_may_rotate(client: Client) -> None:
    now = int(time.time())
    content = b"%d.%b" % (now, BODY)
    old, new, wrong = sign(content), sign(content, NEXT), "0" * 64
    for signatures in ([old], [new], [wrong, new], [old, wrong], [old, new]):
        header = ", ".join([f"t={now}", *(f"v1={signature}" for signature in signatures)])
        response = await Provider(client.http, "/hooks/pairs").send(
            BODY, [("X-Signature", header), ("X-Delivery", "1")]
        )
        assert response.status_code == 202, signatures
    many = ",".join([f"t={now}", *[f"v1={wrong}"] * 100, f"v1={new}"])
    two_times = f"t={now},t={now - 10**6},v1={new}"
    for header in (f"t={now},v0={new}", f"t={now},v1={wrong}", f"v1={new}", many, two_times):
        assert (await Provider(client.http, "/hooks/pairs").send(BODY, [("X-Signature", header)])).status_code == 401


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"", {}, 400),
        (b"null", {}, 400),
        (b"[]", {}, 400),
        (b'{"case": 1e999}', {}, 400),
        (b'{"case": {"a": 1}}', {}, 400),
        (b'{"case": ""}', {}, 400),
        (b'{"case": "a\\u0000b"}', {}, 400),
        (b'{"case": "\\ud800"}', {}, 400),
        (b'{"case": "' + b"x" * 300 + b'"}', {}, 400),
        (b"\xff\xfe{}", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b'{"case": "c-1", "amount": ' + b"[" * 90 + b"]" * 90 + b"}", {}, 400),
        (b'{"case": "c-1", "amount": ' + b"[" * 900 + b"]" * 900 + b"}", {}, 400),
        (b'{"case": "c-1", "amount": "' + b"x" * 300_000 + b'"}', {}, 400),
        (b"case=%FF", {"Content-Type": "application/x-www-form-urlencoded"}, 400),
        (b"a=&" * 2_000, {"Content-Type": "application/x-www-form-urlencoded"}, 400),
        (b"<a/>", {"Content-Type": "application/xml"}, 415),
        (b"--x--", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        (gzip.compress(BODY, mtime=0), {"Content-Encoding": "gzip"}, 415),
        (b" " * 1_100_000, {}, 413),
    ],
)
async def test_bodies_that_cannot_be_used(client: Client, body: bytes, headers: dict[str, str], status: int) -> None:
    response = await Provider(client.http).deliver(body, **headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    if status != 413:
        assert response.json()["detail"] == "The delivery was refused. The reason is in the server's log."


async def test_a_body_without_a_length_that_is_too_large(client: Client) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield b" " * 16_384

    headers = {"X-Signature": f"sha256={sign(b' ' * 80 * 16_384)}", "X-Delivery": "1"}
    response = await client.http.post("/hooks/provider", content=chunks(), headers=headers)
    assert response.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b'{"case": "c-none", "amount": NaN}',
        b'{"case": "c-none", "amount": 1e400}',
        b'{"case": 1.5, "amount": 1}',
        b'{"case": true, "amount": 1}',
        b'{"case": null, "amount": 1}',
        b'{"case": "c-none", "case": null, "amount": 1}',
        b'{"case": 12345678901234567890123, "amount": 1}',
    ],
)
async def test_numbers_and_texts_that_are_no_correlation(client: Client, body: bytes) -> None:
    assert (await Provider(client.http).deliver(body)).status_code == 400


async def test_a_delivery_without_an_id(client: Client) -> None:
    headers = [("X-Signature", f"sha256={GOOD}")]
    assert (await Provider(client.http).send(BODY, headers)).status_code == 400


async def test_a_condition_that_is_no_condition(client: Client) -> None:
    assert (await Provider(client.http, "/hooks/condition").deliver(BODY)).status_code == 400


async def test_expressions_take_little_time_and_memory(client: Client, server: ServerProcess) -> None:
    """Each of these would take minutes or gigabytes, and the server responds to others meanwhile."""
    heavy = Provider(client.http, "/hooks/heavy").deliver({"x": list(range(100_000))})
    sized = Provider(client.http, "/hooks/sized").deliver({"x": list(range(1_000)), "text": "x" * 500_000})
    answers = await asyncio.gather(heavy, sized)
    assert [answer.status_code for answer in answers] == [400, 400]
    assert "too much work" in log(server, "heavy")[-1]["message"]
    assert "the result is too large" in log(server, "sized")[-1]["message"]


async def test_a_payload_that_its_schema_refuses(client: Client, server: ServerProcess) -> None:
    await client.deploy_and_start(STRICT_SHOP, "strict-shop", "c-strict")
    assert (await Provider(client.http, "/hooks/strict").deliver({"amount": "a private text"})).status_code == 400
    assert log(server, "strict")[-1]["message"] == "Hook strict: REFUSED: the payload was refused: type at /amount"


async def test_a_process_that_fails(client: Client, server: ServerProcess) -> None:
    elements = "gate: exclusiveGateway\nwait: intermediateCatchEvent message=fails\n"
    drawing = f"start > wait > gate -[missing > 1]> end\n{elements}"
    await client.deploy_and_start(draw(drawing, "failing"), "failing", "c-failing")
    for _ in range(2):  # it is no duplicate: nothing was changed
        assert (await Provider(client.http, "/hooks/failing").deliver({})).status_code == 500
    assert log(server, "failing")[-1]["message"].startswith("Hook failing: FAILED: The process cannot go on")


async def test_a_receiver_in_another_lane_is_none(client: Client) -> None:
    await client.deploy_and_start(LANED, "laned", "c-laned")
    body = {"case": "c-laned"}
    assert outcome(await Provider(client.http, "/hooks/no-lane").deliver(body)) == (202, "NOBODY_WAITS")
    assert outcome(await Provider(client.http, "/hooks/lane").deliver(body)) == (200, "DELIVERED")


async def test_unknown_hooks_are_unknown_paths(client: Client) -> None:
    for path in ("/hooks/unknown", "/hooks/provider.toml", "/hooks/..%2Fprovider", "/hooks/Provider", "/hooks/"):
        response = await client.http.post(path, content=BODY)
        other = await client.http.post("/nothing/here", content=BODY)
        assert response.status_code == other.status_code == 404
        assert {**response.json(), "detail": ""} == {**other.json(), "detail": ""}


async def test_other_methods_and_origins(client: Client) -> None:
    response = await client.http.get("/hooks/provider")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    asked = {"Origin": "https://page.example.com", "Access-Control-Request-Method": "POST"}
    preflight = await client.http.options("/hooks/provider", headers=asked)
    answer = await Provider(client.http).deliver(BODY, "cors", Origin="https://page.example.com")
    for one in (preflight, answer):
        assert [name for name in one.headers if name.startswith("access-control")] == []
    assert "access-control-allow-origin" in (await client.http.options("/graphql", headers=asked)).headers


async def test_log_and_metrics_tell_the_outcome_and_no_content(client: Client, server: ServerProcess) -> None:
    await client.deploy_and_start(TWO_STEPS, "two-steps", "c-metrics")
    provider = Provider(client.http)
    before = await counts(client.http)
    body = {"case": "c-metrics", "amount": "a very private amount"}
    for _ in range(2):
        await provider.deliver(body, "m-1")
    await provider.send(json.dumps(body).encode(), [("X-Signature", "sha256=00")])
    await provider.deliver({**body, "case": {"a": "private case"}}, "m-2")
    after = await counts(client.http)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "DELIVERED": 1,
        "DUPLICATE": 1,
        "BAD_SIGNATURE": 1,
        "REFUSED": 1,
    }
    assert "private" not in server.output
    assert SECRET not in server.output
    requests = [json.loads(line) for line in server.output.splitlines() if '"path":"/hooks/provider"' in line]
    assert {(line["operation"], line.get("principal")) for line in requests[-4:]} == {
        ("receive_delivery provider", "provider"),
        ("receive_delivery provider", None),
    }


async def counts(http: httpx.AsyncClient) -> dict[str, float]:
    """Return the number of deliveries to the hook by outcome."""
    text = (await http.get("/metrics")).text
    pattern = r'^bpmn_events_hook_deliveries_total\{hook="provider",outcome="(\w+)"\} (\S+)$'
    found = {name: float(number) for name, number in re.findall(pattern, text, re.MULTILINE)}
    assert found.keys() >= {"DELIVERED", "DUPLICATE", "IGNORED", "NOBODY_WAITS", "BAD_SIGNATURE", "UNAVAILABLE"}
    return found


async def test_rate_limits(tmp_path: Path) -> None:
    settings = {"RATE_LIMIT_REQUESTS": "4", "RATE_LIMIT_TRIGGERS": "2"}
    with running(hooked_server(tmp_path, {"provider": hook()}, settings)) as server:
        async with httpx.AsyncClient(base_url=server.address) as http:
            provider = Provider(http)
            forged = [(await provider.send(BODY, [("X-Signature", "sha256=00")])).status_code for _ in range(6)]
            assert sorted(forged) == [401] * 4 + [429] * 2
            signed = [await provider.deliver(BODY, f"d-{number}") for number in range(6)]
            assert [response.status_code for response in signed] == [202, 202, 429, 429, 429, 429]
            limits = [response.json().get("limit") for response in signed[2:]]
            assert limits == ["triggers", "triggers", "requests", "requests"]
            assert int(signed[-1].headers["retry-after"]) > 0
