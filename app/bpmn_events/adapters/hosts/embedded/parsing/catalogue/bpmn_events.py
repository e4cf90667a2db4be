"""The extensions of this server."""

from bpmn_events.adapters.hosts.embedded.parsing.catalogue.conditions import gets_payload, throws_payload
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.entries import Vocabulary, honoured, refused
from bpmn_events.adapters.hosts.embedded.parsing.catalogue.properties import RECEIVERS, THROWERS
from bpmn_events.adapters.hosts.embedded.parsing.extensions import NAMESPACE

VOCABULARY = Vocabulary(
    title="BPMN Events",
    prefix="events",
    uris=(NAMESPACE,),
    entries=(
        honoured(
            "payloadSchema payloadVariable",
            "the payload of what an event or receive task receives",
            RECEIVERS,
            gets_payload,
        ),
        honoured("payload inputValues", "the payload of a thrown message or signal", THROWERS, throws_payload),
        honoured("startEventId", "where a called process begins", frozenset({"callActivity"})),
        refused(
            "payloadSchema payloadVariable payload inputValues startEventId",
            "has no meaning on this element",
        ),
    ),
)
