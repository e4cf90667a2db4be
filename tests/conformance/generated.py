"""Hypothesis strategies for models: blocks in sequence, in parallel and nested."""

from dataclasses import dataclass, field
from itertools import count

from hypothesis import strategies as st


@dataclass
class _Pen:
    """A drawing that is being written."""

    draw: st.DrawFn
    lines: list[str] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)

    def new(self, kind: str, declaration: str = "") -> str:
        name = f"{kind}{next(self.numbers)}"
        if declaration:
            self.lines.append(f"{name}: {declaration}")
        return name

    def flow(self, *names: str) -> None:
        self.lines.append(" > ".join(names))

    def choose(self, *options: str) -> str:
        return self.draw(st.sampled_from(options))


def _activity(pen: _Pen) -> tuple[str, str]:
    """Draw an activity or event, with or without a loop and boundary events. Return its first and last element."""
    tag = pen.choose(
        "userTask",
        "serviceTask",
        "receiveTask message=m",
        "receiveTask",
        "intermediateCatchEvent message=m",
        "intermediateCatchEvent signal=s",
        "intermediateCatchEvent timer=PT1H",
        'intermediateCatchEvent condition="level > 1"',
        "intermediateThrowEvent message=m",
        "intermediateThrowEvent signal=s",
        'scriptTask script="level = level + 1"',
        "sendTask message=m",
        "callActivity calls=called",
        "task",
        "intermediateThrowEvent compensate",
    )
    is_activity = "Event" not in tag
    loop = pen.choose("", "", "", "multi=2", "sequence=2", "each=items item=level", "loop=false") if is_activity else ""
    name = pen.new("A", f"{tag} {loop}")
    if is_activity:
        _boundary(pen, name)
        _compensation(pen, name)
    return name, name


def _compensation(pen: _Pen, activity: str) -> None:
    if pen.draw(st.booleans()):
        handler = pen.choose("userTask", "receiveTask message=m", 'scriptTask script="level = 0"', "userTask multi=2")
        pen.new("U", f"{handler} undoes={activity}")


def _boundary(pen: _Pen, activity: str) -> None:
    for _ in range(pen.draw(st.integers(0, 2))):
        kind = pen.choose("message=m", "signal=s", "timer=PT1H", "timer=R2/PT1H", 'condition="level > 2"')
        interrupting = pen.choose("yes", "no")
        event = pen.new("B", f"boundaryEvent on={activity} {kind} interrupting={interrupting}")
        pen.flow(event, pen.new("end", "endEvent"))


def _sequence(pen: _Pen, depth: int) -> tuple[str, str]:
    first, last = _block(pen, depth - 1)
    for _ in range(pen.draw(st.integers(1, 2))):
        begin, end = _block(pen, depth - 1)
        pen.flow(last, begin)
        last = end
    return first, last


def _gateways(pen: _Pen, depth: int) -> tuple[str, str]:
    kind = pen.choose("parallel", "exclusive", "inclusive")
    split, join = pen.new("S", f"{kind}Gateway"), pen.new("J", f"{kind}Gateway")
    branches = pen.draw(st.integers(2, 3))
    for branch in range(branches):
        begin, end = _block(pen, depth - 1)
        arrow = ">"
        if kind != "parallel":
            arrow = "-[default]>" if branch == 0 else f"-[level >= {branch}]>"
        pen.lines.append(f"{split} {arrow} {begin}")
        pen.flow(end, join)
    return split, join


def _event_gateway(pen: _Pen, depth: int) -> tuple[str, str]:
    gateway, merge = pen.new("G", "eventBasedGateway"), pen.new("X", "exclusiveGateway")
    for _ in range(2):
        event = pen.new(
            "E",
            pen.choose(
                "intermediateCatchEvent message=m",
                "intermediateCatchEvent timer=PT1H",
                "receiveTask message=n",
                'intermediateCatchEvent condition="level > 1"',
            ),
        )
        begin, end = _block(pen, depth - 1)
        pen.flow(gateway, event, begin)
        pen.flow(end, merge)
    return gateway, merge


