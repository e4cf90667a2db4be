"""Process models that count in variables how often each command has taken effect.

Everything in WORK waits again after each trigger, so a command that takes effect twice is counted twice.
"""

from itertools import pairwise

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
  <message id="M_again" name="again"/>
  <message id="M_go" name="go"/>
  <message id="M_note" name="note"/>
  <signal id="S_alarm" name="alarm"/>
  <error id="E_declined" errorCode="DECLINED"/>
"""

# The counters, with the variable that counts and the element that is triggered; tasks leave no trigger.
COUNTERS = {
    "again": "again",
    "alarm": "alarm",
    "going": "go",
    "rung": "ring",
    "reviewed": None,
    "charged": None,
    "declined": None,
}
NOTED = "noted"
ZEROS: dict[str, int] = dict.fromkeys(COUNTERS, 0)
# The elements that wait in each instance of WORK, at all times, and its open tasks.
WAITING = sorted(["again", "alarm", "go", "ring"])
TASKS = sorted(["hold", "review", "charge"])


def _count(variable: str) -> str:
    return f'<scriptTask id="count_{variable}"><script>{variable} = {variable} + 1</script></scriptTask>'


def _flows(*chains: str) -> str:
    """Return the sequence flows of chains such as ``"a b c"``."""
    pairs = [pair for chain in chains for pair in pairwise(chain.split())]
    return "".join(
        f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in pairs
    )


def _work(*, repeats: bool) -> str:
    """Return WORK, in which everything waits again, or only once."""
    back = ("to_go", "to_ring", "to_review", "to_charge") if repeats else ("end", "end", "end", "end")
    return f"""{_HEAD}<process id="work" isExecutable="true">
  <startEvent id="begin"/>
  <parallelGateway id="split"/>
  <userTask id="hold"/>
  <boundaryEvent id="again" attachedToRef="hold" cancelActivity="{str(not repeats).lower()}">
    <messageEventDefinition id="d_again" messageRef="M_again"/></boundaryEvent>
  <boundaryEvent id="alarm" attachedToRef="hold" cancelActivity="{str(not repeats).lower()}">
    <signalEventDefinition id="d_alarm" signalRef="S_alarm"/></boundaryEvent>
  <exclusiveGateway id="to_go"/>
  <intermediateCatchEvent id="go"><messageEventDefinition id="d_go" messageRef="M_go"/></intermediateCatchEvent>
  <intermediateThrowEvent id="tell"><messageEventDefinition id="d_tell" messageRef="M_note"/></intermediateThrowEvent>
  <exclusiveGateway id="to_ring"/>
  <intermediateCatchEvent id="ring"><timerEventDefinition id="d_ring">
    <timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
  <exclusiveGateway id="to_review"/>
  <userTask id="review"/>
  <exclusiveGateway id="to_charge"/>
  <serviceTask id="charge"/>
  <boundaryEvent id="refused" attachedToRef="charge">
    <errorEventDefinition id="d_refused" errorRef="E_declined"/></boundaryEvent>
  {"".join(map(_count, COUNTERS))}
  <endEvent id="again_done"/>
  <endEvent id="alarm_done"/>
  <endEvent id="end"/>
  {
        _flows(
            "begin split",
            "split hold",
            "again count_again again_done",
            "alarm count_alarm alarm_done",
            f"split to_go go count_going tell {back[0]}",
            f"split to_ring ring count_rung {back[1]}",
            f"split to_review review count_reviewed {back[2]}",
            f"split to_charge charge count_charged {back[3]}",
            f"refused count_declined {back[3]}",
        )
    }
</process></definitions>
"""


WORK = _work(repeats=True)
WORK_ONCE = _work(repeats=False)

# Receives the messages that WORK throws in the same correlation.
KEEPER = f"""{_HEAD}<process id="keeper" isExecutable="true">
  <startEvent id="begin"/>
  <exclusiveGateway id="to_note"/>
  <intermediateCatchEvent id="note"><messageEventDefinition id="d_note" messageRef="M_note"/></intermediateCatchEvent>
  {_count(NOTED)}
  {_flows("begin to_note note count_noted to_note")}
</process></definitions>
"""


def extra_model(key: str) -> str:
    """Return another model, to deploy."""
    return f"""{_HEAD}<process id="{key}" isExecutable="true"><startEvent id="begin"/></process></definitions>"""


def quick_timer(xml: str, duration: str) -> str:
    """Return WORK with another duration of its timer."""
    return xml.replace("PT1H", duration)
