"""``bench``: how fast the product is on this machine. The benchmarks are in the source folder, not in the package."""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from bpmn_events.cli.caller import UsageError
from bpmn_events.config import Settings


def bench(_settings: Settings, arguments: argparse.Namespace) -> int:
    """Measures servers it starts itself, on databases of their own; the settings of this one do not matter.

    Raises:
        UsageError: the benchmarks, or what they need, are not installed here.
    """
    sys.path.insert(0, str(Path(__file__).parents[3]))
    try:
        run: Any = import_module("benchmarks.run")
    except ModuleNotFoundError as error:
        raise UsageError(f"bench runs in a source folder with its environment (make venv): {error}") from None
    return int(run.bench(arguments.output, quick=arguments.quick))
