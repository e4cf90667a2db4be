"""The sample processes are complete, valid BPMN with readable diagrams."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from itertools import combinations, pairwise
from math import hypot
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import pytest
from lxml import etree

from bpmn_events.samples import DEMO_INSTANCES, sample_files

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
EVENTS = "{urn:bpmn-events:1}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
TOLERANCE = 2.0

SAMPLES = {path.stem: path for path in sample_files()}


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """The bounds of a shape, in the diagram's pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, parent: etree._Element) -> "Box":
        x, y, width, height = (
            float(find_required(parent, f"{DC}Bounds").attrib[k]) for k in ("x", "y", "width", "height")
        )
        return cls(x, y, x + width, y + height)

    @property
    def centre(self) -> Point:
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    def contains(self, other: "Box") -> bool:
        inside_across = self.left <= other.left and other.right <= self.right
        return inside_across and self.top <= other.top and other.bottom <= self.bottom

    def overlaps(self, other: "Box") -> bool:
        apart_across = self.right <= other.left or other.right <= self.left
        return not (apart_across or self.bottom <= other.top or other.bottom <= self.top)

    def distance_inside(self, point: Point) -> float:
        """Return the distance of a point from the nearest side: positive inside, negative outside."""
        return min(point.x - self.left, self.right - point.x, point.y - self.top, self.bottom - point.y)


def find_required(parent: etree._Element, path: str) -> etree._Element:
    element = parent.find(path)
    assert element is not None, f"{parent.get('id')} has no {path}"
    return element


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname


class Sample:
    """A BPMN file with its elements, shapes and edges by BPMN id."""

    def __init__(self, path: Path) -> None:
        self.root = etree.parse(path).getroot()
        self.process = find_required(self.root, f"{BPMN}process")
        self.by_id = {str(element.get("id")): element for element in self.root.iter("{*}*") if element.get("id")}
        self.flows = {str(flow.get("id")): flow for flow in self.process.iter(f"{BPMN}sequenceFlow")}
        self.edges = {str(edge.get("bpmnElement")): edge for edge in self.root.iter(f"{BPMNDI}BPMNEdge")}
        self.shapes = {str(shape.get("bpmnElement")): shape for shape in self.root.iter(f"{BPMNDI}BPMNShape")}
        self.boxes = {element_id: Box.of(shape) for element_id, shape in self.shapes.items()}

    @cached_property
    def nodes(self) -> dict[str, etree._Element]:
        """Return all flow nodes and event subprocesses, at every level, by id."""
        endings = ("Event", "Gateway", "ask", "ubProcess", "Activity")
        return {
            str(e.get("id")): e
            for e in self.process.iter(f"{BPMN}*")
            if e.get("id") and local_name(e).endswith(endings)
        }

    @cached_property
    def lanes(self) -> dict[str, list[str]]:
        lanes = self.process.iter(f"{BPMN}lane")
        return {str(lane.get("id")): [str(ref.text) for ref in lane.iter(f"{BPMN}flowNodeRef")] for lane in lanes}

    def parent(self, element_id: str) -> str:
        return str(find_required(self.by_id[element_id], "..").get("id"))

    def waypoints(self, flow_id: str) -> list[Point]:
        points = self.edges[flow_id].iter(f"{DI}waypoint")
        return [Point(float(point.attrib["x"]), float(point.attrib["y"])) for point in points]

    def distance_to_border(self, element_id: str, point: Point) -> float:
        box = self.boxes[element_id]
        across, down = abs(point.x - box.centre.x), abs(point.y - box.centre.y)
        half = (box.right - box.left) / 2
        if local_name(self.nodes[element_id]).endswith("Event"):
            return abs(hypot(across, down) - half)
        if local_name(self.nodes[element_id]).endswith("Gateway"):
            return abs(across + down - half)
        return abs(box.distance_inside(point))

    def may_overlap(self, first: str, second: str) -> bool:
        """Return True for a boundary event and its activity, and for a subprocess and its elements."""
        attached = first == self.nodes[second].get("attachedToRef") or second == self.nodes[first].get("attachedToRef")
        return attached or self.has_descendant(first, second) or self.has_descendant(second, first)

    def has_descendant(self, outer: str, inner: str) -> bool:
        return any(element is self.by_id[outer] for element in self.by_id[inner].iterancestors())