def _subprocess(pen: _Pen, depth: int) -> tuple[str, str]:
    loop = pen.choose("", "", "multi=2", "sequence=2", "each=items item=level")
    name = pen.new("P")
    pen.lines.append(f"{name}: subProcess {loop} {{")
    begin, end = _block(pen, depth - 1)
    finish = pen.choose(
        *("endEvent", "endEvent", "endEvent terminate", "endEvent error=E", "endEvent signal=s", "endEvent compensate")
    )
    pen.flow(pen.new("start", "startEvent"), begin)
    pen.flow(end, pen.new("end", finish))
    handles_compensation = pen.draw(st.booleans())
    if handles_compensation:
        _event_subprocess(pen, "compensate")
    if pen.draw(st.booleans()):
        _event_subprocess(pen)
    pen.lines.append("}")
    _boundary(pen, name)
    if not handles_compensation:
        _compensation(pen, name)
    if "error" in finish:
        pen.flow(pen.new("B", f"boundaryEvent on={name} error=E"), pen.new("end", "endEvent"))
    return name, name


def _event_subprocess(pen: _Pen, trigger: str = "") -> None:
    pen.lines.append(f"{pen.new('H')}: subProcess triggeredByEvent=true {{")
    trigger = trigger or pen.choose("message=m", "signal=s", "timer=R2/PT1H", 'condition="level > 2"', "error=E")
    interrupting = "yes" if "error" in trigger else pen.choose("yes", "no")
    start = pen.new("start", f"startEvent {trigger} interrupting={interrupting}")
    begin, _ = _activity(pen)
    pen.flow(start, begin)
    pen.lines.append("}")


def _block(pen: _Pen, depth: int) -> tuple[str, str]:
    if depth <= 0:
        return _activity(pen)
    blocks = [_activity, _sequence, _gateways, _event_gateway, _subprocess]
    block = pen.draw(st.sampled_from(range(len(blocks))))
    return _activity(pen) if block == 0 else blocks[block](pen, depth)  # type: ignore[operator]


@st.composite
def drawings(draw: st.DrawFn) -> str:
    """Draw a process ``p`` that may call the process ``called``. It uses the variables ``level`` and ``items``."""
    pen = _Pen(draw)
    begin, end = _block(pen, 3)
    pen.flow("start", begin)
    pen.flow(end, "end")
    if draw(st.booleans()):
        _event_subprocess(pen)
    pen.lines += ["process called {", "startC > C > endC", f"C: {pen.choose('userTask', 'receiveTask', 'task')}", "}"]
    return "\n".join(pen.lines)


@st.composite
def simple_drawings(draw: st.DrawFn) -> str:
    """Draw a process of user tasks, subprocesses, parallel and exclusive gateways only, which all engines support."""
    pen = _Pen(draw)

    def block(depth: int) -> tuple[str, str]:
        kind = pen.choose("task", "sequence", "parallel", "exclusive", "sub") if depth > 0 else "task"
        if kind == "task":
            name = pen.new("A", "userTask")
            return name, name
        if kind == "sequence":
            first, middle = block(depth - 1)
            begin, last = block(depth - 1)
            pen.flow(middle, begin)
            return first, last
        if kind == "sub":
            name = pen.new("P")
            pen.lines.append(f"{name}: subProcess {{")
            begin, end = block(depth - 1)
            pen.flow(pen.new("start", "startEvent"), begin)
            pen.flow(end, pen.new("end", "endEvent"))
            pen.lines.append("}")
            return name, name
        split, join = pen.new("S", f"{kind}Gateway"), pen.new("J", f"{kind}Gateway")
        for branch in range(2):
            begin, end = block(depth - 1)
            condition = "-[default]>" if branch == 0 else "-[level >= 1]>"
            pen.lines.append(f"{split} {condition if kind == 'exclusive' else '>'} {begin}")
            pen.flow(end, join)
        return split, join

    begin, end = block(3)
    pen.flow("start", begin)
    pen.flow(end, "end")
    return "\n".join(pen.lines)
