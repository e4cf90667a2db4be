"""The benchmarks run from end to end. No figure is asserted, because the machine may be busy."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from benchmarks.targets import TARGETS, Results

COMMAND = Path(sys.executable).parent / "bpmn-events"


@pytest.mark.timeout(900)
def test_a_quick_run_measures_every_target_and_verifies_every_trigger(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "bench", "--quick", "--output", tmp_path / "results"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    results = msgspec.json.decode((tmp_path / "results/results.json").read_bytes(), type=Results)
    assert results.quick
    names = [target.name for target in TARGETS if target.is_measured(results)]
    assert [line.split("|")[1].strip() for line in lines[1:]] == names
    assert all(sample.answers > 0 and sample.rate > 0 for sample in results.samples.values())
    assert all(delivery.changes > 0 for delivery in results.fan_out.deliveries.values())
    report = (tmp_path / "results/results.md").read_text("utf-8")
    assert all(f"| {name} |" in report for name in [*results.samples, *results.fan_out.deliveries])
    drawing = (tmp_path / "results/throughput.svg").read_text("utf-8")
    assert re.match("<svg [^>]*viewBox", drawing)