@cache
def load(name: str) -> Sample:
    return Sample(SAMPLES[name])


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> Sample:
    return load(request.param)


def schema_texts(sample: Sample) -> Iterator[str]:
    yield from (str(element.text) for element in sample.root.iter(f"{EVENTS}payloadSchema"))
    for prop in sample.root.iter(f"{CAMUNDA}property"):
        if prop.get("name") == "payloadSchema":
            yield str(prop.get("value"))


def test_the_samples_are_an_order_a_hiring_and_an_incident() -> None:
    assert [load(name).process.get("id") for name in SAMPLES] == ["hiring", "incident", "order"]


def test_demo_instances_are_of_sample_processes_and_have_distinct_correlations() -> None:
    assert {instance.process_model_key for instance in DEMO_INSTANCES} == set(SAMPLES)
    assert len({instance.correlation_id for instance in DEMO_INSTANCES}) == len(DEMO_INSTANCES)


def test_file_obeys_the_xml_schema_of_bpmn_2_0(sample: Sample) -> None:
    """Validate against OMG's schema file, which is part of SpiffWorkflow."""
    origin = (find_spec("SpiffWorkflow") or pytest.fail("SpiffWorkflow is missing")).origin
    schema = etree.XMLSchema(etree.parse(Path(str(origin)).parent / "bpmn/parser/schema/BPMN20.xsd"))
    schema.assertValid(sample.root)


def test_every_reference_resolves(sample: Sample) -> None:
    attributes = ("sourceRef", "targetRef", "bpmnElement", "attachedToRef", "messageRef", "signalRef", "default")
    references = [e.get(attribute) for e in sample.by_id.values() for attribute in (*attributes, "processRef")]
    texts = (f"{BPMN}{name}" for name in ("flowNodeRef", "incoming", "outgoing"))
    references += [element.text for element in sample.root.iter(*texts)]
    assert {reference for reference in references if reference is not None} <= sample.by_id.keys()


def test_nodes_list_their_incoming_and_outgoing_flows(sample: Sample) -> None:
    for node_id, node in sample.nodes.items():
        for direction, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            references = Counter(element.text for element in node.findall(f"{BPMN}{direction}"))
            assert references == Counter(key for key, flow in sample.flows.items() if flow.get(end) == node_id)


def test_every_node_has_a_name_and_waiting_elements_have_documentation(sample: Sample) -> None:
    waiting_types = ("intermediateCatchEvent", "boundaryEvent", "receiveTask", "subProcess")
    assert all(node.get("name") for node in sample.nodes.values())
    assert all(
        node.findtext(f"{BPMN}documentation") for node in sample.nodes.values() if local_name(node) in waiting_types
    )
    assert sample.process.findtext(f"{BPMN}documentation")


def test_every_node_and_flow_is_drawn_once(sample: Sample) -> None:
    shapes_and_edges = Counter(
        e.get("bpmnElement") for e in sample.root.iter(f"{BPMNDI}BPMNShape", f"{BPMNDI}BPMNEdge")
    )
    pool = str(find_required(sample.root, f".//{BPMN}participant").get("id"))
    assert shapes_and_edges == Counter([*sample.nodes, *sample.flows, *sample.lanes, pool])


def test_flows_start_and_end_at_the_borders_of_their_shapes(sample: Sample) -> None:
    for flow_id, flow in sample.flows.items():
        first, *_, last = sample.waypoints(flow_id)
        assert sample.distance_to_border(flow.attrib["sourceRef"], first) <= TOLERANCE, flow_id
        assert sample.distance_to_border(flow.attrib["targetRef"], last) <= TOLERANCE, flow_id


def test_flows_run_straight_across_or_down_and_through_no_other_shape(sample: Sample) -> None:
    for flow_id, flow in sample.flows.items():
        ends = (flow.attrib["sourceRef"], flow.attrib["targetRef"])
        for start, end in pairwise(sample.waypoints(flow_id)):
            assert start.x == end.x or start.y == end.y, flow_id
            line = Box(min(start.x, end.x), min(start.y, end.y), max(start.x, end.x), max(start.y, end.y))
            other_nodes = [key for key in sample.nodes if key not in ends and not sample.has_descendant(key, flow_id)]
            assert [key for key in other_nodes if sample.boxes[key].overlaps(line)] == [], flow_id


