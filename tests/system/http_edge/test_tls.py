"""The protocol under uvicorn's TLS."""

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.sync.client import connect

from tests.support.server import ServerProcess, running
from tests.support.wire import dialing
from tests.system.http_edge.applications import APPLICATION, documented_command
from tests.system.http_edge.messages import CLOSE, H2C, PAYLOAD, dry_run_head, get, in_chunks


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a self-signed certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoded_key = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path_factory.mktemp("certificate") / "localhost.pem"
    file.write_bytes(encoded_key + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture(scope="module")
def context(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.fixture(scope="module")
def address(certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of the product under uvicorn with TLS."""
    command = [*documented_command(), "--ssl-certfile", str(certificate)]
    with running(ServerProcess(tmp_path_factory.mktemp("tls"), command=command, ready_path=None)) as server:
        yield server.address


def test_offer_with_a_body(address: str, context: ssl.SSLContext) -> None:
    head, body = in_chunks(dry_run_head(H2C), json.dumps(PAYLOAD).encode())
    with dialing(address, context) as wire:
        wire.send(head + body, head, body)
        assert [wire.expect(404).json()["code"] for _ in range(2)] == ["PROCESS_MODEL_NOT_FOUND"] * 2
        assert wire.is_open()


def test_pipelined_requests(address: str, context: ssl.SSLContext) -> None:
    requests = b"".join(get(b"/nowhere/%d" % number) for number in range(3_000))
    with dialing(address, context) as wire:
        sender = threading.Thread(target=wire.send, args=[requests])
        sender.start()
        details = [wire.expect(404).json()["detail"] for _ in range(3_000)]
        sender.join()
    assert details == [f"There is nothing at /nowhere/{number}." for number in range(3_000)]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (get(fields=b"X: " + b"a" * 100_000 + b"\r\n"), 431),
        (get(fields=b"Host: y\r\n"), 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", 408),
        (dry_run_head(b"Content-Length: 1200000\r\n\r\n") + b"a" * 300_000, 413),
    ],
    ids=["large", "two hosts", "late", "large body"],
)
def test_refusals(address: str, context: ssl.SSLContext, data: bytes, status: int) -> None:
    with dialing(address, context) as wire:
        wire.send(data)
        wire.expect(status)
        assert wire.read() is None


def test_last_response(address: str, context: ssl.SSLContext) -> None:
    with dialing(address, context) as wire:
        wire.send(get(fields=CLOSE) + get())
        assert wire.statuses() == [200]


def test_websocket(certificate: Path, context: ssl.SSLContext, tmp_path: Path) -> None:
    command = [*APPLICATION, "--ssl-certfile", str(certificate)]
    with running(ServerProcess(tmp_path, command=command, ready_path=None)) as server:
        url = server.address.replace("https://127.0.0.1", "wss://localhost")
        with connect(url, ssl=context) as socket:
            socket.send("a" * 100_000)
            assert socket.recv() == "a" * 100_000
