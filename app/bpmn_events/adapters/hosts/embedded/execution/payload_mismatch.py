"""Receivers that are passed over, because their payload schema refuses what was thrown.

A caller from outside is told. What a process throws has nobody to tell: it is in the log.
"""

import logging

from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import EventType

logger = logging.getLogger(__name__)


def warn_of_mismatch(
    event_type: EventType, name: str, model_key: str, element_id: str, violation: PayloadViolation
) -> None:
    """Say who was passed over, and why."""
    logger.warning(
        "The %s %r is not for %s/%s: its payload schema refuses the payload: %s",
        event_type.lower(),
        name,
        model_key,
        element_id,
        violation.message,
    )
