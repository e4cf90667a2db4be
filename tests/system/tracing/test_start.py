"""The start with tracing, and without the extra that it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ServerProcess

# Runs the command line where OpenTelemetry is not installed.
_WITHOUT_EXTRA = """
import sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == "opentelemetry":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
from bpmn_events.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
# Builds the application and prints the modules of OpenTelemetry that were imported.
_BUILD = """
import sys
from bpmn_events.asgi import create_app
create_app()
print([name for name in sys.modules if name.startswith(("opentelemetry", "bpmn_events.adapters.tracing"))])
"""


def run(folder: Path, program: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = ServerProcess(folder, settings=settings).environment
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "settings",
    [{}, {"WORKERS": "2", "DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none"}],
    ids=["one", "workers"],
)
def test_without_the_extra_the_start_says_how_to_install_it(tmp_path: Path, settings: dict[str, str]) -> None:
    done = run(tmp_path, _WITHOUT_EXTRA, "serve", "--port", "0", TRACING="true", **settings)
    assert done.returncode == 2
    assert done.stderr == (
        "bpmn-events: BPMN_EVENTS_TRACING needs the extra otel: install bpmn-events[otel] "
        "(No module named 'opentelemetry')\n"
    )


def test_invalid_variable_of_opentelemetry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1")
    program = "import sys; from bpmn_events.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = run(tmp_path, program, "serve", "--port", "0", TRACING="true")
    assert done.returncode == 2
    assert done.stderr.startswith("bpmn-events: OpenTelemetry cannot use its environment variables: ")
    assert done.stderr.count("\n") == 1


def test_without_tracing_nothing_of_it_is_imported(tmp_path: Path) -> None:
    assert run(tmp_path, _BUILD).stdout == "[]\n"
    assert "bpmn_events.adapters.tracing.tracer" in run(tmp_path, _BUILD, TRACING="true").stdout
