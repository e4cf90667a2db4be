"""Warnings about receivers whose payload schema refuses a thrown message or signal.

A caller gets the refusal as an error. A process that throws has no caller, so the refusal is logged.
"""

import logging

from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import EventType

logger = logging.getLogger(__name__)


def warn_of_mismatch(
    event_type: EventType, name: str, model_key: str, element_id: str, violation: PayloadViolation
) -> None:
    """Log the receiver that is passed over, and which keyword of its schema the payload violates where.

    The message of the violation would contain values of the payload, which do not belong in a log.
    """
    logger.warning(
        "The %s %r is not for %s/%s: its payload schema refuses the payload at %r: %s",
        event_type.lower(),
        name,
        model_key,
        element_id,
        violation.path,
        violation.keyword,
    )
