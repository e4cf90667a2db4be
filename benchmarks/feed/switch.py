"""The product with a switch for its change feed: SIGUSR1 turns it off and SIGUSR2 on.

Only the cost of the feed is measured with it: subscribers would miss changes. One process is measured in both states,
because two processes differ by more than the feed costs.
"""

import signal
import sys
from typing import Any

from bpmn_events.adapters.storage.transaction import SqlTransaction
from bpmn_events.cli.main import main

OFF, ON = signal.SIGUSR1, signal.SIGUSR2

_report_changes = SqlTransaction.report_changes


async def _report_nothing(*_: Any) -> None:
    pass


def _install() -> None:
    signal.signal(OFF, lambda *_: setattr(SqlTransaction, "report_changes", _report_nothing))
    signal.signal(ON, lambda *_: setattr(SqlTransaction, "report_changes", _report_changes))


if __name__ == "__main__":
    _install()
    sys.exit(main())
