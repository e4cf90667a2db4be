"""The alert rules are valid, use metrics that a server has, and are explained; docs/rest.md lists all metrics."""

import re
import subprocess

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.programs import require_program
from tests.support.server import ServerProcess
from tests.support.sources import ROOT

FOLDER = ROOT / "deploy" / "prometheus"
ALERTS = (FOLDER / "alerts.yml").read_text("utf-8")
REST = (ROOT / "docs" / "rest.md").read_text("utf-8")
MONITORING = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
NAMES = re.findall(r"- alert: (\w+)", ALERTS)


def promtool(*arguments: str, text: str = "") -> None:
    done = subprocess.run(
        [require_program("promtool"), *arguments], cwd=FOLDER, input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", "alerts.yml"), ("check", "config", "prometheus.yml"), ("test", "rules", "alerts_test.yml")],
    ids=" ".join,
)
def test_promtool_accepts_the_files(arguments: tuple[str, ...]) -> None:
    promtool(*arguments)


def test_a_server_has_the_metrics_of_the_alerts(demo: ServerProcess) -> None:
    text = httpx.get(f"{demo.address}/metrics").text
    promtool("check", "metrics", text=text)
    families = list(text_string_to_metric_families(text))
    samples = {sample.name for family in families for sample in family.samples}
    used = set(re.findall(r"\b(?:bpmn_events|process|python)_\w+", re.sub(r'"[^"]*"', "", ALERTS)))
    assert len(used) >= 10
    assert used - samples == set()
    listed = {name.removesuffix("_total") for name in re.findall(r"^\| `(bpmn_events_\w+)` \|", REST, re.MULTILINE)}
    assert listed == {family.name for family in families if family.name.startswith("bpmn_events_")}


def test_every_alert_is_tested_and_explained() -> None:
    tests = (FOLDER / "alerts_test.yml").read_text("utf-8")
    assert len(NAMES) == len(set(NAMES)) > 0
    for name in NAMES:
        assert f"runbook_url: docs/monitoring.md#{name.lower()}\n" in ALERTS
        assert f"\n### {name}\n" in MONITORING
        assert f"        alertname: {name}\n        exp_alerts:" in tests, f"{name} never fires in a test"
        assert len(re.findall(rf"eval_time: \w+, alertname: {name}}}", tests)) >= 2, f"{name} is never silent in a test"
    assert re.findall(r"^### (\w+)$", MONITORING, re.MULTILINE) == NAMES
