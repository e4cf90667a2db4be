"""The bar chart of the rates, as SVG that is readable on a light and on a dark page."""

from collections.abc import Sequence
from html import escape

from benchmarks.targets import Results
from benchmarks.workloads import BULK

_BARS = (
    ("plain 64", "Strawberry, a constant", False),
    ("cached 64", "Strawberry with caches, a constant", False),
    ("graphql 64", "BPMN Events, durable triggerEvent", True),
    ("rest 64", "the same over plain HTTP", True),
    ("bulk 1", "the same, one caller, 100 at a time", True),
)
_WIDTH, _LEFT, _TOP, _STEP, _HEIGHT = 800, 300, 44, 34, 20
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 } .note { font-size: 11px; fill: #57606a }
  .own { fill: #1a7f5a } .other { fill: #8c959f }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .note { fill: #9198a1 } .own { fill: #3fb98a } .other { fill: #6e7681 }
  }
"""


def svg(results: Results) -> str:
    """Return the chart of responses per second at 64 callers. A bulk request counts as its hundred triggers."""
    rates = [results.samples[name].rate * (BULK if name.startswith("bulk") else 1) for name, _, _ in _BARS]
    height = _TOP + len(_BARS) * _STEP + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'role="img" aria-label="Triggers a second beside what Strawberry answers without doing anything">',
        f"<style>{_STYLE}</style>",
        '<text class="title" x="12" y="24">Answers per second, 64 callers, one server process on one core</text>',
        *_bars(rates),
        f'<text class="note" x="12" y="{height - 12}">Each trigger is durable (SQLite, synchronous=FULL) before it is '
        f"acknowledged. {escape(results.machine)}, {escape(results.taken[:10])}.</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _bars(rates: Sequence[float]) -> list[str]:
    scale = (_WIDTH - _LEFT - 80) / max(rates)
    parts = []
    for index, ((_, label, is_own), rate) in enumerate(zip(_BARS, rates, strict=True)):
        top = _TOP + index * _STEP
        css_class, length = "own" if is_own else "other", max(2, rate * scale)
        parts += [
            f'<text x="{_LEFT - 10}" y="{top + 15}" text-anchor="end">{escape(label)}</text>',
            f'<rect class="{css_class}" x="{_LEFT}" y="{top}" width="{length:.0f}" height="{_HEIGHT}" rx="3"/>',
            f'<text x="{_LEFT + length + 8:.0f}" y="{top + 15}">{rate:,.0f}</text>',
        ]
    return parts
