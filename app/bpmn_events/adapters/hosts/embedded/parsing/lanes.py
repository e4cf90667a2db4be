"""The lanes of flow nodes (BPMN 2.0.2, section 10.8)."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.parsing.document import children, text_of


def read_lanes(process: etree._Element) -> dict[str, str]:
    """Return the name of the innermost lane that lists a flow node, by flow node id.

    A lane without a name counts by its id.
    """
    lanes: dict[str, str] = {}
    for lane_set in process.iter(f"{{{etree.QName(process).namespace}}}laneSet"):
        _collect(lane_set, lanes)
    return lanes


def _collect(lane_set: etree._Element, lanes: dict[str, str]) -> None:
    for lane in children(lane_set, "lane"):
        name = lane.get("name") or lane.get("id") or ""
        for reference in children(lane, "flowNodeRef"):
            lanes[text_of(reference)] = name
        for child_set in children(lane, "childLaneSet"):
            _collect(child_set, lanes)
