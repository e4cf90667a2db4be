"""docs/settings.md lists every setting of app/bpmn_events/config.py, with its default and description.

The other pages name only these settings.
"""

import re
from enum import Enum
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from bpmn_events.config import Settings
from bpmn_events.settings.prefix import PREFIX

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")


def row(name: str, field: FieldInfo) -> str:
    return f"| `{PREFIX}{name.upper()}` | {format_default(field.default)} | {field.description} |"


def format_default(default: object) -> str:
    """Return a default in the form of an environment variable."""
    match default:
        case None | ():
            return "none"
        case bool():
            return f"`{str(default).lower()}`"
        case tuple():
            return f"`{','.join(default)}`"
        case Enum():
            return f"`{default.value}`"
        case _:
            return f"`{default}`"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_page_lists_every_setting_as_it_is() -> None:
    expected = [row(name, field) for name, field in Settings.model_fields.items()]
    assert re.findall(rf"^\| `{PREFIX}.*$", PAGE, re.MULTILINE) == expected


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_pages_name_only_settings_that_exist(page: Path) -> None:
    named = set(re.findall(rf"{PREFIX}([A-Z_]*[A-Z])\b", page.read_text("utf-8")))
    assert named <= {name.upper() for name in Settings.model_fields}
