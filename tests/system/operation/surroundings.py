"""The certificates, the identity provider and the collector that docs/production.md takes for granted."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.containers.debian_machine import DebianMachine
from tests.support.identity.keycloak import Keycloak, keycloak
from tests.support.sources import ROOT
from tests.system.operation.test_keycloak import recipe

_PATIENCE_SECONDS = 60
_NAMES = "127.0.0.1 events.example.com id.example.com collector.internal"
# A company's own authority, which the machine knows, and a certificate for both names.
_CERTIFICATES = """
cd "$(mktemp -d)"
new="req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
authority=/usr/local/share/ca-certificates/company.crt
openssl $new -x509 -days 2 -subj "/CN=Company" -keyout company.key -out $authority
openssl $new -subj "/CN=events.example.com" -keyout /etc/ssl/private/events.example.com.key -out request.pem
echo "subjectAltName=DNS:events.example.com,DNS:id.example.com" > names
openssl x509 -req -in request.pem -days 1 -extfile names -CA $authority -CAkey company.key -CAcreateserial \
  -out /etc/ssl/certs/events.example.com.pem
update-ca-certificates
"""
_SITE_OF_KEYCLOAK = """
server {
    listen 443 ssl;
    server_name id.example.com;
    ssl_certificate /etc/ssl/certs/events.example.com.pem;
    ssl_certificate_key /etc/ssl/private/events.example.com.key;
    location / {
        proxy_pass http://127.0.0.1:8080;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto https;
    }
}
"""


@dataclass(frozen=True)
class Surroundings:
    """The identity provider, and the file with the spans that the collector has received."""

    provider: Keycloak
    spans: Path

    def follow_recipe(self) -> str:
        """Run the recipe for Keycloak, and return the secret of its program."""
        *commands, _ = recipe("bash")
        printed = self.provider.run("\n".join([*commands, 'echo "SECRET=$SECRET"']))
        return printed.rpartition("SECRET=")[2].strip()

    def names_of_spans(self, trace: str) -> set[str]:
        """Return the names of the spans of a trace that have arrived."""
        spans = [json.loads(line) for line in self.spans.read_text("utf-8").splitlines()]
        return {span["name"] for span in spans if span["trace_id"] == trace}


@contextmanager
def surroundings(machine: DebianMachine, folder: Path) -> Iterator[Surroundings]:
    """Prepare the names and certificates of the machine, and run Keycloak and a collector in its network."""
    machine.run(f"echo '{_NAMES}' >> /etc/hosts\n{_CERTIFICATES}")
    machine.path("/etc/nginx/conf.d/keycloak.conf").write_text(_SITE_OF_KEYCLOAK, "utf-8")
    options = ["--hostname", "https://id.example.com", "--proxy-headers", "xforwarded"]
    with keycloak(folder, 8080, machine.network, options) as provider, _collector(machine, folder / "spans") as spans:
        yield Surroundings(provider, spans)


@contextmanager
def _collector(machine: DebianMachine, spans: Path) -> Iterator[Path]:
    command = [*machine.network, sys.executable, "-m", "tests.system.tracing.collector_program", "4318"]
    with spans.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output)
    try:
        yield spans
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)
