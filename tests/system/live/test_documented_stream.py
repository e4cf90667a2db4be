"""The command for a stream in docs/rest.md prints the documented events."""

import re
import subprocess
import sys

from tests.support.pages import mask, read_blocks, read_commands, replace_addresses
from tests.support.polling import block_until
from tests.support.programs import require_program
from tests.support.server import ServerProcess
from tests.system.test_readme import REST


def masked(stream: str) -> list[str]:
    """Return the blocks of a stream without their ids, and without comments."""
    return [
        re.sub(r"^id: \S+$", "id: …", mask(block), flags=re.MULTILINE)
        for block in stream.strip().split("\n\n")
        if block != ":"
    ]


def test_the_command_prints_the_documented_events(demo: ServerProcess) -> None:
    require_program("curl")
    command, expected = (block.text for block in read_blocks(REST) if block.note == "stream")
    commands = [command for command, _ in read_commands(REST)]
    token = next(command for command in commands if command.startswith("export TOKEN"))
    trigger = next(command for command in commands if "payment 4711" in command)
    addresses = {"http://127.0.0.1:8000": demo.address, ".venv/bin": f"{sys.prefix}/bin"}

    def script(command: str) -> list[str]:
        return ["bash", "-euc", replace_addresses(token + command, addresses)]

    file, environment = demo.folder / "stream", demo.environment
    with file.open("wb") as output:
        stream = subprocess.Popen(script(f"exec {command}"), stdout=output, env=environment)
    try:
        block_until(lambda: "cursor" in file.read_text("utf-8"))
        subprocess.run(script(trigger), check=True, capture_output=True, env=environment)
        block_until(lambda: len(masked(file.read_text("utf-8"))) >= len(masked(expected)))
        assert masked(file.read_text("utf-8")) == masked(expected)
    finally:
        stream.kill()
        stream.wait()
