"""The examples for the shell, TypeScript and Python in docs/graphql.md work."""

import json
from pathlib import Path

import pytest

from tests.clients.commands import BUILD, PYTHON, ROOT, run_failing, run_successfully
from tests.support.pages import read_blocks, replace_addresses
from tests.support.programs import require_program

pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed

BLOCKS = read_blocks(ROOT / "docs" / "graphql.md")


def find_block(language: str, containing: str = "") -> str:
    """Return the text of the only block in this language that contains the string."""
    (text,) = (block.text for block in BLOCKS if block.language == language and containing in block.text)
    return text


@pytest.mark.parametrize("parameter", ["query", "documentId"])
def test_curl(driver_environment: dict[str, str], parameter: str) -> None:
    require_program("curl")
    address = driver_environment["DRIVE_URL"].removesuffix("/graphql")
    command = replace_addresses(find_block("sh", f'"{parameter}"'), {"http://127.0.0.1:8000": address})
    command = command.replace("curl", "curl -sS", 1)
    response = json.loads(run_successfully(["bash", "-euc", command], TOKEN=driver_environment["DRIVE_TOKEN"]))
    viewer = response["data"]["viewer"]
    assert (viewer["__typename"], viewer["subject"]) == ("Viewer", "ada")


def test_curl_subscribes(driver_environment: dict[str, str]) -> None:
    """The stream begins at once. It has no end, but curl has a time limit."""
    require_program("curl")
    address = driver_environment["DRIVE_URL"].removesuffix("/graphql")
    command = replace_addresses(find_block("sh", "curl -N"), {"http://127.0.0.1:8000": address})
    command = command.replace("curl", "curl -sS --max-time 5", 1)
    assert run_failing(["bash", "-euc", command], TOKEN=driver_environment["DRIVE_TOKEN"]).startswith(":\n\n")


def test_typescript_compiles(typescript_client: Path) -> None:
    page = BUILD / "page" / "page.ts"
    page.parent.mkdir(exist_ok=True)
    page.write_text(
        find_block("ts").replace("./build/clients", "..") + "\nexport { ask, TriggerEventDocument }\n", "utf-8"
    )
    settings = json.loads((ROOT / "tests" / "clients" / "typescript" / "tsconfig.json").read_text("utf-8"))
    settings["files"] = ["page.ts"]
    (page.parent / "tsconfig.json").write_text(json.dumps(settings), "utf-8")
    run_successfully(["npx", "tsc", "--noEmit", "--project", page.parent])


def test_python_passes_mypy(python_client: Path) -> None:
    page = BUILD / "page" / "page.py"
    page.parent.mkdir(exist_ok=True)
    page.write_text(f"token: str\n{find_block('python')}", "utf-8")
    run_successfully([PYTHON / "mypy", "--config-file", "tests/clients/python/mypy.ini", page])


def test_the_page_shows_the_commands_of_the_generators() -> None:
    """The page has the same commands as the scripts that the tests run."""
    scripts = json.loads((ROOT / "package.json").read_text("utf-8"))["scripts"]
    assert scripts["generate"].replace(" --silent", "") in find_block("sh", "npx")
    assert "ariadne-codegen --config graphql/ariadne-codegen.toml" in find_block("sh", 'pip install "ariadne')
