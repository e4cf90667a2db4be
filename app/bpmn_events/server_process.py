"""What a server process sets up for itself, whoever has started it: its log, and its garbage collector."""

import gc
import logging
import sys

from bpmn_events.config import Settings

_ALLOCATIONS = 20_000
_LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def configure_logging(settings: Settings) -> None:
    """Log everything to stderr, in one format."""
    logging.basicConfig(level=settings.log_level.upper(), format=_LOG_FORMAT, stream=sys.stderr)
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)  # it tells of each, and we have none


def tune_garbage_collector() -> None:
    """Take what start-up made out of garbage collection, and collect less often.

    Modules and schema are more than 100,000 objects that live as long as the process, and looking through them stops
    everything else.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 20, 20)
