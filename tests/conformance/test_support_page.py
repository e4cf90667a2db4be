"""The page docs/bpmn-support.md, and the links of refusals to it."""

import re

import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import SECTIONS, support_section
from bpmn_events.domain.errors import InvalidProcessModel
from tests.conformance.report import PAGE, page
from tests.conformance.script import Case, cases

ROOT = PAGE.parents[1]
REFUSED = [case for case in cases() if case.refusals]


def _anchors(text: str) -> set[str]:
    return {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def test_page_is_current() -> None:
    """Run ``python -m tests.conformance.report > docs/bpmn-support.md`` after a change of the parser or the cases."""
    assert PAGE.read_text("utf-8") == page()


def test_page_has_every_section_that_refusals_name() -> None:
    assert set(SECTIONS) <= _anchors(PAGE.read_text("utf-8"))
    assert support_section("userTask").endswith("#tasks")


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.topic}: {case.title}")
def test_refusals_link_to_a_section(case: Case, engine: Engine) -> None:
    with pytest.raises(InvalidProcessModel) as refusal:
        engine.compile(case.bpmn_xml)
    for issue in refusal.value.issues:
        link = re.search(r" \(see (docs/[\w-]+\.md)(?:#([\w-]+))?\)$", issue.message)
        assert link is not None, issue.message
        text = (ROOT / link[1]).read_text("utf-8")
        assert link[2] is None or link[2] in _anchors(text), issue.message
        assert issue.line
