"""The origin of what runs at the moment: the current request, or None in the background loops and commands."""

from contextvars import ContextVar

from bpmn_events.domain.origin import Origin

CURRENT_ORIGIN: ContextVar[Origin | None] = ContextVar("current_origin", default=None)
