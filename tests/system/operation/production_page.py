"""The commands and the table of docs/production.md."""

import re
from dataclasses import dataclass, field

from tests.support.containers.debian_machine import DebianMachine
from tests.support.sources import ROOT

PAGE = ROOT / "docs" / "production.md"


def read_sections() -> dict[str, str]:
    """Return the text of each section by its title, without its number."""
    sections = PAGE.read_text("utf-8").split("\n## ")[1:]
    return {re.sub(r"^\d+\. ", "", title): text for title, _, text in (each.partition("\n") for each in sections)}


@dataclass
class ProductionPage:
    """The page, and the commands that have run on the machine. ``left`` are the others, by section."""

    machine: DebianMachine
    sections: dict[str, str] = field(default_factory=read_sections)
    left: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        blocks = {
            title: re.findall(r"^```bash\n(.*?)^```$", text, re.M | re.S) for title, text in self.sections.items()
        }
        self.left = {title: commands for title, commands in blocks.items() if commands}

    def run_next(self, section: str, *, with_internet: bool = False) -> str:
        """Run the next block of the section, which must succeed, and return what it prints to stdout."""
        block = self.left[section].pop(0)
        if not self.left[section]:
            del self.left[section]
        return self.machine.run(block, with_internet=with_internet)

    def run_rest(self, section: str) -> str:
        """Run all further blocks of the section, and return what they print to stdout."""
        return "".join(self.run_next(section) for _ in self.left[section][:])

    def install_release(self) -> None:
        """Run the last block of the first section, also when the release is upgraded."""
        block = re.findall(r"^```bash\n(.*?)^```$", self.sections["Install the release"], re.M | re.S)[-1]
        self.machine.run(block, with_internet=True)
        self.left.pop("Install the release", None)

    def checks(self) -> list[tuple[str, str]]:
        """Return the commands of the table and what they print."""
        rows = re.findall(r"^\| `(.+)` \| (.+) \|$", self.sections["What to check"], re.M)
        assert len(rows) > 10
        return rows
