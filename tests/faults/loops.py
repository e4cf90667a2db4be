"""Models in which the same element waits again after each trigger, and one in which it waits every other time."""

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">'
    '<message id="M" name="go"/><process id="loop" isExecutable="true"><startEvent id="begin"/>'
)
_MESSAGE = '<messageEventDefinition id="d" messageRef="M"/>'
_SEQUENTIAL = (
    '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>1000</loopCardinality>'
    "</multiInstanceLoopCharacteristics>"
)


def _model(nodes: str, flows: str) -> str:
    """Return a model. ``flows`` is a list of ``source>target``."""
    pairs = (flow.split(">") for flow in flows.split())
    arrows = "".join(f'<sequenceFlow id="{s}_{t}" sourceRef="{s}" targetRef="{t}"/>' for s, t in pairs)
    return f"{_HEAD}{nodes}{arrows}</process></definitions>"


def _catch(element: str) -> str:
    return f'<intermediateCatchEvent id="{element}">{_MESSAGE}</intermediateCatchEvent>'


# The element ``wait`` waits again within the step that triggers it.
LOOPS = {
    "circle": _model(f'<exclusiveGateway id="to"/>{_catch("wait")}', "begin>to to>wait wait>to"),
    "receive task": _model(
        '<exclusiveGateway id="to"/><receiveTask id="wait" messageRef="M"/>', "begin>to to>wait wait>to"
    ),
    "event-based gateway": _model(
        f'<exclusiveGateway id="to"/><eventBasedGateway id="either"/>{_catch("wait")}'
        '<intermediateCatchEvent id="late"><timerEventDefinition id="d2"><timeDuration>PT1H</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>",
        "begin>to to>either either>wait either>late wait>to late>to",
    ),
    "boundary event": _model(
        '<userTask id="work"/>'
        f'<boundaryEvent id="wait" attachedToRef="work" cancelActivity="false">{_MESSAGE}</boundaryEvent>'
        '<endEvent id="end"/>',
        "begin>work wait>end",
    ),
    "event subprocess": _model(
        '<userTask id="work"/><subProcess id="sub" triggeredByEvent="true">'
        f'<startEvent id="wait" isInterrupting="false">{_MESSAGE}</startEvent></subProcess>',
        "begin>work",
    ),
    "sequential multi-instance": _model(
        f'<receiveTask id="wait" messageRef="M">{_SEQUENTIAL}</receiveTask>', "begin>wait"
    ),
    "sequential subprocess": _model(
        f'<subProcess id="sub">{_SEQUENTIAL}<startEvent id="first"/>{_catch("wait")}'
        '<sequenceFlow id="first_wait" sourceRef="first" targetRef="wait"/></subProcess>',
        "begin>sub",
    ),
    "standard loop": _model(
        '<receiveTask id="wait" messageRef="M"><standardLoopCharacteristics testBefore="false">'
        "<loopCondition>true</loopCondition></standardLoopCharacteristics></receiveTask>",
        "begin>wait",
    ),
}
# The task ``work`` is open again within the step that finishes it.
TASK_LOOP = _model('<exclusiveGateway id="to"/><userTask id="work"/>', "begin>to to>work work>to")
# ``wait`` and ``work`` take turns.
TURNS = _model(
    f'<exclusiveGateway id="to"/>{_catch("wait")}<userTask id="work"/>', "begin>to to>wait wait>work work>to"
)
