"""Operaton, embedded in a Java program whose sources are beside this file."""

import json
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parent
BUILD = Path(__file__).parents[3] / "build" / "operaton"


def build() -> None:
    """Compile the driver, with the pinned libraries from Maven Central.

    Raises:
        CalledProcessError: if Maven fails, for example without the internet.
        ValueError: if a library has another hash than in ``libraries.sha256``.
    """
    command = ["mvn", "--batch-mode", "--quiet", "--strict-checksums", "--file", str(SOURCES / "pom.xml"), "package"]
    subprocess.run(command, check=True)
    hashes = {path.name: sha256(path.read_bytes()).hexdigest() for path in (BUILD / "lib").iterdir()}
    lines = (SOURCES / "libraries.sha256").read_text("utf-8").splitlines()
    expected = {name: digest for digest, name in map(str.split, lines)}
    if hashes != expected:
        raise ValueError(f"these libraries are not the pinned ones: {dict(hashes.items() ^ expected.items())}")


class Operaton:
    """A Java process with the engine. It has one execution at a time."""

    def __init__(self) -> None:
        path = f"{BUILD / 'operaton-driver-1.jar'}:{BUILD / 'lib'}/*"
        command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m", "-cp", path, "Driver"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> "Operaton":
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.communicate()

    def ask(self, command: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the driver has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer
