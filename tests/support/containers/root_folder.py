"""A folder that is the root of a process, as the file system of a container is, with the programs of this machine."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from tests.support.programs import require_program

# The base image: Python and a shell, which are read-only.
_BASE = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc")
_PYTHON = str(Path(sys.base_prefix).resolve())
PATH = f"{_PYTHON}/bin:/usr/local/bin:/usr/bin:/bin"
# How this machine reaches its package index.
NETWORK = ("PIP_CERT", "PIP_DEFAULT_TIMEOUT", "PIP_INDEX_URL", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy")


@dataclass(frozen=True)
class RootFolder:
    """A folder with the files of one stage or one container.

    ``volumes`` are folders of this machine by their path in the container, and ``temporary`` the paths of folders in
    memory. With ``is_read_only``, a process can write to nothing else.
    """

    folder: Path
    volumes: Mapping[str, Path] = field(default_factory=dict)
    is_read_only: bool = False
    temporary: Sequence[str] = ()

    def path(self, inside: str) -> Path:
        """Return the path on this machine."""
        return self.folder / inside.lstrip("/")

    def run(self, command: str, environment: Mapping[str, str], folder: str) -> None:
        """Run a shell command as root, which must succeed."""
        outside = {name: os.environ[name] for name in NETWORK if name in os.environ}
        done = subprocess.run(
            self._command(["/bin/sh", "-c", command], {**outside, **environment}, folder, "0:0"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], folder: str, user: str, output: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """Start a command as this user, ``UID:GID``, without capabilities. It has the process id of the result."""
        return subprocess.Popen(
            self._command(command, environment, folder, user), stdout=output, stderr=subprocess.STDOUT
        )

    def _command(self, command: Sequence[str], environment: Mapping[str, str], folder: str, user: str) -> list[str]:
        if os.geteuid() != 0:
            pytest.skip("only root can mount the file system of a container")
        user_id, _, group_id = user.partition(":")
        rights = [f"--reuid={user_id}", f"--regid={group_id}", "--clear-groups", "--no-new-privs"]
        if user_id != "0":
            rights.append("--bounding-set=-all")
        variables = [f"{name}={value}" for name, value in environment.items()]
        inside = ["setpriv", *rights, "env", "--ignore-environment", f"--chdir={folder}", *variables, *command]
        script = f"set -e\n{self._mounts()}\nexec chroot {shlex.quote(str(self.folder))} {shlex.join(inside)}"
        return [require_program("unshare"), "--mount", "--propagation", "private", "/bin/sh", "-c", script]

    def _mounts(self) -> str:
        root = shlex.quote(str(self.folder))
        lines = [f"mount --bind {root} {root}"]
        for source in dict.fromkeys((*_BASE, _PYTHON)):
            if Path(source).exists() and not (source == _PYTHON and source.startswith(_BASE)):
                lines += [self._bind(source, source), f"mount -o remount,bind,ro {self._quoted(source)}"]
        lines += [f"mkdir -p {self._quoted('/proc')} {self._quoted('/dev')} {self._quoted('/tmp')}"]
        lines += [f"mount --rbind {special} {self._quoted(special)}" for special in ("/proc", "/dev")]
        lines += [self._bind(str(folder), inside) for inside, folder in self.volumes.items()]
        lines += [
            f"mkdir -p {self._quoted(path)}; mount -t tmpfs tmpfs {self._quoted(path)}" for path in self.temporary
        ]
        if self.is_read_only:
            lines.append(f"mount -o remount,bind,ro {root}")
        return "\n".join(lines)

    def _bind(self, source: str, inside: str) -> str:
        target = self._quoted(inside)
        return f"mkdir -p {target}; mount --bind {shlex.quote(source)} {target}"

    def _quoted(self, inside: str) -> str:
        return shlex.quote(str(self.path(inside)))
