"""Command ``prune``: delete ended process instances and unused versions of process models."""

import argparse
import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from tqdm import tqdm

from bpmn_events.application.background.prune_preview import PrunePreview
from bpmn_events.application.background.pruner import PruneInstants, Pruner
from bpmn_events.application.ports.pruning import PrunedRows
from bpmn_events.bootstrap import open_runtime
from bpmn_events.cli.caller import UsageError
from bpmn_events.config import Settings
from bpmn_events.settings.prefix import PREFIX

_DONE, _INTERRUPTED = 0, 130


async def prune(settings: Settings, arguments: argparse.Namespace) -> int:
    """Delete in small steps, beside a running server, and print the numbers. Ctrl-C stops it after a step.

    Raises:
        UsageError: Neither an option nor a setting names a time, or the time of ended instances is too short.
    """
    before = _instants(settings, arguments)
    async with open_runtime(settings) as runtime:
        preview = PrunePreview(runtime.database.read_store)
        total = await preview.count_executions(before.ended) if before.ended is not None else None
        if arguments.dry_run:
            return await _follow(preview.count(before), total, "Would delete")
        # A replay reads the instances that its outcome refers to, so the expired outcomes go first.
        await runtime.retention.forget_outcomes()
        return await _follow(Pruner(runtime.writer).prune(before), total, "Deleted")


def _instants(settings: Settings, arguments: argparse.Namespace) -> PruneInstants:
    ended = arguments.ended_before or settings.ended_instances_time
    replaced = arguments.unused_versions_before or settings.unused_versions_time
    if ended is None and replaced is None:
        raise UsageError(
            "prune needs --ended-before or --unused-versions-before with a time such as 90d, or the setting "
            f"{PREFIX}ENDED_INSTANCES_DAYS or {PREFIX}UNUSED_VERSIONS_DAYS"
        )
    if ended is not None and ended < timedelta(days=settings.idempotency_days):
        raise UsageError(
            f"--ended-before takes at least {settings.idempotency_days}d, the time of {PREFIX}IDEMPOTENCY_DAYS: a "
            "repeated request reads the instances of the first one"
        )
    now = datetime.now(UTC)
    return PruneInstants(None if ended is None else now - ended, None if replaced is None else now - replaced)


async def _follow(steps: AsyncIterator[PrunedRows], executions: int | None, verb: str) -> int:
    """Show the progress of the steps, and print their sum, also if they fail. Return the exit code."""
    interrupted = asyncio.Event()
    with suppress(NotImplementedError):  # on Windows, Ctrl-C stops the command within a step, which is undone
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted.set)
    sum_of_steps = PrunedRows()
    try:
        with tqdm(total=executions, unit=" executions", disable=None, leave=False) as bar:  # only on a terminal
            async for step in steps:
                sum_of_steps += step
                bar.update(step.executions)
                if interrupted.is_set():
                    return _INTERRUPTED
        return _DONE
    finally:
        stopped = "Stopped. " if interrupted.is_set() else ""
        print(f"{stopped}{verb} {_describe(sum_of_steps)}.", flush=True)


def _describe(rows: PrunedRows) -> str:
    return (
        f"{rows.instances} ended process instances with {rows.triggers} event triggers and {rows.cancelled_events} "
        f"cancelled events, and {rows.versions} unused versions of process models"
    )
