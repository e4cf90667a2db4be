"""The services of the compose files run as processes.

PostgreSQL is that of this machine, and the server is the image of deploy/Dockerfile.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from msgspec import yaml

from tests.support.containers.image import Image
from tests.support.pages import read_blocks
from tests.support.polling import wait_until
from tests.support.ports import free_port
from tests.support.postgres import PostgresServer
from tests.system.client import Client
from tests.system.installation.conftest import ROOT
from tests.system.installation.container import Container, open_to_others, running_container
from tests.system.models import TWO_STEPS

DEPLOY = ROOT / "deploy"
FILES = ("compose.sqlite.yaml", "compose.postgres.yaml")


def read(name: str) -> dict[str, Any]:
    contents: dict[str, Any] = yaml.decode((DEPLOY / name).read_bytes())
    return contents


@pytest.mark.parametrize("name", FILES)
def test_server_is_confined(name: str) -> None:
    server = read(name)["services"]["server"]
    assert server["read_only"]
    assert server["cap_drop"] == ["ALL"]
    assert server["security_opt"] == ["no-new-privileges:true"]
    assert server["ports"] == ["127.0.0.1:8000:8000"]
    assert (DEPLOY / server["build"]["context"] / server["build"]["dockerfile"]).exists()


@pytest.mark.parametrize("name", FILES)
def test_volumes_and_secrets_are_declared(name: str) -> None:
    compose = read(name)
    for service in compose["services"].values():
        volumes = [volume.partition(":")[0] for volume in service.get("volumes", [])]
        assert {volume for volume in volumes if not volume.startswith(".")} <= set(compose["volumes"])
        assert set(service.get("secrets", [])) <= set(compose.get("secrets", {}))


def test_prometheus_reads_the_server() -> None:
    (job,) = read("prometheus/compose.yml")["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["server:8000"]}]


@pytest.fixture(scope="module")
def documented_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the commands of docs/operations.md that write the secrets, and return their folder."""
    folder = tmp_path_factory.mktemp("source")
    (folder / "deploy").mkdir()
    (commands,) = [
        block.text for block in read_blocks(ROOT / "docs" / "operations.md") if "deploy/secrets" in block.text
    ]
    script = commands.partition("docker compose")[0]
    subprocess.run(["bash", "-e", "-c", script], cwd=folder, check=True)
    return folder / "deploy" / "secrets"


def create_database(postgres: PostgresServer, password: str) -> None:
    """Create what the image of PostgreSQL creates: a user with this password, and its database."""
    postgres.node.query(f"CREATE ROLE bpmn LOGIN PASSWORD '{password}'")
    postgres.node.query("CREATE DATABASE bpmn OWNER bpmn")


def count_workers(container: Container) -> int:
    children = psutil.Process(container.process.pid).children()
    return sum("spawn_main" in " ".join(child.cmdline()) for child in children)


@dataclass(frozen=True)
class Deployment:
    """The service ``server`` of the compose file, on a database of its own. ``secrets`` is its folder of secrets."""

    service: dict[str, Any]
    secrets: Path
    postgres: PostgresServer


@pytest.fixture
def deployment(postgres: PostgresServer, documented_secrets: Path, tmp_path: Path) -> Deployment:
    compose = read("compose.postgres.yaml")
    files = {name: Path(secret["file"]).name for name, secret in compose["secrets"].items()}
    assert {path.name for path in documented_secrets.iterdir()} == set(files.values())
    create_database(postgres, (documented_secrets / files["database_password"]).read_text("utf-8"))
    settings = (documented_secrets / files["server_env"]).read_text("utf-8")
    assert "@database/bpmn" in settings
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "server_env").write_text(settings.replace("@database/", f"@127.0.0.1:{postgres.port}/"), "utf-8")
    open_to_others(secrets)
    return Deployment(compose["services"]["server"], secrets, postgres)


async def test_servers_on_postgresql(image: Image, deployment: Deployment, tmp_path: Path) -> None:
    port = free_port()
    service = deployment.service
    settings = {**service["environment"], "BPMN_EVENTS_PORT": str(port)}
    volumes = {"/run/secrets": deployment.secrets}
    with running_container(image, tmp_path, settings, service["command"], volumes, service["tmpfs"]) as container:
        container.wait_until_healthy()
        env_file = service["command"][:2]
        permissions = ("processes:deploy", "processes:start", "processes:read", "events:read", "events:trigger")
        token = container.execute(
            "bpmn-events", *env_file, "token", "--subject", "ada", "--permission", *permissions
        ).strip()
        async with Client.of(f"http://127.0.0.1:{port}") as client:
            client.http.headers["Authorization"] = f"Bearer {token}"
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
            assert (await client.trigger("two-steps", "c-1", "first"))["__typename"] == "TriggerEventSuccess"

        async def have_started() -> bool:
            return count_workers(container) == 3

        await wait_until(have_started)
        assert deployment.postgres.node.query("SELECT count(*) FROM event_triggers", "bpmn") == "1"
        assert container.stop() == 0
