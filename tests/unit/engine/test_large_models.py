"""Models with thousands of flow nodes: the work of the parser is proportional to their size."""

import json
import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from types import FrameType
from typing import Any

import pytest

from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.parsing.parser import parse, parse_stored
from bpmn_events.domain.errors import InvalidProcessModel
from tests.conformance.drawing import BPMN, draw

SIZES = (200, 400, 800)
LARGE_SIZES = (2_500, 5_000, 10_000)


def chain(size: int) -> str:
    """Return tasks and gateways one after another."""
    names = [f"N{number}" for number in range(size - 1)]
    gateways = [f"{name}: inclusiveGateway" for name in names[::4]]
    return draw("\n".join([f"start > {' > '.join(names)}", *gateways]))


def hub(size: int) -> str:
    """Return one gateway that leads to all other nodes."""
    lines = [f"Hub > W{number}\nW{number}: receiveTask message=m{number}" for number in range(size - 2)]
    return draw("\n".join(["start > Hub", "Hub: parallelGateway", *lines]))


def branches(size: int) -> str:
    """Return one event-based gateway with all other nodes as its branches."""
    lines = [f"Hub > W{number}\nW{number}: intermediateCatchEvent message=m{number}" for number in range(size - 2)]
    return draw("\n".join(["start > Hub", "Hub: eventBasedGateway", *lines]))


def event_subprocesses(size: int) -> str:
    """Return a process in which every second node is an event subprocess."""
    guard = "G{0}: subProcess triggeredByEvent=true {{\nstart{0}: startEvent signal=s interrupting=no\n}}"
    return draw("\n".join(["start: startEvent", *(guard.format(number) for number in range(size // 2))]))


def boundary_events(size: int) -> str:
    """Return one task with all other nodes as its boundary events, in a lane."""
    events = "".join(f"E{number}: boundaryEvent on=A timer=PT1H interrupting=no\n" for number in range(size - 1))
    lane = "<lane name='Sales'><flowNodeRef>A</flowNodeRef></lane>"
    return draw(f'A: userTask\n{events}Lanes: laneSet xml="{lane}"')


def attached_in_a_chain(size: int) -> str:
    """Return boundary events that are attached to one another, which is refused."""
    return draw("".join(f"E{number}: boundaryEvent on=E{number + 1} message=m\n" for number in range(size)))


def calls_with_local_variables(size: int) -> str:
    """Return a call with many local variables, and as many mappings of all of them."""
    inputs = "".join(f"<camunda:inputParameter name='v{number}'/>" for number in range(size))
    mappings = "<camunda:in local='true' variables='all'/>" * size
    return draw(f'A: callActivity calls=p ext="<camunda:inputOutput>{inputs}</camunda:inputOutput>{mappings}"')


def schemas_with_anchors(size: int) -> str:
    """Return a schema with many definitions, each of which it refers to."""
    schema = {
        "$defs": {f"d{number}": {"$anchor": f"a{number}"} for number in range(size)},
        "allOf": [{"$ref": f"#a{number}"} for number in range(size)],
    }
    text = f"<events:payloadSchema>{json.dumps(schema)}</events:payloadSchema>"
    return draw(f"start -[x]> A\nstart: startEvent ext='{text}'")


def cancel_events(size: int) -> str:
    """Return a transaction with many cancel boundary events, of which only one is accepted."""
    events = "".join(f"E{number}: boundaryEvent on=A cancel\n" for number in range(size))
    return draw(f"A: transaction {{\nIn: userTask\n}}\n{events}")


def links(size: int) -> str:
    """Return pairs of link events."""
    pairs = (
        f"T{n}: intermediateThrowEvent link=l{n}\nC{n}: intermediateCatchEvent link=l{n}" for n in range(size // 2)
    )
    return draw("start: startEvent\n" + "\n".join(pairs))


def transactions(size: int) -> str:
    """Return subprocesses of a kind that is refused, with content."""
    return draw("\n".join(f"X{n}: adHocSubProcess {{\nA{n}: task\n}}" for n in range(size // 2)))


def processes(size: int) -> str:
    """Return processes with one task each, and as many messages, of which one has a correlation key."""
    zeebe = '<extensionElements><zeebe:subscription correlationKey="= a"/></extensionElements>'
    messages = "".join(f'<message id="m{number}" name="m{number}"/>' for number in range(size // 2))
    parts = "".join(f'<process id="p{number}"><task id="t{number}"/></process>' for number in range(size // 2))
    return (
        f'<definitions xmlns="{BPMN}" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">'
        f'<message id="m" name="m">{zeebe}</message>{messages}{parts}</definitions>'
    )


MODELS = (
    chain,
    hub,
    branches,
    event_subprocesses,
    boundary_events,
    attached_in_a_chain,
    links,
    transactions,
    processes,
    calls_with_local_variables,
    schemas_with_anchors,
    cancel_events,
)


def calls(function: Callable[[], Any]) -> int:
    """Return the number of calls of functions, and of resumptions of generators, while the function runs."""
    number = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        function()
    except InvalidProcessModel:
        pass
    finally:
        sys.setprofile(None)
    return number


def assert_linear(parsers: list[Callable[[], Any]]) -> None:
    """Check that a model twice as large takes twice as many calls."""
    numbers = [calls(parser) for parser in parsers]
    assert all(larger < 2.1 * smaller for smaller, larger in pairwise(numbers)), numbers


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_work_of_the_parser_grows_with_the_size_of_the_model(model: Callable[[int], str]) -> None:
    assert_linear([partial(parse, model(size)) for size in SIZES])
    key = "p0" if model is processes else "p"
    assert_linear([partial(parse_stored, model(size), key, CURRENT, lambda _: None) for size in SIZES])


def test_ten_thousand_flow_nodes_are_accepted_and_take_work_in_proportion() -> None:
    assert_linear([partial(parse, chain(size)) for size in LARGE_SIZES])
    assert len(parse(chain(LARGE_SIZES[-1]))[0][0].nodes) == LARGE_SIZES[-1]
