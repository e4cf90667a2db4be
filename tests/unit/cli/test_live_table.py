"""The table of ``events --watch``, before it is shown."""

import asyncio
from typing import cast

from bpmn_events.application.queries.list_waiting_events import ListWaitingEvents
from bpmn_events.cli.watching.live_table import LiveTable
from bpmn_events.cli.watching.screen import Screen
from bpmn_events.domain.filters import WaitingEventFilter


async def test_a_change_of_the_size_before_the_first_list_does_not_block_the_program() -> None:
    """An endless loop without a pause would keep the program from seeing Ctrl-C."""
    table = LiveTable(cast("Screen", None), cast("ListWaitingEvents", None), WaitingEventFilter())
    drawing = asyncio.create_task(table.run())
    table.refresh()
    await asyncio.sleep(0.01)
    assert not drawing.done()
    drawing.cancel()
