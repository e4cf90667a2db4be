"""An nginx with TLS in front of a server, with the configuration of docs/operations.md, a variant of it, or deploy/."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.pages import read_blocks
from tests.support.ports import free_port
from tests.support.programs import require_program

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
UPSTREAM = "proxy_pass http://127.0.0.1:8000;"
_PATIENCE_SECONDS = 60
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_CONFIGURATION = """
daemon off;
{user}
error_log stderr;
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log off;
    {temporary}
    {server}
}}
"""


def documented_server() -> str:
    """Return the ``server`` block of docs/operations.md."""
    (block,) = [block for block in read_blocks(OPERATIONS) if block.language == "nginx"]
    assert UPSTREAM in block.text
    return block.text


@contextmanager
def tls_proxy(folder: Path, upstream: str, server: str, name: str = "example.com") -> Iterator[str]:
    """Start nginx with this ``server`` block, and yield its address. ``folder/certificate.pem`` is its certificate.

    The block names the addresses and files of the documentation, which are replaced; ``name`` is that of the host.
    """
    program = require_program("nginx", "/usr/sbin/nginx")
    _make_certificate(folder)
    port = free_port()
    for documented, actual in {
        "443 ssl": f"127.0.0.1:{port} ssl",
        f"/etc/ssl/certs/{name}.pem": f"{folder}/certificate.pem",
        f"/etc/ssl/private/{name}.key": f"{folder}/key.pem",
        "127.0.0.1:8000": upstream.removeprefix("http://"),
    }.items():
        assert documented in server
        server = server.replace(documented, actual)
    temporary = "".join(f"{name}_temp_path {folder}/{name};" for name in _TEMPORARY)
    user = "user root;" if Path(folder).owner() == "root" else ""
    (folder / "nginx.conf").write_text(
        _CONFIGURATION.format(user=user, folder=folder, temporary=temporary, server=server), "utf-8"
    )
    with _running([program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"], folder, port):
        yield f"https://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _listens(port):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def _make_certificate(folder: Path) -> None:
    command = [require_program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
