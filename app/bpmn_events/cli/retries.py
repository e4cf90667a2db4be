"""Command ``retries``: list the timers, messages and signals that failed and are tried again."""

import argparse
import sys
from datetime import UTC, datetime

import msgspec

from bpmn_events.bootstrap import open_services
from bpmn_events.cli.caller import CLI
from bpmn_events.cli.tables import retry_table
from bpmn_events.config import Settings
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.retries import RetryKind
from bpmn_events.web.representations import pending_retry


async def retries(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print one page of the pending retries, as a table or as JSON."""
    kinds = [RetryKind(name.upper()) for name in arguments.kind] or None
    async with open_services(settings) as services:
        page = await services.list_retries(CLI, kinds, PageRequest(limit=arguments.limit))
        total = await services.list_retries.count(CLI, kinds) if page.has_next else len(page.items)
    if arguments.json:
        documents = [pending_retry(item) for item in page.items]
        print(msgspec.json.format(msgspec.json.encode(documents), indent=2).decode())
    elif page.items:
        print(retry_table(page.items, datetime.now(UTC)))
    else:
        print("Nothing is tried again.", file=sys.stderr)
    if page.has_next:
        print(f"{len(page.items)} of {total} retries; see more with --limit.", file=sys.stderr)
    return 0
