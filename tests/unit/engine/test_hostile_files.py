"""BPMN files that would make an XML parser open files or connections, or expand without end (OWASP, XXE)."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument
from bpmn_events.domain.errors import InvalidProcessModel
from tests.conformance.drawing import draw

PRIVATE = "a text that only the server can read"
FILE = draw("A: userTask")
LAUGHS = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))

# For each attack: what precedes the root element, and the name of the task. FILE and URL stand for targets.
ATTACKS = {
    "external entity": ('<!DOCTYPE d [<!ENTITY x SYSTEM "FILE">]>', "&x;"),
    "external entity of the network": ('<!DOCTYPE d [<!ENTITY x SYSTEM "URL">]>', "&x;"),
    "external DTD": ('<!DOCTYPE d SYSTEM "URL">', "A"),
    "parameter entity": ('<!DOCTYPE d [<!ENTITY % p SYSTEM "URL"> %p;]>', "A"),
    "billion laughs": (f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"),
    "quadratic blowup": (f'<!DOCTYPE d [<!ENTITY a "{"a" * 100_000}">]>', "&a;" * 5_000),
}


@pytest.fixture
def listener() -> "socket.socket":
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    return listening


def attack(name: str, place: str, private: Path, listener: socket.socket) -> str:
    prologue, value = ATTACKS[name]
    prologue = prologue.replace("FILE", private.as_uri())
    prologue = prologue.replace("URL", f"http://127.0.0.1:{listener.getsockname()[1]}/x")
    if place == "attribute":
        return prologue + FILE.replace('id="A"', f'id="A" name="{value}"')
    return prologue + FILE.replace("</definitions>", f"<documentation>{value}</documentation></definitions>")


@pytest.mark.parametrize("parse", [BpmnDocument.parse, BpmnDocument.parse_stored], ids=["deployed", "stored"])
@pytest.mark.parametrize("place", ["attribute", "text"])
@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_is_opened_or_expanded(
    name: str, place: str, parse: Callable[[str], BpmnDocument], tmp_path: Path, listener: socket.socket
) -> None:
    private = tmp_path / "private"
    private.write_text(PRIVATE)
    text = attack(name, place, private, listener)
    assert text != FILE
    with listener:
        try:
            document = parse(text)
        except InvalidProcessModel as refusal:
            found = str(refusal.issues)
        else:
            assert parse == BpmnDocument.parse_stored, "a deployed file has no document type"
            found = "".join("".join(element.itertext()) + str(element.attrib) for element in document.root.iter("*"))
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert PRIVATE not in found
    assert len(found) < 2 * len(text)


def test_inclusions_stay_as_they_are(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.write_text(PRIVATE)
    inclusion = f'<include xmlns="http://www.w3.org/2001/XInclude" href="{private.as_uri()}" parse="text"/>'
    document = BpmnDocument.parse(FILE.replace("</definitions>", f"{inclusion}</definitions>"))
    assert PRIVATE not in "".join(document.root.itertext())
