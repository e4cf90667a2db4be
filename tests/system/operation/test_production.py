"""The commands of docs/production.md, in their order, on a booted Debian machine with the real programs."""

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.containers.debian_machine import DebianMachine, debian_machine
from tests.support.polling import block_until
from tests.support.sources import ROOT
from tests.system.installation.test_release import build
from tests.system.operation.production_page import ProductionPage
from tests.system.operation.surroundings import Surroundings, surroundings
from tests.system.operation.test_backup import LOOP
from tests.system.operation.test_keycloak import recipe

LANDED = ROOT / "tests" / "upgrade" / "landed" / "0002"
# Without them, Debian would fetch newer versions of installed packages, and some images lack the users of services.
PREPARE = """
echo 'APT::Get::Upgrade "false";' > /etc/apt/apt.conf.d/no-upgrade
getent passwd prometheus > /dev/null || dpkg-reconfigure prometheus
"""
CALL = 'curl --silent --show-error --fail-with-body --interface 127.0.0.9 -H "Authorization: Bearer $TOKEN"'
CASES = "c-1 c-2 c-3 c-4"
ADDRESS = "https://events.example.com/process_models"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[DebianMachine]:
    """Yield a booted machine with the files of a release in root's folder."""
    if os.environ.get("REQUIRE_PRODUCTION") != "true":
        pytest.skip("docs/production.md is followed in .ci/long production only")
    build(tmp_path / "release")
    with debian_machine(tmp_path) as booted:
        copy_release(tmp_path / "release" / "dist", booted)
        booted.run(PREPARE)
        yield booted


def copy_release(dist: Path, machine: DebianMachine) -> None:
    shutil.copytree(dist, machine.path("/root/dist"))
    shutil.copytree(ROOT / "deploy", machine.path("/root/deploy"))


def test_the_page(machine: DebianMachine, tmp_path: Path) -> None:
    page = ProductionPage(machine)
    with surroundings(machine, tmp_path) as others:
        install(page)
        trigger_first(page, others)
        monitor(page)
        find_trace(page, others)
        check_table(page)
        survive_kill(machine)
        back_up_and_restore(page)
        upgrade(page)
        check_table(page, without=("retries", "ALERTS"))
        use_sqlite(page)
    assert page.left == {}


def install(page: ProductionPage) -> None:
    page.run_next("Install the release")
    page.machine.run("systemctl start postgresql nginx prometheus")  # as the packages of an empty machine do
    page.install_release()
    page.run_rest("The database")
    assert page.run_rest("The settings").startswith("bpmn-events ")
    (documented,) = recipe("ini")
    settings = page.machine.path("/etc/bpmn-events.env").read_text("utf-8")
    assert set(documented.splitlines()) <= set(settings.splitlines())
    assert '"status":"ok"' in page.run_rest("The service")
    page.run_rest("nginx with TLS")


def trigger_first(page: ProductionPage, others: Surroundings) -> None:
    page.machine.run(f"SECRET={shlex.quote(others.follow_recipe())}")
    page.run_next("The first token and trigger")
    response = json.loads(page.run_next("The first token and trigger"))
    assert response["trigger"]["triggeredBy"] == "service-account-order-worker"


def start_loops(machine: DebianMachine) -> None:
    """Start instances whose events can be triggered any number of times."""
    machine.path("/tmp/loop.bpmn").write_text(LOOP, "utf-8")
    machine.run("chmod 0644 /tmp/loop.bpmn; bpmn-events deploy /tmp/loop.bpmn")
    machine.run(f"for c in {CASES}; do bpmn-events start parrot --correlation $c; done")


def trigger_loops(machine: DebianMachine, times: int = 1) -> None:
    """Trigger the event of each instance that many times, at the same time as the others."""
    calls = f"for i in $(seq {times}); do {CALL} -X POST {ADDRESS}/parrot/correlations/$1/events/hear/trigger; done"
    machine.run(f"echo {CASES} | xargs -n 1 -P 4 bash -ec {shlex.quote(calls)} bash")


def triggering_processes(machine: DebianMachine) -> int:
    """Return how many of the server's processes have triggered an event."""
    audit = "journalctl --unit bpmn-events --output json --output-fields=MESSAGE,_PID | grep event_triggered"
    return len({json.loads(line)["_PID"] for line in machine.run(audit).splitlines()})


def query(machine: DebianMachine, expression: str) -> float | None:
    """Return the value of the only series of a query, or None if there is no series."""
    result = machine.run(f"promtool query instant http://127.0.0.1:9090 {shlex.quote(expression)}")
    values = re.findall(r" => (\S+) @", result)
    assert len(values) <= 1, result
    return float(values[0]) if values else None


def monitor(page: ProductionPage) -> None:
    machine, triggers = page.machine, "sum(bpmn_events_event_triggers_total)"
    page.run_next("Prometheus")
    start_loops(machine)
    block_until(lambda: query(machine, triggers) == 1)
    trigger_loops(machine, 10)
    while triggering_processes(machine) == 1:  # nginx reuses its connections, which all may lead to one process
        trigger_loops(machine)
    total = count_triggers(machine)
    block_until(lambda: query(machine, triggers) == total)
    state, rate = page.run_next("Prometheus").splitlines()
    assert state.startswith("up{")
    assert " => 1 " in state
    # At most all triggers in one interval of 15 seconds.
    assert 0 < float(re.findall(r" => (\S+) @", rate)[0]) <= total / 15
    assert query(machine, 'count(process_start_time_seconds{job="bpmn-events"})') == 3
    assert query(machine, "sum(resets(bpmn_events_event_triggers_total[5m]))") == 0


