"""Watching of the waiting events until the program is told to end."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from bpmn_events.application.services import Services
from bpmn_events.bootstrap import open_watching
from bpmn_events.cli.watching.lines import JsonLines, Lines, TextLines
from bpmn_events.cli.watching.live_table import LiveTable
from bpmn_events.cli.watching.output import Output
from bpmn_events.cli.watching.screen import Screen
from bpmn_events.cli.watching.views import feed
from bpmn_events.config import Settings
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.filters import WaitingEventFilter


async def watch(settings: Settings, filter: WaitingEventFilter, after: ChangesCursor | None, *, json: bool) -> None:
    """Show the waiting events and their changes until SIGTERM.

    A terminal gets a table that is always current, and everything else a line for each change. With ``json``, the lines
    are JSON. The lines can begin after a cursor. If stdout is closed, nobody can read them, and it returns at once.

    Raises:
        BrokenPipeError: The reader of the output has gone.
        ProcessModelNotFound, CorrelationNotFound: The filter has the key or id of none.
    """
    if sys.stdout is None:
        return
    output, terminated = Output(sys.stdout.fileno()), asyncio.Event()
    with _handling("SIGTERM", terminated.set):
        async with open_watching(settings) as services:
            if not json and sys.stdout.isatty():
                await _watch_as_table(services, filter, output, terminated)
            else:
                await _watch_as_lines(services, filter, after, output, terminated, json=json)


async def _watch_as_lines(
    services: Services,
    filter: WaitingEventFilter,
    after: ChangesCursor | None,
    output: Output,
    terminated: asyncio.Event,
    *,
    json: bool,
) -> None:
    lines = Lines(JsonLines() if json else TextLines(), output, services.list_waiting_events, filter)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("bpmn-events: %(message)s"))
    with _logging_to(handler):
        await _run_until_first(feed(lines, services.subscriptions, filter, after), output.watch(), terminated.wait())


async def _watch_as_table(
    services: Services, filter: WaitingEventFilter, output: Output, terminated: asyncio.Event
) -> None:
    screen = Screen(output)
    table = LiveTable(screen, services.list_waiting_events, filter)

    def stop() -> None:
        screen.leave()
        os.kill(os.getpid(), signal.SIGSTOP)

    def draw_again() -> None:
        screen.forget()
        table.refresh()

    try:
        with (
            _logging_to(table),
            _handling("SIGTSTP", stop),
            _handling("SIGCONT", draw_again),
            _handling("SIGWINCH", draw_again),
        ):
            await _run_until_first(
                feed(table, services.subscriptions, filter, None),
                table.run(),
                output.watch(),
                terminated.wait(),
            )
    finally:
        screen.leave()


async def _run_until_first(*coroutines: Coroutine[Any, Any, object]) -> None:
    """Run all of them until one ends, and raise its exception."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def _handling(name: str, handler: Callable[[], None]) -> Iterator[None]:
    """Call the handler for each signal of this name; never where the platform has none."""
    number = getattr(signal, name, None)
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows
        if number is not None:
            loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            if number is not None:
                loop.remove_signal_handler(number)


@contextmanager
def _logging_to(handler: logging.Handler) -> Iterator[None]:
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
