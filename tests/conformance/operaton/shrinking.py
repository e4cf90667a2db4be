"""Find a small model and script that still show a divergence, by removing parts."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.conformance.operaton.comparison import Action, Divergence

Script = tuple[Action, ...]
Replay = Callable[[str, Script], Divergence | None]
_OPTIONS = (r" (multi|sequence)=\d( until='.*?')?", r" until='.*?'", r"(?<= error=)E\d", r"(?<= escalation=)E\d")


def shrink(divergence: Divergence, replay: Replay) -> Divergence:
    """Remove elements and steps as long as the same things differ. ``replay`` runs a smaller drawing and script."""
    found = [divergence]
    tried: set[tuple[str, Script]] = set()
    count = 0
    while count != len(found):
        count = len(found)
        for candidate in _passes(lambda: found[-1]):
            if candidate in tried:
                continue
            tried.add(candidate)
            smaller = replay(*candidate)
            if smaller is not None and smaller.signature == divergence.signature:
                found.append(smaller)
    return found[-1]


def _passes(current: Callable[[], Divergence]) -> Iterator[tuple[str, Script]]:
    """Yield what each removal makes of the current divergence, large removals first."""
    for index in reversed(range(1, len(current().script) - 1)):
        script = current().script
        yield current().drawing, script[:index] + script[index + 1 :]
    names = re.findall(r"^(?:process )?(\w+)(?=:| {)", current().drawing, re.MULTILINE)
    for remove in (_without_element, _unwrapped, _bypassed):
        for name in names:
            yield _connected(remove(current().drawing.splitlines(), name)), current().script
    for line in filter(_is_flow, current().drawing.splitlines()):
        yield _connected([other for other in current().drawing.splitlines() if other != line]), current().script
    for line in current().drawing.splitlines():
        for option in _OPTIONS:
            yield current().drawing.replace(line, re.sub(option, "", line)), current().script


def _is_flow(line: str) -> bool:
    return not re.match(r"\w+:|}|process |xml |association ", line)


def _ends(line: str) -> list[str]:
    return re.split(r"\s*(?:-\[.*?\])?>\s*", line)


def _block(lines: list[str], name: str) -> range:
    """Return the lines of an element or process, with everything in its braces."""
    first = next((index for index, line in enumerate(lines) if re.match(rf"(process )?{name}\b(:| {{)", line)), None)
    if first is None:
        return range(0)
    depth = 0
    for index in range(first, len(lines)):
        depth += lines[index].endswith("{") - (lines[index] == "}")
        if depth == 0:
            return range(first, index + 1)
    return range(0)


def _without_element(lines: list[str], name: str) -> list[str]:
    block = _block(lines, name)
    return [line for index, line in enumerate(lines) if index not in block]


def _unwrapped(lines: list[str], name: str) -> list[str]:
    """Replace a subprocess by its content."""
    block = _block(lines, name)
    return [line for index, line in enumerate(lines) if len(block) < 2 or index not in (block[0], block[-1])]


def _bypassed(lines: list[str], name: str) -> list[str]:
    """Remove an element, and lead its incoming flows to the target of its first outgoing flow."""
    flows = [_ends(line) for line in lines if _is_flow(line)]
    targets = [after for ends in flows for before, after in pairwise(ends) if before == name]
    if not targets:
        return lines
    lines = _without_element(lines, name)
    bypassed = []
    for line in lines:
        if not _is_flow(line) or name not in _ends(line):
            bypassed.append(line)
        elif not line.startswith(f"{name} "):
            bypassed.append(
                re.sub(rf"(?<=> ){name}\b", targets[0], line).replace(f"{targets[0]} > {targets[0]}", targets[0])
            )
        elif len(_ends(line)) > 2:
            bypassed.append(line.removeprefix(f"{name} > "))
    return bypassed


def _connected(lines: list[str]) -> str:
    """Remove flows and associations of elements that are not defined, and events attached to such elements."""
    while True:
        defined = {line.partition(":")[0] for line in lines if re.match(r"\w+:", line)}
        kept: list[str] = []
        for line in lines:
            host = re.search(r" on=(\w+)", line)
            if host and host[1] not in defined:
                continue
            if line.startswith("association ") and not defined.issuperset(line.split()[1:]):
                continue
            if not _is_flow(line):
                kept.append(line)
                continue
            kept += _pieces(line, defined)
        if kept == lines:
            return "\n".join(kept)
        lines = kept


def _pieces(line: str, defined: set[str]) -> list[str]:
    """Return the parts of a line of flows between elements that are defined."""
    if defined.issuperset(_ends(line)):
        return [line]
    if "-[" in line:
        return []
    pieces: list[list[str]] = [[]]
    for end in _ends(line):
        if end in defined:
            pieces[-1].append(end)
        else:
            pieces.append([])
    return [" > ".join(piece) for piece in pieces if len(piece) > 1]
