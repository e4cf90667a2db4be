"""A Debian machine with systemd: the programs of this machine, in namespaces of its own.

Its root is an overlay over the root of this machine, so it begins with the installed packages, and everything that it
writes is in memory and gone at its end. Its network has nothing but 127.0.0.1, so it can use the usual ports.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.containers.root_folder import NETWORK
from tests.support.polling import block_until
from tests.support.programs import not_installed, require_program

_SYSTEMD = "/lib/systemd/systemd"
_BOOT = Path(__file__).with_name("boot.sh")
_VARIABLES = "/run/variables-of-the-shell"
_JOURNAL = "journalctl --no-pager --lines 30 --priority warning; journalctl --no-pager --lines 30"
_PATIENCE_SECONDS = 120
# Nothing is left of a machine if the tests are killed.
_ENDING_WITH_PARENT = ("setpriv", "--pdeathsig=KILL")
_ENVIRONMENT = {
    "DEBIAN_FRONTEND": "noninteractive",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
}


@dataclass(frozen=True)
class DebianMachine:
    """A running machine. ``pid`` is the process id of its systemd."""

    pid: int

    @property
    def network(self) -> list[str]:
        """The beginning of a command that runs a program of this machine in the network of that machine."""
        return [*_ENDING_WITH_PARENT, "nsenter", f"--target={self.pid}", "--net"]

    def path(self, inside: str) -> Path:
        """Return the path on this machine."""
        return Path(f"/proc/{self.pid}/root") / inside.lstrip("/")

    def run(self, script: str, *, with_internet: bool = False) -> str:
        """Run shell commands as root, which must succeed, and return what they print to stdout.

        They see the variables that earlier commands have set, like the commands of one session.
        """
        done = self.call(script, with_internet=with_internet)
        assert done.returncode == 0, "\n".join([script, done.stdout, done.stderr, self.call(_JOURNAL).stdout])
        return done.stdout

    def call(self, script: str, *, with_internet: bool = False) -> "subprocess.CompletedProcess[str]":
        """Run shell commands as ``run`` does, and return their result also if they fail."""
        begin = f"set -a; test ! -e {_VARIABLES} || . {_VARIABLES}"
        session = f"{begin}\n{script}\nunset {' '.join(NETWORK)}; export -p > {_VARIABLES}"
        outside = {name: os.environ[name] for name in NETWORK if name in os.environ} if with_internet else {}
        variables = [f"{name}={value}" for name, value in {**_ENVIRONMENT, **outside}.items()]
        enter = ["nsenter", f"--target={self.pid}", "--mount", "--uts", "--ipc", "--pid", "--cgroup"]
        network = [] if with_internet else ["--net"]
        shell = ["env", "--ignore-environment", "--chdir=/root", *variables, "bash", "-euo", "pipefail", "-c", session]
        return subprocess.run([*enter, *network, *shell], capture_output=True, text=True, check=False)


@contextmanager
def debian_machine(folder: Path) -> Iterator[DebianMachine]:
    """Boot a machine and yield it. At the end, all its processes are killed.

    Skip the test without root, Debian or systemd, or fail it in CI.
    """
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        not_installed("Debian, with root,")
    require_program(_SYSTEMD)
    root = folder / "root"
    root.mkdir()
    unshare = [*_ENDING_WITH_PARENT, "unshare", "--mount", "--propagation=private", "bash", str(_BOOT), str(root)]
    output = folder / "boot"
    with output.open("wb") as stream:
        process = subprocess.Popen(unshare, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL)
    try:
        block_until(lambda: process.poll() is not None or _find_systemd(process.pid) is not None)
        pid = _find_systemd(process.pid)
        assert pid is not None, output.read_text()
        machine = DebianMachine(pid)
        block_until(
            lambda: machine.call("systemctl is-system-running --wait").stdout.strip() in ("running", "degraded")
        )
        yield machine
    finally:
        if (pid := _find_systemd(process.pid)) is not None:
            os.kill(pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait(_PATIENCE_SECONDS)


def _find_systemd(ancestor: int) -> int | None:
    """Return the process id of the systemd that runs below this process."""
    try:
        processes = psutil.Process(ancestor).children(recursive=True)
        return next((each.pid for each in processes if each.cmdline()[:1] == [_SYSTEMD]), None)
    except psutil.NoSuchProcess:
        return None
