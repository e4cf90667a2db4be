"""The image of deploy/Dockerfile, whose steps run in plain folders: no container engine is needed."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.api.tokens import SECRET
from tests.support.containers.dockerfile import read_stages
from tests.support.containers.image import Image
from tests.support.ports import free_port
from tests.support.programs import require_installed
from tests.system.client import Client
from tests.system.installation.conftest import ROOT
from tests.system.installation.container import open_to_others, running_container
from tests.system.models import TWO_STEPS

DOCKERFILE = ROOT / "deploy" / "Dockerfile"


@pytest.fixture
def data(image: Image, tmp_path: Path) -> Path:
    """Return the folder of the volume, which belongs to the user of the image."""
    folder = tmp_path / "volume"
    subprocess.run(["install", "-d", "-o", image.user.partition(":")[0], str(folder)], check=True)
    open_to_others(tmp_path)
    return folder


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_dockerfile_is_free_of_complaints() -> None:
    linted = subprocess.run(
        [require_installed("hadolint"), str(DOCKERFILE)], capture_output=True, text=True, check=False
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_context_has_the_copied_files_only() -> None:
    sources = {
        source
        for stage in read_stages(DOCKERFILE)
        for copy in stage.instructions
        if copy.name == "COPY" and "from" not in copy.options
        for source in copy.words[:-1]
    }
    ignored = DOCKERFILE.with_name("Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == sources
    assert all((ROOT / source).exists() for source in sources)


def test_image_runs_as_another_user_than_root(image: Image) -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", image.user)


def test_image_has_no_tools_of_the_build(image: Image) -> None:
    programs = {path.name for path in (image.root / "opt/bpmn-events/bin").iterdir()}
    assert "bpmn-events" in programs
    assert not programs & {"pip", "hatchling", "pytest"}


async def test_server_in_the_image(image: Image, data: Path, tmp_path: Path) -> None:
    port = free_port()
    settings = {"BPMN_EVENTS_PORT": str(port), "BPMN_EVENTS_JWT_SECRET": SECRET.decode()}
    volumes = {image.volume: data}
    with running_container(image, tmp_path, settings, volumes=volumes) as container:
        container.wait_until_healthy()
        async with Client.of(f"http://127.0.0.1:{port}") as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
            assert (await client.trigger("two-steps", "c-1", "first"))["__typename"] == "TriggerEventSuccess"
        assert container.execute("bpmn-events", "events").count("two-steps") == 1
        assert container.stop() == 0
    assert files(data) == {"bpmn-events.db"}
    with running_container(image, tmp_path, settings, volumes=volumes) as container:
        container.wait_until_healthy()
        async with Client.of(f"http://127.0.0.1:{port}") as client:
            assert [event["elementId"] for event in await client.list_events()] == ["second"]


def test_health_check_fails_without_a_server(image: Image, data: Path, tmp_path: Path) -> None:
    settings = {"BPMN_EVENTS_PORT": str(free_port())}
    with running_container(image, tmp_path, settings, command=["--version"]) as container:
        assert container.process.wait(120) == 0
        assert not container.is_healthy()


def test_read_only_volume_is_named(image: Image, tmp_path: Path) -> None:
    """Without a volume, all of the container is read-only."""
    with running_container(image, tmp_path, {}) as container:
        assert container.process.wait(120) == 1
    lines = container.output.read_text("utf-8").splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("bpmn-events: data/")
    assert ": Read-only file system: let the user of this process read and write there" in lines[0]
