"""Rate limits of a server process, over sockets."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.api.tokens import token
from tests.support.server import ServerProcess, running

QUERY = {"query": "{ __typename }"}
QUOTA = 12


def test_concurrent_requests_get_the_quota_and_what_flows_in(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path, settings={"RATE_LIMIT_REQUESTS": str(QUOTA)})) as server:
        headers = {"Authorization": f"Bearer {token((), (), 'ada')}"}
        with httpx.Client(base_url=server.address, headers=headers, timeout=60) as http:
            started = time.monotonic()
            with ThreadPoolExecutor(4) as threads:
                responses = list(threads.map(lambda _: http.post("/graphql", json=QUERY), range(4 * QUOTA)))
            seconds = time.monotonic() - started
            statuses = Counter(response.status_code for response in responses)
            assert QUOTA <= statuses[200] <= QUOTA + QUOTA * seconds / 60 + 1
            assert statuses.keys() == {200, 429}
            time.sleep(max(int(each.headers["retry-after"]) for each in responses if each.status_code == 429))
            assert http.post("/graphql", json=QUERY).status_code == 200
        assert httpx.get(f"{server.address}/healthz").headers.get("ratelimit") is None
