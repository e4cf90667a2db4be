"""Durations such as ``30m``."""

from datetime import timedelta

import pytest

from bpmn_events.cli.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1), ("30m", 1800), ("8h", 28800), ("7d", 604800), ("2w", 1209600), ("1h30m", 5400)]
)
def test_text_is_a_duration(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "h", "1.5h", "-1h", "0s", "1y", "999999999w", "1h ", "٣h"])
def test_text_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "now"), (59, "59s"), (-90, "1m"), (86399, "23h"), (86400 * 6, "6d"), (86400 * 20, "2w")]
)
def test_duration_is_shown_in_its_largest_unit(seconds: float, text: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == text
