"""Attacks with processes whose steps cost much time or memory, when they are triggered and when timers fall due."""

from xml.sax.saxutils import escape

from tests.system.client import TRIGGER
from tests.system.under_attack.attacks import Attack, Target

_JOINS = 'join(split(join(split(x + x + x + x + x + x + x + x, "a"), "c"), "b"), "d")'
_HEAVY = "\n".join(['x = "' + "ab" * 500 + '"', *[f"x{number} = {_JOINS}" for number in range(48)]])
_NESTED = 'x = "' + "ab" * 500 + '"\ny = ' + _JOINS.replace("x", _JOINS)
_DOUBLING = "x = x + x"
_GATEWAYS = ("G: exclusiveGateway", "G2: exclusiveGateway")
_INNER_LOOP = ("L: subProcess multi=100 {", "start1 > M > end1", "M: task multi=100", "}")
_DUE_SECONDS = 8


def _script(name: str, script: str, options: str = "") -> str:
    """Return the line of a script task. The script may have several lines, but no quotation mark other than ``"``."""
    text = escape(script).replace("\n", "&#10;")
    return f"{name}: scriptTask {options} xml='<script>{text}</script>'"


def _circle(script: str, first: str = 'x = "ab"') -> list[str]:
    """Return the drawing of a circle that runs the script again and again, from the gateway G."""
    return ["G > A > G", "G: exclusiveGateway", _script("A", script), _script("F", first)]


def _fails(name: str, *lines: str) -> Attack:
    """Return an attack whose process cannot go on from W. The event still waits afterwards."""

    async def run(target: Target) -> None:
        correlation = target.new_key()
        key = await target.start("\n".join(("start > W", "W: intermediateCatchEvent message=m", *lines)), correlation)
        for _ in range(2):
            target_event = {"processModelKey": key, "correlationId": correlation, "eventId": "W"}
            result = await target.client.graphql(TRIGGER, input=target_event)
            assert result["__typename"] == "ProcessFailedError", result
        events = await target.client.list_events(correlationIds=[correlation])
        assert [event["elementId"] for event in events] == ["W"]

    return Attack(name, run)


def _answers(name: str, *lines: str) -> Attack:
    """Return an attack whose process goes on from W, fails or is refused. An answer is enough."""

    async def run(target: Target) -> None:
        key = target.new_key()
        drawing = "\n".join(("start > W", "W: intermediateCatchEvent message=m", *lines))
        if (await target.deploy(drawing, key))["__typename"] != "DeployProcessModelSuccess":
            return
        await target.start_instance(key, key)
        response = await target.trigger(key, key, "W", b"{}")
        assert response.status_code in (200, 400, 500), response.text[:500]
        assert response.status_code != 500 or response.json()["code"] == "PROCESS_FAILED", response.text[:500]

    return Attack(name, run)


def _behind_timers(name: str, number: int, *lines: str) -> Attack:
    """Return an attack that starts many instances which reach the lines behind a timer."""

    async def run(target: Target) -> None:
        drawing = "\n".join(("start > T", "T: intermediateCatchEvent timer=PT2S", *lines))
        await target.start(drawing, *(target.new_key() for _ in range(number)))

    return Attack(name, run, seconds=_DUE_SECONDS)


def _wide_gateway(paths: int, condition: str) -> list[str]:
    flows = [f"G -[{condition}]> U{number}" for number in range(paths)]
    tasks = [f"U{number}: userTask" for number in range(paths)]
    return ["W > S > G", _script("S", 'x = "' + "ab" * 500 + '"'), "G: inclusiveGateway", *flows, *tasks,
            "G -[default]> D", "D: userTask"]  # fmt: skip


ATTACKS = (
    _fails("text scripts in a circle", "W > F > G", *_circle(_HEAVY)),
    _fails("text doubled in a circle", "W > F > G", *_circle(_DOUBLING)),
    _fails("list doubled in a circle", "W > F > G", *_circle(_DOUBLING, "x = [1, 2, 3]")),
    _fails("lists of lists in a circle", "W > F > G", *_circle("x = [x, x, x]", "x = [1]")),
    _fails("objects of objects in a circle", "W > F > G", *_circle("x = {a: x, b: x}", "x = {a: 1}")),
    _fails("empty circle", "W > G > G2 > G", *_GATEWAYS),
    _fails("parallel circles", "W > P > A > P", "P: parallelGateway", "P > B > P", "A: task", "B: task"),
    _answers("gateway with 2,000 conditions", *_wide_gateway(2000, f'contains({_JOINS}, "q")')),
    _answers("loop of 20,000", "W > L > end", "L: task multi=20000"),
    _answers("sequence of 20,000", "W > L > end", "L: task sequence=20000"),
    _answers("loops in loops", "W > L > end", *_INNER_LOOP),
    _answers("script for each of 5,000", "W > L > end", _script("L", _HEAVY, "multi=5000")),
    _answers("nested joins", "W > S > end", _script("S", _NESTED)),
    _behind_timers("text scripts behind 5 timers", 5, "T > F > G", *_circle(_HEAVY)),
    _behind_timers("empty circle behind 100 timers", 100, "T > G > G2 > G", *_GATEWAYS),
    _behind_timers("failing condition behind 100 timers", 100, "T > G", "G: exclusiveGateway", "G -[missing > 1]> U",
                   "G -[missing > 2]> U", "U: userTask"),
    _behind_timers("messages in a circle", 3, "T > N > T2 > N", "N: intermediateThrowEvent signal=again",
                   "T2: intermediateCatchEvent signal=again"),
    _behind_timers("repeating timer of one second", 20, "T > U", "U: userTask", "B > V", "V: userTask",
                   "B: boundaryEvent on=U interrupting=no timer=R/PT1S"),
)  # fmt: skip
