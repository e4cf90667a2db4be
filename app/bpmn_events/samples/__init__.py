"""Three sample processes for a demonstration: an order, a hiring and an incident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoInstance:
    """An instance of a sample process to start for a demonstration. ``payload`` becomes its process variables."""

    process_model_key: str
    correlation_id: str
    payload: Mapping[str, Any] = field(default_factory=dict)


DEMO_INSTANCES: tuple[DemoInstance, ...] = (
    DemoInstance("order", "order-1001", {"customer": "Ada Lovelace", "items": ["Desk lamp"]}),
    DemoInstance("order", "order-1002", {"customer": "Alan Turing", "items": ["Desk", "Office chair"]}),
    DemoInstance("hiring", "hiring-2041", {"candidate": "Grace Hopper", "position": "Compiler engineer"}),
    DemoInstance("incident", "incident-77", {"customer": "Katherine Johnson", "service": "Invoicing"}),
)


def sample_files() -> tuple[Path, ...]:
    """Return the BPMN files of this package, sorted by name."""
    names = sorted(entry.name for entry in files(__name__).iterdir() if entry.name.endswith(".bpmn"))
    return tuple(Path(str(files(__name__) / name)) for name in names)
