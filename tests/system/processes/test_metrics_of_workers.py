"""Each scrape shows the sums of all workers, whichever worker responds, also after one was killed."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.polling import block_until
from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running

QUERY = {"query": "{ __typename }"}
REQUESTS = {"method": "POST", "route": "/graphql", "status": "200"}
SCRAPES = 15

# Each request has a connection of its own, so that all workers get some.
http = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), timeout=60)
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def server(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a server with three workers, which all tests share: it takes long to start."""
    folder = tmp_path_factory.mktemp("server")
    settings = {"DATABASE_URL": postgres_server.create_database()}
    variables = {"TMPDIR": str(folder)}
    with running(ServerProcess(folder, ["--workers", "3"], settings, variables=variables)) as server:
        block_until(lambda: len(workers(server)) == 3)
        yield server


def scrape(server: ServerProcess) -> Samples:
    families = text_string_to_metric_families(http.get(f"{server.address}/metrics").text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def request_count(samples: Samples) -> float:
    return samples.get(("bpmn_events_http_requests_total", frozenset(REQUESTS.items())), 0)


def workers(server: ServerProcess) -> dict[str, float]:
    """Return the numbers of the workers that run, with the time of their start."""
    samples = scrape(server).items()
    return {dict(labels)["worker"]: value for (name, labels), value in samples if name == "process_start_time_seconds"}


def worker_pids(server: ServerProcess) -> list[int]:
    assert server.process is not None
    children = psutil.Process(server.process.pid).children()
    return [child.pid for child in children if "spawn_main" in " ".join(child.cmdline())]


def send_requests(server: ServerProcess, count: int) -> None:
    """Send requests over as many connections, so that they reach all workers."""
    with ThreadPoolExecutor(8) as threads:
        for response in threads.map(lambda _: http.post(f"{server.address}/graphql", json=QUERY), range(count)):
            assert response.status_code == 200


def test_every_scrape_shows_the_sums_of_all_workers(server: ServerProcess) -> None:
    assert len(worker_pids(server)) == 3
    send_requests(server, 60)
    assert {request_count(scrape(server)) for _ in range(SCRAPES)} == {60}  # the first requests of this route
    samples = scrape(server)
    seconds = "bpmn_events_http_request_seconds"
    route = ("route", "/graphql")
    assert samples[f"{seconds}_count", frozenset({route})] == 60
    assert samples[f"{seconds}_bucket", frozenset({route, ("le", "+Inf")})] == 60
    assert 0 < samples[f"{seconds}_sum", frozenset({route})] < 60 * 60
    assert samples["bpmn_events_loop_up", frozenset({("loop", "timers")})] == 1
    assert samples["bpmn_events_check_up", frozenset({("check", "writing")})] == 1


def test_counters_survive_the_death_of_a_worker(server: ServerProcess) -> None:
    before, count = workers(server), request_count(scrape(server))
    for rounds, pid in enumerate(worker_pids(server), 1):
        send_requests(server, 20)
        os.kill(pid, signal.SIGKILL)
        assert {request_count(scrape(server)) for _ in range(SCRAPES)} == {count + 20 * rounds}
        block_until(lambda: len(workers(server)) == 3)
    after = workers(server)
    assert after.keys() == before.keys()  # the numbers of killed workers are taken again
    assert all(after[number] > before[number] for number in before)
    assert request_count(scrape(server)) == count + 60


def test_the_files_of_the_metrics_are_removed(server: ServerProcess) -> None:
    folders = list(server.folder.glob("bpmn-events-metrics-*"))
    assert len(folders) == 1
    assert {path.suffix for path in folders[0].iterdir()} == {".cells", ".names"}
    server.stop()
    assert not folders[0].exists()
