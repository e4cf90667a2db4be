"""Random models for the comparison with Operaton, in the notation of ``tests.conformance.drawing``.

A number determines its model. All models use the variables ``level`` (0 to 3) for gateways and loops, and ``alarm``
(true or false) for conditional events. They are drawn so that some of the differences in ``differences.py`` are rare.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random

CODES = ("E1", "E2")
# Each process calls only the later ones, so that calls end.
CALLED = ("called1", "called2")
# The attribute of Camunda tells this engine by which rules to read the file.
_USER = "userTask camunda:assignee=me"
_EXTERNAL = "serviceTask camunda:type=external camunda:topic=work"
_SIGNALS = ("s1", "s2", "s3", "s4")

# The event that turns the alarm on and off, and does nothing else.
ALARM = "startAlarm"
_SWITCH = (
    "Switch: subProcess triggeredByEvent=true {",
    f"{ALARM}: startEvent message=alarm interrupting=no",
    f"{ALARM} > endAlarm",
    "endAlarm: endEvent",
    "}",
)


@dataclass
class _Pen:
    """A drawing that is being written."""

    random: Random
    compensates: bool
    has_conditions: bool = True
    callable: tuple[str, ...] = CALLED
    lines: list[str] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)

    def new(self, kind: str, declaration: str = "") -> str:
        name = f"{kind}{next(self.numbers)}"
        if declaration:
            self.lines.append(f"{name}: {declaration}")
        return name

    def flow(self, *names: str, condition: str = "") -> None:
        self.lines.append((f" -[{condition}]> " if condition else " > ").join(names))

    def choose(self, *options: str) -> str:
        return self.random.choice(options)

    def happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def message(self) -> str:
        return f"message=m{next(self.numbers)}"


Ends = tuple[str, str]


def random_model(number: int) -> str:
    """Draw the model of a number: a process ``p`` and the processes that it calls. Every second one compensates."""
    pen = _Pen(Random(number), compensates=number % 2 == 1)
    _body(pen, depth=pen.random.choice((1, 2, 2, 3)))
    if "condition=" in "".join(pen.lines):
        pen.lines += _SWITCH
    pen.has_conditions = False
    for process in CALLED:
        pen.callable = pen.callable[1:]
        if any(f"calls={process}" in line for line in pen.lines):
            pen.lines.append(f"process {process} {{")
            _body(pen, depth=1)
            pen.lines.append("}")
    return "\n".join(pen.lines)


def _body(pen: _Pen, depth: int, *, is_transaction: bool = False) -> None:
    """Draw what a process or subprocess contains."""
    begin, end = _block(pen, depth)
    pen.flow(pen.new("start", "startEvent"), begin)
    finish = "endEvent"
    if is_transaction and pen.happens(0.6):
        finish = "endEvent cancel"
    elif pen.happens(0.4):
        finish = pen.choose("endEvent terminate", f"endEvent error={pen.choose(*CODES)}", "endEvent escalation=E1")
    pen.flow(end, pen.new("end", finish))
    for number in range(pen.random.choice((0, 0, 0, 1, 1, 2))):
        _event_subprocess(pen, depth - 1, number)


def _block(pen: _Pen, depth: int) -> Ends:
    if depth <= 0:
        return _simple(pen)
    blocks: list[Callable[[_Pen, int], Ends]] = [
        _sequence,
        _sequence,
        _gateways,
        _gateways,
        _unbalanced,
        _loop,
        _event_gateway,
        _subprocess,
        _subprocess,
        _subprocess,
        _call,
    ]
    return pen.random.choice(blocks)(pen, depth - 1)


# --- one element ---


def _simple(pen: _Pen) -> Ends:
    return pen.random.choice((_task, _task, _task, _catch, _throw, _link))(pen)


def _task(pen: _Pen) -> Ends:
    tag = pen.choose(_USER, _USER, _EXTERNAL, f"receiveTask {pen.message()}")
    name = pen.new("A", f"{tag} {_instances(pen)}")
    _boundary_events(pen, name, throws=tag == _EXTERNAL, scope=False)
    if pen.compensates and pen.happens(0.4):
        pen.new("U", f"{_USER} undoes={name}")
    return name, name


def _instances(pen: _Pen) -> str:
    """Return the options of multiple instances, mostly none."""
    if pen.happens(0.8):
        return ""
    until = pen.choose("", "", " until='${nrOfCompletedInstances >= 1}'")
    return f"{pen.choose('multi', 'sequence')}={pen.choose('2', '3')}{until}"


def _catch(pen: _Pen) -> Ends:
    name = pen.new("C", f"intermediateCatchEvent {_trigger(pen)}")
    return name, name


def _trigger(pen: _Pen, number: int = 0) -> str:
    """Return a trigger. Events at one place have different numbers, because Operaton refuses two of the same signal."""
    condition = "condition='${alarm}'" if pen.has_conditions else pen.message()
    return pen.choose(pen.message(), f"signal={_SIGNALS[number]}", "timer=PT1H", condition)


def _throw(pen: _Pen) -> Ends:
    """Draw an event that throws, after a task: no other token moves in the same step, so the order does not matter."""
    if pen.compensates and pen.happens(0.4):
        return _after_task(pen, pen.new("T", "intermediateThrowEvent compensate"))
    event = pen.choose(f"escalation={pen.choose(*CODES)}", f"signal={pen.choose(*_SIGNALS)}")
    return _after_task(pen, pen.new("T", f"intermediateThrowEvent {event}"))


def _link(pen: _Pen) -> Ends:
    name = pen.new("L")
    source = pen.new("LT", f"intermediateThrowEvent link={name}")
    target = pen.new("LC", f"intermediateCatchEvent link={name}")
    return _after_task(pen, source)[0], target


def _after_task(pen: _Pen, name: str) -> Ends:
    task = pen.new("A", _USER)
    pen.flow(task, name)
    return task, name


# --- attached events ---


def _boundary_events(pen: _Pen, activity: str, *, throws: bool = True, scope: bool = True) -> None:
    for number in range(pen.random.choice((0, 0, 1, 1, 2))):
        trigger = _trigger(pen, number + 2 * scope)
        interrupting = pen.choose("yes", "no")
        if trigger.startswith("timer") and interrupting == "no":
            trigger = pen.choose("timer=PT1H", "timer=R2/PT1H")
        _boundary_event(pen, activity, f"{trigger} interrupting={interrupting}")
    if throws and pen.happens(0.5):
        _boundary_event(pen, activity, f"error={pen.choose('', *CODES)}")
    if scope and pen.happens(0.4):
        _boundary_event(pen, activity, f"escalation={pen.choose('', *CODES)} interrupting={pen.choose('yes', 'no')}")


def _boundary_event(pen: _Pen, activity: str, options: str) -> None:
    event = pen.new("B", f"boundaryEvent on={activity} {options}")
    if pen.happens(0.7):
        pen.flow(event, pen.new("A", _USER), pen.new("end", _end(pen)))
    else:
        pen.flow(event, pen.new("end", _end(pen)))


def _end(pen: _Pen) -> str:
    if pen.happens(0.75):
        return "endEvent"
    return pen.choose(f"endEvent error={pen.choose(*CODES)}", "endEvent escalation=E1", "endEvent terminate")


# --- blocks ---


def _sequence(pen: _Pen, depth: int) -> Ends:
    first, last = _block(pen, depth)
    for _ in range(pen.random.choice((1, 1, 2))):
        begin, end = _block(pen, depth)
        pen.flow(last, begin)
        last = end
    return first, last


def _gateways(pen: _Pen, depth: int) -> Ends:
    kind = pen.choose("parallel", "exclusive", "inclusive")
    joins = {"parallel": ("parallel", "inclusive"), "exclusive": ("exclusive",), "inclusive": ("inclusive",)}[kind]
    split, join = pen.new("S", f"{kind}Gateway"), pen.new("J", f"{pen.choose(*joins)}Gateway")
    for branch in range(pen.random.choice((2, 2, 3))):
        begin, end = _branch(pen, depth)
        pen.flow(split, begin, condition="" if kind == "parallel" else _condition(branch))
        pen.flow(end, join)
    return split, join


def _branch(pen: _Pen, depth: int) -> Ends:
    """Draw a block that begins with a task, so that a step moves one token, or in few cases any block."""
    begin, end = _block(pen, depth)
    if pen.happens(0.1):
        return begin, end
    return _after_task(pen, begin)[0], end


def _condition(branch: int) -> str:
    return "default" if branch == 0 else f"${{level >= {branch}}}"


def _unbalanced(pen: _Pen, depth: int) -> Ends:
    """Draw a split whose branches can pass each other's joins."""
    split, merge = pen.new("S", f"{pen.choose('parallel', 'inclusive')}Gateway"), pen.new("X", "exclusiveGateway")
    join = pen.new("J", f"{pen.choose('parallel', 'inclusive', 'inclusive')}Gateway")
    for branch in range(3):
        begin, end = _branch(pen, depth)
        is_parallel = any(line.startswith(f"{split}: parallel") for line in pen.lines)
        pen.flow(split, begin, condition="" if is_parallel else _condition(branch))
        if pen.happens(0.3):
            decision = pen.new("X", "exclusiveGateway")
            pen.flow(end, decision)
            pen.flow(decision, join, condition="default")
            pen.flow(decision, merge, condition="${level == 3}")
        else:
            pen.flow(end, join if branch < 2 or pen.happens(0.5) else merge)
    pen.flow(join, merge)
    return split, merge


