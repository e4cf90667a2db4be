"""The key set of an identity provider cannot be fetched."""

import asyncio
import logging
import re
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bpmn_events.adapters.auth.key_set_document import MAX_KEYS
from bpmn_events.adapters.auth.key_set_download import MAX_BYTES, TIMEOUT_SECONDS
from bpmn_events.adapters.auth.published_keys import (
    MAX_AGE_SECONDS,
    MIN_INTERVAL_SECONDS,
    RENEW_AFTER_SECONDS,
)
from tests.support.identity.provider import IdentityProvider, to_jwk
from tests.unit.auth.issued import EC_KEY, ISSUED, RSA_KEY, retry_after, rsa_token, tokens_of
from tests.unit.auth.tokens import Clock, encode, refusal


async def test_a_token_cannot_be_checked_until_keys_are_fetched(issuer: IdentityProvider) -> None:
    monotonic = Clock(0)
    checker = tokens_of(issuer, monotonic)
    await issuer.stop()
    assert await retry_after(checker, rsa_token()) == 10
    monotonic.now = 7.5
    assert await retry_after(checker, rsa_token()) == 3
    issuer.publish(one=RSA_KEY)
    await issuer.start()
    assert await retry_after(checker, rsa_token()) == 3
    monotonic.now = 10
    assert (await checker.authenticate(rsa_token())).subject == "ada"
    assert "algorithm" in await refusal(checker, encode(ISSUED))


async def test_known_keys_are_used_while_the_provider_is_down(
    issuer: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.publish(one=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of(issuer, monotonic)
    await checker.authenticate(rsa_token())
    await issuer.stop()
    for monotonic.now in (301, 1000, 1015, 3599):
        assert (await checker.authenticate(rsa_token(f"at {monotonic.now}"))).subject == f"at {monotonic.now}"
        assert await retry_after(checker, encode(ISSUED, EC_KEY, "ES256", kid="new")) > 0
    assert len(caplog.records) == 1, "an outage is one line in the log"
    monotonic.now = 3620
    assert await retry_after(checker, rsa_token("late")) == 10
    assert (await checker.authenticate(rsa_token())).subject == "ada", "a verified token stays in the cache"
    await issuer.start()
    monotonic.now = 3630
    assert (await checker.authenticate(rsa_token("late"))).subject == "late"
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    assert caplog.messages[1].endswith("can be fetched again")


async def test_nobody_waits_for_a_provider_that_is_known_to_be_silent(issuer: IdentityProvider) -> None:
    """A request that waited for the fetch would wait for an hour: the provider never responds."""
    issuer.publish(one=RSA_KEY)
    monotonic = Clock(0)
    checker = tokens_of(issuer, monotonic, timeout_seconds=3600)
    await checker.authenticate(rsa_token())
    await issuer.stop()
    monotonic.now = 300
    await checker.authenticate(rsa_token("finds the outage"))
    asked = asyncio.Event()

    async def hang(_: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.Event().wait()

    issuer.response = hang
    await issuer.start()
    for monotonic.now in (310, 320, 1000):
        await checker.authenticate(rsa_token(f"at {monotonic.now}"))
    await asked.wait()
    await checker.authenticate(rsa_token("after all"))
    assert issuer.requests == 2


async def drip_header(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    await _drip(writer)


async def drip_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{"keys": [')
    await _drip(writer)


async def _drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def hang(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def leave(_: asyncio.StreamWriter) -> None:
    """Close the connection without a response."""


@pytest.mark.parametrize("response", [drip_header, drip_body, hang, leave], ids=lambda response: response.__name__)
async def test_one_deadline_is_for_the_whole_fetch(issuer: IdentityProvider, response: Any) -> None:
    """Without it, this test would not end: each byte arrives in time."""
    issuer.response = response
    assert await retry_after(tokens_of(issuer, timeout_seconds=0.3), rsa_token()) == 10


async def test_a_proxy_that_cannot_be_used_is_an_outage(
    issuer: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    assert await retry_after(tokens_of(issuer), rsa_token()) == 10


@pytest.mark.parametrize("status", [204, 301, 302, 307, 401, 404, 429, 500, 503])
async def test_only_200_has_a_key_set(issuer: IdentityProvider, status: int) -> None:
    """A redirect is not followed, not even to the same server."""
    issuer.send({"keys": [to_jwk(RSA_KEY, "one")]}, status, f"Location: {issuer.url}\r\n")
    assert await retry_after(tokens_of(issuer), rsa_token()) == 10
    assert issuer.requests == 1


async def test_no_http_at_all_is_an_outage(issuer: IdentityProvider) -> None:
    issuer.response = b"\x15\x03\x03\x00\x02\x02\x46 not HTTP\r\n\r\n"
    assert await retry_after(tokens_of(issuer), rsa_token()) == 10


def make_certificate(folder: Path) -> ssl.SSLContext:
    """Return the context of a server at 127.0.0.1, and write its self-signed certificate to ``certificate.pem``."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    addresses = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, EC_KEY.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    certificate = builder.add_extension(addresses, critical=False).sign(EC_KEY, SHA256())
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    private = EC_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


async def test_the_certificate_must_be_one_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = IdentityProvider()
    provider.tls = make_certificate(tmp_path)
    provider.publish(one=RSA_KEY)
    await provider.start()
    try:
        assert provider.url.startswith("https:")
        assert await retry_after(tokens_of(provider), rsa_token()) == 10
        assert provider.requests == 0
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert (await tokens_of(provider).authenticate(rsa_token())).subject == "ada"
    finally:
        await provider.stop()


def test_times_and_sizes_are_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "authentication.md").read_text("utf-8")
    times = re.findall(r"^\| .* \| (\d+) seconds \|$", page, re.MULTILINE)
    assert times == [
        f"{time:g}" for time in (RENEW_AFTER_SECONDS, MAX_AGE_SECONDS, TIMEOUT_SECONDS, MIN_INTERVAL_SECONDS)
    ]
    assert f"{MAX_BYTES:,} bytes" in page
    assert f"more than {MAX_KEYS:,} keys" in page
