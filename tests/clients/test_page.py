"""docs/graphql.md: what it shows for the shell, TypeScript and Python works."""

import json
from pathlib import Path

import pytest

from tests.clients.tools import BUILD, PYTHON, ROOT, succeeds
from tests.support.pages import blocks, with_address
from tests.support.shell import needs_program

pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed

BLOCKS = blocks(ROOT / "docs" / "graphql.md")


def only(language: str, containing: str = "") -> str:
    (text,) = (block.text for block in BLOCKS if block.language == language and containing in block.text)
    return text


@pytest.mark.parametrize("named", ["query", "documentId"])
def test_curl(driving: dict[str, str], named: str) -> None:
    needs_program("curl")
    address = driving["DRIVE_URL"].removesuffix("/graphql")
    command = with_address(only("sh", f'"{named}"'), {"http://127.0.0.1:8000": address}).replace("curl", "curl -sS", 1)
    answer = json.loads(succeeds(["bash", "-euc", command], TOKEN=driving["DRIVE_TOKEN"]))
    viewer = answer["data"]["viewer"]
    assert (viewer["__typename"], viewer["subject"]) == ("Viewer", "ada")


def test_typescript_compiles(typescript_client: Path) -> None:
    page = BUILD / "page" / "page.ts"
    page.parent.mkdir(exist_ok=True)
    page.write_text(only("ts").replace("./build/clients", "..") + "\nexport { ask, TriggerEventDocument }\n", "utf-8")
    settings = json.loads((ROOT / "tests" / "clients" / "typescript" / "tsconfig.json").read_text("utf-8"))
    settings["files"] = ["page.ts"]
    (page.parent / "tsconfig.json").write_text(json.dumps(settings), "utf-8")
    succeeds(["npx", "tsc", "--noEmit", "--project", page.parent])


def test_python_passes_mypy(python_client: Path) -> None:
    page = BUILD / "page" / "page.py"
    page.parent.mkdir(exist_ok=True)
    page.write_text(f"token: str\n{only('python')}", "utf-8")
    succeeds([PYTHON / "mypy", "--config-file", "tests/clients/python/mypy.ini", page])


def test_generators_are_called_as_the_page_says() -> None:
    """The commands of the page, word for word, in what the tests run."""
    scripts = json.loads((ROOT / "package.json").read_text("utf-8"))["scripts"]
    assert scripts["generate"].replace(" --silent", "") in only("sh", "npx")
    assert "ariadne-codegen --config graphql/ariadne-codegen.toml" in only("sh", "pip install ariadne")
