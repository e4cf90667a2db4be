"""Many triggers from a file, while the command is killed with -9: nothing is lost or done twice, in bounded memory.

``.ci/long bulk`` sends 100,000 lines.
"""

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path

from tests.system.command_line.sending import FILE, Sender, line, peak_memory

LINES = int(os.environ.get("BULK_LINES", "4000"))
FEW = LINES // 10
CORRELATIONS = 40 if LINES < 10_000 else 1_000
MAX_KB = 200_000
MAX_GROWTH_KB = 30_000  # from the memory for few lines to that for all


def write_lines(sender: Sender, first: int, count: int) -> None:
    """Write the lines with these numbers, of which those of a correlation are far apart."""
    lines = (line(number, correlationId=f"c-{number % CORRELATIONS}") for number in range(first, first + count))
    with (sender.folder / FILE).open("w") as file:
        file.writelines(f"{each}\n" for each in lines)


def kill_after(sender: Sender, triggers: int, *options: str) -> int:
    """Run the command with ``kill -9`` as soon as there are so many triggers. Return the memory it had, in kB."""
    with sender.running(*options, stdout=subprocess.DEVNULL) as process:
        for goal in range(1000, triggers + 1000, 1000):
            sender.await_triggers(min(goal, triggers))
        peak = peak_memory(process)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    return peak


def run_to_end(sender: Sender, *options: str) -> tuple[str, int]:
    """Run the command, without a line that fails. Return its summary and the memory it had, in kB."""
    peak = 0
    with sender.running(*options) as process:
        while process.poll() is None:
            peak = peak_memory(process) or peak
            time.sleep(0.02)
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    return out, peak


def test_the_command_is_killed(url: str, tmp_path: Path) -> None:
    sender = Sender(tmp_path, url)
    asyncio.run(sender.prepare(CORRELATIONS))
    write_lines(sender, 0, FEW)
    _, few = run_to_end(sender)
    write_lines(sender, FEW, LINES)
    killed = kill_after(sender, FEW + LINES // 3)
    resumed = kill_after(sender, FEW + LINES // 2, "--resume")
    summary, last = run_to_end(sender, "--resume")
    assert summary.startswith(f"{FILE}: ")
    sender.check_each_once(FEW + LINES)
    peak = max(killed, resumed, last)
    assert peak < MAX_KB
    assert peak - few < MAX_GROWTH_KB
    numbers = summary.splitlines()[0].partition(": ")[2]
    print(
        f"figures: {LINES:,} lines by the command, killed twice: {numbers} {peak / 1000:.0f} MB, {few / 1000:.0f} MB"
        f" for {FEW:,} lines"
    )
