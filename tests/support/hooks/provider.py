"""A provider of webhooks: the file of its hook, and signed deliveries of it."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.server import ServerProcess

SECRET = "a secret of the provider"
SIGNATURE = """
[signature]
header = "X-Signature"
prefix = "sha256="
secrets = [{ environment = "PROVIDER_SECRET" }]
"""
CALLER = """
[caller]
subject = "provider"
lanes = ["*"]
"""
DELIVERY = """
[delivery]
id = "=headers.x_delivery"
"""
MESSAGE = """
[message]
name = "first"
correlation = "=body.case"
payload = "={amount: body.amount}"
"""
EVENT = """
[event]
process_model = "two-steps"
correlation = "=body.case"
event = "=body.step"
"""


def hook(*tables: str) -> str:
    """Return the file of a hook, with the usual tables for those that are missing."""
    text = "\n".join(tables)
    targets = ("[message]", "[signal]", "[event]")
    usual = {"[signature]": SIGNATURE, "[caller]": CALLER, "[delivery]": DELIVERY}
    text += "".join(table for name, table in usual.items() if name not in text)
    return text if any(target in text for target in targets) else text + MESSAGE


def hooked_server(folder: Path, hooks: dict[str, str], settings: dict[str, str] | None = None) -> ServerProcess:
    """Return a server, not yet started, with these files of hooks by name."""
    files = folder / "hooks"
    files.mkdir()
    for name, text in hooks.items():
        (files / f"{name}.toml").write_text(text, "utf-8")
    (folder / ".env").write_text(f"PROVIDER_SECRET={SECRET}\n")
    return ServerProcess(folder, settings={"HOOKS": "hooks", **(settings or {})})


def sign(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Provider:
    """Sends deliveries to one hook."""

    http: httpx.AsyncClient
    path: str = "/hooks/provider"

    async def deliver(self, body: Any, delivery: str = "d-1", **headers: str) -> httpx.Response:
        """Deliver a JSON value, or bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = {"X-Signature": f"sha256={sign(content)}", "X-Delivery": delivery}
        return await self.send(content, {"Content-Type": "application/json", **signed, **headers}.items())

    async def send(self, content: bytes, headers: Iterable[tuple[str, str]]) -> httpx.Response:
        return await self.http.post(self.path, content=content, headers=list(headers))


def outcome(response: httpx.Response) -> tuple[int, str | None]:
    """Return the status and the outcome of a response; None in place of the outcome of a problem."""
    return response.status_code, response.json().get("outcome")
