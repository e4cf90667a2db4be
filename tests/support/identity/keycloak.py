"""Keycloak, from its distribution in a Maven repository, on a free port."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from tests.support.programs import require_program

VERSION = "26.7.3"
REALM = "acme"
_ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
_PATIENCE_SECONDS = 600
_PASSWORD = "only for tests"


@dataclass
class Keycloak:
    """A Keycloak in a folder. It keeps its realms when it is started again.

    ``within`` is the beginning of a command that runs a program in the network of Keycloak, if it has one of its own.
    ``options`` are further options of its start.
    """

    folder: Path
    port: int
    within: Sequence[str] = ()
    options: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return f"{self.address}/realms/{REALM}"

    def start(self) -> None:
        """Start it, and wait until it responds."""
        options = ["--http-host", "127.0.0.1", "--http-port", str(self.port), *self.options]
        names = {"KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": _PASSWORD}
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [*self.within, "bash", self.folder / "bin" / "kc.sh", "start-dev", *options],
                env=os.environ | names,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._responds():
            assert self.process.poll() is None, (self.folder / "output").read_text()
            assert time.monotonic() < deadline, (self.folder / "output").read_text()
            time.sleep(1)

    def _responds(self) -> bool:
        command = [*self.within, require_program("curl"), "--silent", "--fail", f"{self.address}/realms/master"]
        return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(_PATIENCE_SECONDS)

    def run(self, script: str, **variables: str) -> str:
        """Run shell commands, in which ``kcadm.sh`` is signed in, and return their output."""
        program = self.folder / "bin" / "kcadm.sh"
        sign_in = (
            f"{program} config credentials --server $KEYCLOAK --realm master --user admin --password '{_PASSWORD}'"
        )
        environment = {
            **os.environ,
            "HOME": str(self.folder),
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "KEYCLOAK": self.address,
            "REALM": REALM,
        }
        done = subprocess.run(
            [*self.within, "bash", "-euc", f"{sign_in}\n{script}"],
            env=environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def token(self, **parameters: str) -> str:
        """Return an access token for the parameters of a token request."""
        response = httpx.post(f"{self.issuer}/protocol/openid-connect/token", data=parameters)
        assert response.status_code == httpx.codes.OK, response.text
        document: Any = response.json()
        return str(document["access_token"])


@contextmanager
def keycloak(folder: Path, port: int, within: Sequence[str] = (), options: Sequence[str] = ()) -> Iterator[Keycloak]:
    """Yield a running Keycloak with a realm whose tokens live for an hour.

    It takes minutes, a JDK and a large download, so the test is skipped without ``REQUIRE_KEYCLOAK=true``.
    """
    if os.environ.get("REQUIRE_KEYCLOAK") != "true":
        pytest.skip("Keycloak runs in .ci/long keycloak and production only")
    running = Keycloak(_unpack(folder), port, within, options)
    try:
        running.start()
        running.run('kcadm.sh create realms -s realm="$REALM" -s enabled=true -s accessTokenLifespan=3600')
        yield running
    finally:
        running.stop()


def _unpack(folder: Path) -> Path:
    command = ["mvn", "--batch-mode", "--quiet", _PLUGIN, f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={folder}"]
    subprocess.run(command, check=True)
    with ZipFile(folder / f"keycloak-quarkus-dist-{VERSION}.zip") as archive:
        archive.extractall(folder)
    home = folder / f"keycloak-{VERSION}"
    for program in (home / "bin").glob("*.sh"):
        program.chmod(0o755)  # zipfile does not restore modes
    return home
