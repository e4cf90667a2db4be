"""A process with events and tasks of every type in every lane, and two with a start event in a lane."""

_HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
  <message id="M_pay" name="pay"/><message id="M_clear" name="clear"/><message id="M_new" name="new"/>
  <signal id="S_alarm" name="alarm"/><signal id="S_opened" name="opened"/>"""


def _catch(element: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{element}">{definition}</intermediateCatchEvent>'


def _process(key: str, lanes: dict[str, str], nodes: str, flows: str) -> str:
    """Return a BPMN process. ``lanes`` has element ids by lane name, ``flows`` is a list of ``source>target``."""
    lane_elements = "".join(
        f'<lane id="{name}" name="{name}">{"".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in elements.split())}'
        "</lane>"
        for name, elements in lanes.items()
    )
    pairs = (flow.split(">") for flow in flows.split())
    sequence_flows = "".join(f'<sequenceFlow id="{s}_{t}" sourceRef="{s}" targetRef="{t}"/>' for s, t in pairs)
    lane_set = f'<laneSet id="lanes">{lane_elements}</laneSet>'
    return f'{_HEAD}<process id="{key}" isExecutable="true">{lane_set}{nodes}{sequence_flows}</process></definitions>'


# All events wait and all tasks are open at once. Some are followed by an event or task in another lane.
DESK = _process(
    "desk",
    {"Finance": "approve pay", "Warehouse": "pack alarm", "Boss": "ring confirm clear repack"},
    '<startEvent id="begin"/><parallelGateway id="split"/>'
    '<userTask id="approve"/><userTask id="confirm"/><serviceTask id="pack"/><manualTask id="file"/>'
    '<boundaryEvent id="broken" attachedToRef="pack"><errorEventDefinition id="d5"/></boundaryEvent>'
    '<userTask id="repack"/>'
    '<receiveTask id="pay" messageRef="M_pay"/>'
    + _catch("clear", '<messageEventDefinition id="d1" messageRef="M_clear"/>')
    + _catch("alarm", '<signalEventDefinition id="d2" signalRef="S_alarm"/>')
    + _catch("ring", '<signalEventDefinition id="d3" signalRef="S_alarm"/>')
    + _catch("remind", '<timerEventDefinition id="d4"><timeDuration>PT1H</timeDuration></timerEventDefinition>'),
    "begin>split split>approve split>pack split>file split>pay split>alarm split>ring split>remind "
    "approve>confirm pay>clear broken>repack",
)


def _intake(key: str, lane: str, definition: str) -> str:
    nodes = f'<startEvent id="begin">{definition}</startEvent><userTask id="look"/>'
    return _process(key, {lane: "begin", "Boss": "look"}, nodes, "begin>look")


BY_MESSAGE = _intake("by_message", "Finance", '<messageEventDefinition id="d" messageRef="M_new"/>')
BY_SIGNAL = _intake("by_signal", "Warehouse", '<signalEventDefinition id="d" signalRef="S_opened"/>')
