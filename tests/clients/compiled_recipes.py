"""The code on the pages of docs/recipes/, compiled to run under Node.js."""

import json
import re
from pathlib import Path

from tests.clients.commands import ROOT, run_successfully
from tests.support.pages import read_blocks

BUILD = ROOT / "build" / "recipes"
SILENCE_SECONDS = 4
_JAVASCRIPT = BUILD / "javascript"
_PAGES = ROOT / "docs" / "recipes"
# The modules of each page, in the order of its blocks.
MODULES = {"urql": ["liveList", "client"], "apollo": ["liveList", "client"], "relay": ["LiveList"]}
_OVER_HTTP = ("urql", "apollo")
_REPLACEMENTS = {
    "waitingEvents(first: 500": "waitingEvents(first: 7",
    "SILENCE = 40_000": f"SILENCE = {SILENCE_SECONDS}_000",
}
_RELAY = {"src": "./relay", "language": "typescript", "schema": "../../schema.graphql", "eagerEsModules": True}
_GRAPHQL = re.compile(r"\(0, relay_runtime_\d\.graphql\) `\s*\w+ (\w+).*?`", re.DOTALL)


def compile_recipes() -> Path:
    """Compile the recipes, with small pages and little patience, and the programs that run them.

    Returns:
        The folder of the programs.
    """
    for page, modules in MODULES.items():
        _write_modules(page, BUILD / page, modules)
    for page in _OVER_HTTP:
        _write_modules("attentive-fetch", BUILD / page, ["attentiveFetch"])
    (BUILD / "relay.json").write_text(json.dumps(_RELAY), "utf-8")
    run_successfully(["env", "-C", BUILD, "node", ROOT / "node_modules" / "relay-compiler" / "cli.js", "relay.json"])
    run_successfully(["npx", "tsc", "--project", "tests/clients/recipes"])
    _load_artifacts(_JAVASCRIPT / "build" / "recipes" / "relay" / "LiveList.js")
    return _JAVASCRIPT / "tests" / "clients" / "recipes"


def _write_modules(page: str, folder: Path, modules: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    blocks = read_blocks(_PAGES / f"{page}.md")
    for module, block in zip(modules, blocks, strict=True):
        (folder / f"{module}.ts").write_text(_adapt(block.text), "utf-8")


def _adapt(text: str) -> str:
    for documented, tested in _REPLACEMENTS.items():
        text = text.replace(documented, tested)
    return text


def _load_artifacts(module: Path) -> None:
    """Replace each ``graphql`` literal by what Relay's compiler made of it, as its plugin for bundlers does."""
    text, number = _GRAPHQL.subn(r"require('./__generated__/\1.graphql').default", module.read_text("utf-8"))
    assert number == 2
    module.write_text(text, "utf-8")
