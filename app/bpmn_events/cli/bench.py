"""Command ``bench``: run the benchmarks, which are in the source folder and not in the package."""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from bpmn_events.cli.caller import UsageError
from bpmn_events.config import Settings


def bench(_settings: Settings, arguments: argparse.Namespace) -> int:
    """Run the benchmarks on servers and databases of their own, which do not use the settings.

    Raises:
        UsageError: The benchmarks or their dependencies are not installed.
    """
    sys.path.insert(0, str(Path(__file__).parents[3]))
    try:
        run: Any = import_module("benchmarks.run")
    except ModuleNotFoundError as error:
        raise UsageError(f"bench runs in a source folder with its environment (make venv): {error}") from None
    return int(run.bench(arguments.output, quick=arguments.quick))