def _loop(pen: _Pen, depth: int) -> Ends:
    merge, decision = pen.new("X", "exclusiveGateway"), pen.new("X", "exclusiveGateway")
    begin, end = _block(pen, depth)
    pen.flow(merge, *_after_task(pen, begin)[:1])
    pen.flow(end, decision)
    pen.flow(decision, merge, condition="${level > 1}")
    leave = pen.new("X", "exclusiveGateway")
    pen.flow(decision, leave, condition="default")
    return merge, leave


def _event_gateway(pen: _Pen, depth: int) -> Ends:
    gateway, merge = pen.new("G", "eventBasedGateway"), pen.new("X", "exclusiveGateway")
    for number in range(2):
        event = pen.new("C", f"intermediateCatchEvent {_trigger(pen, number)}")
        begin, end = _block(pen, depth)
        pen.flow(gateway, event, begin)
        pen.flow(end, merge)
    return gateway, merge


def _subprocess(pen: _Pen, depth: int) -> Ends:
    name = pen.new("P")
    is_transaction = pen.compensates and pen.happens(0.4)
    pen.lines.append(f"{name}: {'transaction' if is_transaction else 'subProcess'} {_instances(pen)} {{")
    _body(pen, depth, is_transaction=is_transaction)
    pen.lines.append("}")
    if is_transaction:
        _boundary_event(pen, name, "cancel")
    _boundary_events(pen, name)
    return name, name