def find_trace(page: ProductionPage, others: Surroundings) -> None:
    machine = page.machine
    trace = machine.run('echo "$TRACE"').strip()
    expected = {"trigger_event", "write batch"}
    block_until(lambda: expected < others.names_of_spans(trace))
    lines = [json.loads(line) for line in page.run_rest("Traces and logs").splitlines()]
    assert {"event_triggered", "request"} <= {line["message"] for line in lines}
    assert {line["principal"] for line in lines} == {"service-account-order-worker"}
    assert '"client":"127.0.0.9"' in machine.run("journalctl --unit bpmn-events --output cat")


def check_table(page: ProductionPage, *, without: tuple[str, ...] = ()) -> None:
    """Run the commands of the table, except those that contain one of these texts."""
    block_until(lambda: query(page.machine, 'up{job="bpmn-events"}') == 1)  # the next scrape after a restart
    for command, expected in page.checks():
        if any(text in command for text in without):
            continue
        done = page.machine.call(command)
        assert done.returncode == 0, (command, done.stderr)
        printed = done.stdout + done.stderr
        if expected == "no line":
            assert not printed.strip(), command
            continue
        text = re.findall("`(.*)`", expected)[0]
        assert printed.splitlines() == [text] * 4 if expected.startswith("four times") else text in printed, command


def survive_kill(machine: DebianMachine) -> None:
    """Kill all processes of the server at once; systemd starts it again."""
    machine.run("systemctl kill --kill-whom=all --signal=KILL bpmn-events")
    block_until(lambda: machine.call("curl --silent --fail http://127.0.0.1:8000/readyz").returncode == 0)
    trigger_loops(machine)


def count_triggers(machine: DebianMachine) -> int:
    return int(
        machine.run("cd /; runuser -u bpmn-events -- psql --tuples-only -c 'SELECT count(*) FROM event_triggers' bpmn")
    )


def back_up_and_restore(page: ProductionPage) -> None:
    machine = page.machine
    backup = page.run_rest("Back up")
    assert re.fullmatch(r"\S+\.dump\n", backup)
    path = f"/var/lib/bpmn-events/backups/{backup.strip()}"
    assert machine.run(f"stat --format '%A %U' {path}") == "-rw------- bpmn-events\n"
    assert "bpmn-events-backup.service" in machine.run("systemctl list-timers bpmn-events-backup.timer")
    before = count_triggers(machine)
    trigger_loops(machine)
    page.run_next("Restore")
    assert count_triggers(machine) == before
    trigger_loops(machine)
    page.run_rest("Restore")
    assert count_triggers(machine) == before + 4


def upgrade(page: ProductionPage) -> None:
    """Upgrade a database of revision 0002 with running instances."""
    machine = page.machine
    shutil.copy(LANDED / "postgresql.sql", machine.path("/tmp/landed.sql"))
    machine.run(
        "cd /; systemctl stop bpmn-events; chmod 0644 /tmp/landed.sql; runuser -u postgres -- dropdb bpmn; "
        "runuser -u postgres -- createdb --owner bpmn-events bpmn; "
        "runuser -u bpmn-events -- psql --quiet --output /dev/null --set ON_ERROR_STOP=1 --file /tmp/landed.sql bpmn"
    )
    page.run_next("Upgrade")
    copy_release(machine.path("/root/old/dist"), machine)
    page.install_release()
    assert '"status":"ok"' in page.run_rest("Upgrade")
    path = f"{ADDRESS}/order/correlations/order-1/events/received/trigger"
    response = json.loads(machine.run(f"{CALL} -X POST {path}"))
    assert response["trigger"]["triggeredBy"] == "service-account-order-worker"
    block_until(lambda: "choice-1" not in due_timers(machine))
    journal = machine.run('journalctl --unit bpmn-events --output cat | grep \'"source":"TIMER"\'')
    fired = [json.loads(line) for line in journal.splitlines()]
    assert ("choice-1", "late") in {(line["correlation_id"], line["element_id"]) for line in fired}
    assert "stuck-1" in machine.run("bpmn-events retries")
    alert = 'ALERTS{alertname="BpmnEventsProcessFails", alertstate="firing"}'
    block_until(lambda: query(machine, alert) == 1)


def due_timers(machine: DebianMachine) -> str:
    return machine.run("bpmn-events events --model choice --type timer")


def use_sqlite(page: ProductionPage) -> None:
    machine, section = page.machine, "SQLite instead of PostgreSQL"
    assert '"status":"ok"' in page.run_next(section)
    start_loops(machine)
    trigger_loops(machine)
    page.run_next(section)
    before = machine.run("bpmn-events events --model parrot --json")
    trigger_loops(machine)
    assert '"status":"ok"' in page.run_rest(section)
    assert machine.run("bpmn-events events --model parrot --json") == before
    trigger_loops(machine)