def test_lanes_fill_the_pool_and_contain_their_shapes(sample: Sample) -> None:
    pool = sample.boxes[str(find_required(sample.root, f".//{BPMN}participant").get("id"))]
    for lane, members in sample.lanes.items():
        assert pool.contains(sample.boxes[lane])
        assert [member for member in members if not sample.boxes[lane].contains(sample.boxes[member])] == []
    lanes = sorted((sample.boxes[lane] for lane in sample.lanes), key=lambda box: box.top)
    assert [pool.top, *(lane.bottom for lane in lanes)] == [*(lane.top for lane in lanes), pool.bottom]


def test_every_node_of_the_process_lies_in_one_lane(sample: Sample) -> None:
    top = [node_id for node_id in sample.nodes if sample.parent(node_id) == sample.process.get("id")]
    assert Counter(member for members in sample.lanes.values() for member in members) == Counter(top)


def test_shapes_do_not_overlap(sample: Sample) -> None:
    pairs = [pair for pair in combinations(sample.nodes, 2) if not sample.may_overlap(*pair)]
    assert [(a, b) for a, b in pairs if sample.boxes[a].overlaps(sample.boxes[b])] == []


def test_subprocesses_contain_their_elements_and_boundary_events_lie_on_their_activity(sample: Sample) -> None:
    for node_id, node in sample.nodes.items():
        box, parent, host = sample.boxes[node_id], sample.parent(node_id), node.get("attachedToRef")
        assert parent == sample.process.get("id") or sample.boxes[parent].contains(box), node_id
        assert host is None or abs(sample.boxes[host].distance_inside(box.centre)) <= TOLERANCE, node_id


def test_labels_cover_no_shape_and_no_other_label(sample: Sample) -> None:
    drawings = {**sample.shapes, **sample.edges}
    labels = {key: Box.of(label) for key, e in drawings.items() if (label := e.find(f"{BPMNDI}BPMNLabel")) is not None}
    assert labels
    assert [(a, b) for a, b in combinations(labels, 2) if labels[a].overlaps(labels[b])] == []
    leaves = [node_id for node_id, node in sample.nodes.items() if local_name(node) != "subProcess"]
    assert [(a, b) for a in labels for b in leaves if labels[a].overlaps(sample.boxes[b])] == []


def test_payload_schemas_are_described_and_valid(sample: Sample) -> None:
    schemas: list[dict[str, Any]] = [json.loads(text) for text in schema_texts(sample)]
    assert schemas
    for schema in schemas:
        jsonschema_rs.Draft202012Validator(schema)
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        assert schema["title"]
        assert all(member["description"] for member in schema["properties"].values())


def test_every_message_has_a_payload_schema_in_one_place(sample: Sample) -> None:
    """The payload schema is at the message, or at each element that waits for it."""
    for message in sample.root.iter(f"{BPMN}message"):
        waiting = [e for e in sample.process.iter(f"{BPMN}*") if e.get("messageRef") == message.get("id")]
        owners = [e if local_name(e) == "receiveTask" else find_required(e, "..") for e in waiting]
        at_elements = [owner for owner in owners if has_schema(owner)]
        assert owners
        assert at_elements == ([] if has_schema(message) else owners)


def has_schema(element: etree._Element) -> bool:
    extensions = element.find(f"{BPMN}extensionElements")
    if extensions is None:
        return False
    return extensions.find(f"{EVENTS}payloadSchema") is not None or extensions.find(f".//{CAMUNDA}property") is not None


def test_samples_show_each_way_to_declare_a_payload() -> None:
    paths: tuple[str, ...] = (
        f"{BPMN}message//{EVENTS}payloadSchema",
        f".//{BPMN}intermediateCatchEvent//{EVENTS}payloadSchema",
    )
    paths += (f".//{EVENTS}payloadVariable", f".//{CAMUNDA}property[@name='payloadSchema']")
    paths += (f".//{CAMUNDA}property[@name='payloadVariable']",)
    roots = [load(name).root for name in SAMPLES]
    assert [path for path in paths if all(root.find(path) is None for root in roots)] == []