def _event_subprocess(pen: _Pen, depth: int, number: int = 0) -> None:
    pen.lines.append(f"{pen.new('V')}: subProcess triggeredByEvent=true {{")
    # Operaton refuses two handlers of a code in one scope, and one of all escalations beside another one.
    code = "E2" if number else pen.choose("", "E1")
    trigger = pen.choose(_trigger(pen, number), f"error={code}", f"escalation={CODES[number]}")
    interrupting = "yes" if "error" in trigger else pen.choose("yes", "no")
    start = pen.new("start", f"startEvent {trigger} interrupting={interrupting}")
    begin, end = _block(pen, min(depth, 1))
    pen.flow(start, begin)
    pen.flow(end, pen.new("end", _end(pen)))
    if pen.happens(0.2):
        _event_subprocess(pen, 0)
    pen.lines.append("}")


def _call(pen: _Pen, _depth: int) -> Ends:
    if not pen.callable:
        return _task(pen)
    mapping = pen.choose(
        '<camunda:in variables="all"/><camunda:out variables="all"/>',
        '<camunda:in variables="all"/><camunda:out source="level" target="result"/>',
        '<camunda:in source="level" target="level"/><camunda:out sourceExpression="${level + 1}" target="result"/>',
        '<camunda:in variables="all"/>',
        '<camunda:in source="level" target="level"/><camunda:out variables="all"/>',
        '<camunda:in source="level" target="level"/><camunda:in source="missing" target="level2"/>',
    )
    name = pen.new("A", f"callActivity calls={pen.choose(*pen.callable)} {_instances(pen)} ext='{mapping}'")
    _boundary_events(pen, name)
    return name, name
