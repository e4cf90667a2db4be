"""The numbers of timers and deliveries that are tried again, for the health check and the metrics."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.retries import RetryCounts

CountRetries = Callable[[], Awaitable[RetryCounts]]

# As long as the checks of the health check take at most.
_SECONDS = 1.5

logger = logging.getLogger(__name__)


async def read_counts(count_retries: CountRetries | None) -> RetryCounts | None:
    """Return the numbers, or None if they cannot be read in time: they decide nothing."""
    if count_retries is None:
        return None
    try:
        async with asyncio.timeout(_SECONDS):
            return await count_retries()
    except (EngineUnavailable, TimeoutError):
        return None
    except Exception:
        logger.exception("The retries cannot be counted")
        return None
