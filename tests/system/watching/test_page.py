"""The example of docs/live.md prints what the page shows."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.support.pages import load_masked, read_blocks
from tests.support.server import ServerProcess

PAGE = Path(__file__).parents[3] / "docs" / "live.md"


def masked(lines: str) -> list[object]:
    """Return the JSON values of the lines without what differs in every run."""
    return [load_masked(re.sub(r'"cursor":"[\w-]+"', '"cursor":"…"', line)) for line in lines.splitlines()]


def test_the_command_prints_the_documented_lines(demo: ServerProcess) -> None:
    (demo.folder / ".venv").symlink_to(sys.prefix)
    blocks = read_blocks(PAGE)
    *_, command = (block.text for block in blocks if block.language == "sh")
    (expected,) = (block.text for block in blocks if block.language == "jsonl")
    done = subprocess.run(
        ["bash", "-euc", command], cwd=demo.folder, env=demo.environment, capture_output=True, text=True, check=True
    )
    assert masked(done.stdout) == masked(expected)
    assert json.loads(done.stdout.splitlines()[-1])["cursor"]
