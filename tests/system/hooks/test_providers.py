"""The signatures of providers: the examples in their documentation, and deliveries to the hooks of the recipes."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from tests.conformance.drawing import draw
from tests.support.hooks.provider import Provider, hooked_server, outcome
from tests.support.hooks.recipes import NAMES, SECRETS, of_any_age, of_anything, recipe
from tests.support.server import ServerProcess, running
from tests.system.client import Client

JSON, FORM, TEXT = "application/json", "application/x-www-form-urlencoded", "text/plain"
# docs.github.com, "Validating webhook deliveries"
GITHUB = (
    b"Hello, World!",
    {
        "Content-Type": TEXT,
        "X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    },
)
# docs.slack.dev, "Verifying requests from Slack"
SLACK = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    },
)
# github.com/standard-webhooks/standard-webhooks, the test vectors of its libraries
STANDARD = (
    b'{"test": 2432232314}',
    {
        "Content-Type": JSON,
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
)
EXAMPLES = {"github": GITHUB, "slack": SLACK, "standard-webhooks": STANDARD, "gitlab": STANDARD}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    hooks = {name: recipe(name) for name in NAMES}
    hooks |= {f"{name}-example": of_anything(recipe(name)) for name in EXAMPLES}
    hooks |= {name: of_any_age(hooks[name]) for name in hooks if name.endswith("-example") and "github" not in name}
    server = hooked_server(tmp_path_factory.mktemp("providers"), hooks)
    (server.folder / ".env").write_text("".join(f"{name}={json.dumps(text)}\n" for name, text in SECRETS.items()))
    with running(server):
        yield server


@pytest_asyncio.fixture
async def client(server: ServerProcess) -> AsyncIterator[Client]:
    async with Client.of(server.address) as client:
        yield client


@pytest.mark.parametrize("name", EXAMPLES)
async def test_the_documented_example(client: Client, name: str) -> None:
    body, headers = EXAMPLES[name]
    provider = Provider(client.http, f"/hooks/{name}-example")
    assert outcome(await provider.send(body, headers.items())) == (202, "NOBODY_WAITS")
    forged = {
        key: value.replace("g0hM", "g0hN").replace("a2114", "b2114").replace("7571", "7572")
        for key, value in headers.items()
    }
    assert (await provider.send(body, forged.items())).status_code == 401
    assert (await provider.send(body[:-1] + b" ", headers.items())).status_code == 401


@pytest.mark.parametrize("name", ["slack", "standard-webhooks", "gitlab"])
async def test_the_example_is_too_old_for_the_recipe(client: Client, name: str) -> None:
    body, headers = EXAMPLES[name]
    assert (await Provider(client.http, f"/hooks/{name}").send(body, headers.items())).status_code == 401


def digest(secret: str, content: bytes) -> bytes:
    return hmac.new(secret.encode(), content, hashlib.sha256).digest()


def standard(secret: str, body: bytes, delivery: str) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{delivery}.{(now := int(time.time()))}.".encode() + body
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1a,xyz v1,AAAA v1,{signature}",
    }


def signed(name: str, body: bytes, delivery: str = "msg_1") -> dict[str, str]:
    """Return the headers that the provider adds to its delivery."""
    now = str(int(time.time()))
    match name:
        case "github":
            signature = digest(SECRETS["GITHUB_WEBHOOK_SECRET"], body).hex()
            event = {"X-GitHub-Delivery": "1", "X-GitHub-Event": "pull_request"}
            return {"X-Hub-Signature-256": f"sha256={signature}", **event}
        case "stripe":
            signature = digest(SECRETS["STRIPE_WEBHOOK_SECRET"], f"{now}.".encode() + body).hex()
            return {"Stripe-Signature": f"t={now},v1={'0' * 64},v1={signature},v0={'1' * 64}"}
        case "slack" | "slack-events":
            signature = digest(SECRETS["SLACK_SIGNING_SECRET"], f"v0:{now}:".encode() + body).hex()
            media_type = FORM if name == "slack" else JSON
            return {
                "X-Slack-Signature": f"v0={signature}",
                "X-Slack-Request-Timestamp": now,
                "Content-Type": media_type,
            }
        case "shopify":
            signature = base64.b64encode(digest(SECRETS["SHOPIFY_CLIENT_SECRET"], body)).decode()
            return {"X-Shopify-Hmac-Sha256": signature, "X-Shopify-Webhook-Id": "1", "X-Shopify-Topic": "orders/paid"}
        case "gitlab-token":
            return {"X-Gitlab-Token": SECRETS["GITLAB_SECRET_TOKEN"], "Idempotency-Key": "1"}
        case "gitlab":
            return standard(SECRETS["GITLAB_SIGNING_TOKEN"], body, delivery)
        case _:
            return standard(SECRETS["PROVIDER_WEBHOOK_SECRET"], body, delivery)


# For each recipe: the kind, name and correlation of its event, a delivery, and the payload that becomes of it.
DELIVERIES: dict[str, tuple[str, str, str, Any, Any]] = {
    "github": (
        "message",
        "pull-request-merged",
        "octo/shop#7",
        {
            "action": "closed",
            "number": 7,
            "pull_request": {"merged": True, "title": "Fix", "merged_by": {"login": "octocat"}},
            "repository": {"full_name": "octo/shop"},
        },
        {"number": 7, "title": "Fix", "mergedBy": "octocat"},
    ),
    "stripe": (
        "message",
        "payment-received",
        "order-1",
        {
            "id": "evt_1",
            "type": "checkout.session.completed",
            "data": {
                "object": {
                    "client_reference_id": "order-1",
                    "amount_total": 1250,
                    "currency": "eur",
                    "payment_intent": "pi_1",
                }
            },
        },
        {"amount": 12.5, "currency": "EUR", "reference": "pi_1"},
    ),
    "slack": (
        "message",
        "order-approved",
        "order-2",
        b"command=%2Fapprove&text=order-2&user_name=ada&trigger_id=1.2.3",
        {"approvedBy": "ada"},
    ),
    "slack-events": (
        "message",
        "thread-answered",
        "C1/1700000000.1",
        {
            "type": "event_callback",
            "event_id": "Ev1",
            "event": {"type": "message", "channel": "C1", "thread_ts": "1700000000.1", "text": "Yes", "user": "U1"},
        },
        {"text": "Yes", "user": "U1"},
    ),
    "shopify": (
        "start",
        "order-paid",
        "shopify-820982911946154508",
        {"id": 820982911946154508, "order_number": 1234, "total_price": "403.00", "currency": "USD"},
        {"orderNumber": 1234, "total": 403, "currency": "USD"},
    ),
    "standard-webhooks": (
        "message",
        "invoice-paid",
        "in_1",
        {"type": "invoice.paid", "data": {"id": "in_1", "amount": 5}},
        {"amount": 5},
    ),
    "gitlab": (
        "signal",
        "pipeline-failed",
        "octo/shop",
        {
            "object_kind": "pipeline",
            "object_attributes": {"id": 31, "ref": "main", "status": "failed"},
            "project": {"path_with_namespace": "octo/shop"},
        },
        {"pipeline": 31, "branch": "main"},
    ),
    "gitlab-token": (
        "signal",
        "pipeline-failed",
        "octo/lab",
        {
            "object_kind": "pipeline",
            "object_attributes": {"id": 32, "ref": "main", "status": "failed"},
            "project": {"path_with_namespace": "octo/lab"},
        },
        {"pipeline": 32, "branch": "main"},
    ),
}


async def prepare(client: Client, kind: str, name: str, correlation: str, recipe_name: str) -> None:
    """Let a process wait for the delivery."""
    if kind == "start":
        drawing = f"start > wait\nstart: startEvent message={name}\nwait: intermediateCatchEvent message=x\n"
        await client.deploy_and_start(draw(drawing, "fulfillment"), "fulfillment")
    else:
        key = f"waits-for-{recipe_name}"
        waits = f"wait: intermediateCatchEvent {kind}={name}\nafter: intermediateCatchEvent message=x\n"
        drawing = f"start > wait > after\n{waits}"
        await client.deploy_and_start(draw(drawing, key), key, correlation)


@pytest.mark.parametrize("name", NAMES)
async def test_a_delivery_to_the_recipe(client: Client, name: str) -> None:
    kind, event, correlation, content, payload = DELIVERIES[name]
    await prepare(client, kind, event, correlation, name)
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    provider = Provider(client.http, f"/hooks/{name}")
    headers = {"Content-Type": JSON, **signed(name, body)}
    assert outcome(await provider.send(body, headers.items())) == (200, "DELIVERED")
    again = {"Content-Type": JSON, **signed(name, body)}  # with a new timestamp, if it has one
    assert outcome(await provider.send(body, again.items())) == (200, "DUPLICATE")
    assert await last_payload(client, correlation) == payload

    other = body.replace(b"closed", b"opened").replace(b"failed", b"passed").replace(b"approve", b"refuse")
    other = (
        other.replace(b"event_callback", b"x")
        .replace(b"thread_ts", b"ts")
        .replace(b"invoice.paid", b"invoice.sent")
        .replace(b"checkout.session.completed", b"customer.created")
    )
    headers = {"Content-Type": JSON, **signed(name, other), "X-Shopify-Topic": "orders/create"}
    assert outcome(await provider.send(other, headers.items())) == (200, "IGNORED")


async def test_a_header_with_an_underscore_does_not_replace_the_signed_one(client: Client) -> None:
    kind, event, _, content, _ = DELIVERIES["standard-webhooks"]
    content = {**content, "data": {"id": "in_2", "amount": 5}}
    await prepare(client, kind, event, "in_2", "underscores")
    body = json.dumps(content).encode()
    provider = Provider(client.http, "/hooks/standard-webhooks")
    headers = [("Content-Type", JSON), *signed("underscores", body, "msg_2").items()]
    assert outcome(await provider.send(body, headers)) == (200, "DELIVERED")
    forged = ("webhook_id", "msg_3")
    for pairs in ([forged, *headers], [*headers, forged]):
        assert outcome(await provider.send(body, pairs)) == (200, "DUPLICATE")


async def test_a_challenge_is_the_response_to_a_signed_delivery(client: Client) -> None:
    """The example of docs.slack.dev, "url_verification"."""
    challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
    body = json.dumps({"token": "Jhj5d", "challenge": challenge, "type": "url_verification"}).encode()
    provider = Provider(client.http, "/hooks/slack-events")
    response = await provider.send(body, signed("slack-events", body).items())
    assert (response.status_code, response.json()) == (200, {"challenge": challenge})
    forged = await provider.send(body + b" ", signed("slack-events", body).items())
    assert forged.status_code == 401
    assert challenge not in forged.text
    for wrong in (b"[]", b'"%b"' % (b"x" * 300), b'""', b"1"):
        body = b'{"type": "url_verification", "challenge": %b}' % wrong
        assert (await provider.send(body, signed("slack-events", body).items())).status_code == 400


@pytest.mark.parametrize("token", ["", "a token that GitLab send", "a token that GitLab sends ö", "x" * 5_000])
async def test_another_token_is_refused(client: Client, token: str) -> None:
    body = json.dumps(DELIVERIES["gitlab-token"][3]).encode()
    headers = [(b"X-Gitlab-Token", token.encode()), (b"Idempotency-Key", b"2")]
    response = await client.http.post("/hooks/gitlab-token", content=body, headers=headers)
    assert response.status_code == 401


async def last_payload(client: Client, correlation: str) -> Any:
    """Return the payload that the process has received, which is in its variables."""
    query = """query($id: ID!) { correlation(id: $id) { ... on Correlation {
      processInstances(first: 1) { nodes { variables } } } } }"""
    (instance,) = (await client.graphql(query, id=correlation))["processInstances"]["nodes"]
    return instance["variables"]
