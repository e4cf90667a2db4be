"""The extensions of this server."""

from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import Vocabulary, honoured, refused
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.properties import RECEIVERS, THROWERS
from bpmn_events.adapters.hosts.embedded.parsing.extensions import NAMESPACE

VOCABULARY = Vocabulary(
    title="BPMN Events",
    prefix="events",
    uris=(NAMESPACE,),
    entries=(
        honoured("payloadSchema payloadVariable", "the payload of what an event or receive task receives", RECEIVERS),
        honoured("payload inputValues", "the payload of a thrown message or signal", THROWERS),
        honoured("startEventId", "where a called process begins", frozenset({"callActivity"})),
        refused(
            "payloadSchema payloadVariable payload inputValues startEventId",
            "has no meaning on this element",
        ),
    ),
)
