"""Setup of a server process: its log and its garbage collector."""

import gc
import logging
import sys

from bpmn_events.config import Settings

_GC_THRESHOLD = 20_000
_LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def configure_logging(settings: Settings) -> None:
    """Log everything to stderr, in one format."""
    logging.basicConfig(level=settings.log_level.upper(), format=_LOG_FORMAT, stream=sys.stderr)
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)  # it logs every plugin, and there are none
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every request


def tune_garbage_collector() -> None:
    """Exclude the objects of the startup from garbage collection, and collect less often.

    Modules and schema are more than 100,000 objects that live as long as the process. A collection that scans them
    blocks all requests. The next older generation is collected often, so that it is small.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD, 5, 20)
