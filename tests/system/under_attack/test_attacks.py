"""Attacks on a running server: each gets the right answers, and the server goes on."""

from collections.abc import Iterator

import pytest

from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.under_attack import on_connections, on_documents, on_payloads, on_requests, on_schemas, on_steps
from tests.system.under_attack.attacks import Attack, Target

_MODULES = (on_connections, on_documents, on_payloads, on_requests, on_schemas, on_steps)
_ATTACKS = [pytest.param(attack, id=attack.name) for module in _MODULES for attack in module.ATTACKS]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a running server that all attacks of a test process share."""
    with running(ServerProcess(tmp_path_factory.mktemp("attacked"))) as server:
        yield server


@pytest.mark.parametrize("attack", _ATTACKS)
async def test_gets_the_right_answers_and_leaves_the_server_running(attacked: ServerProcess, attack: Attack) -> None:
    async with Client.of(attacked.address) as client:
        await attack.run(Target(client))
        assert (await client.http.get("/healthz")).status_code == 200
        assert (await client.http.get("/readyz")).status_code == 200
