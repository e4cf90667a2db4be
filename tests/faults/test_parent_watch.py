"""The PostgreSQL server of a test run ends with the run, even if the run is killed."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.polling import block_until
from tests.support.postgres import require_postgres

ROOT = Path(__file__).parents[2]
RUN = """
import sys, time
from tests.support.postgres import another_server
with another_server() as server:
    {silence}
    print(server.node.pid, server.node.folder, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("silence", ["", "server.node.silence()"])
def test_a_killed_run_leaves_no_server_behind(silence: str) -> None:
    require_postgres()
    command = [sys.executable, "-c", RUN.format(silence=silence)]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    with run.stdout:
        pid, folder = run.stdout.readline().split()
    assert psutil.pid_exists(int(pid))
    run.kill()
    run.wait()

    block_until(lambda: not psutil.pid_exists(int(pid)) and not Path(folder).exists())
