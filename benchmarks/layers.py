"""The share of processor time by layer, from a profile of py-spy.

Record with ``py-spy record --gil --format raw -o FILE --pid PID``, then run ``python -m benchmarks.layers FILE``.
"""

import sys
from collections import Counter
from pathlib import Path

# The modules of the process host that are not the engine.
HANDLING = ("delivery", "execution", "handlers", "host.py")
# A sample belongs to the layer of its innermost frame that matches one of these paths.
LAYERS = (
    *((f"bpmn_events/adapters/hosts/embedded/{part}", "use case and writer") for part in HANDLING),
    ("bpmn_events/adapters/hosts", "engine: decode, move the tokens, encode"),
    ("bpmn_events/adapters/storage/connections/write_connections.py", "storage: the statements themselves"),
    ("bpmn_events/adapters/storage", "storage: rows and statements"),
    ("bpmn_events/adapters/auth", "credentials"),
    ("bpmn_events/application", "use case and writer"),
    ("bpmn_events/domain", "use case and writer"),
    ("bpmn_events/compiler", "GraphQL: compiled documents"),
    ("bpmn_events/web/gql", "GraphQL: our endpoint, loaders, resolvers"),
    ("bpmn_events/web", "plain HTTP: routes, bodies, responses"),
    ("graphql/", "GraphQL: graphql-core"),
    ("strawberry/", "GraphQL: Strawberry"),
    ("starlette/", "Starlette"),
    ("uvicorn/", "uvicorn and uvloop"),
    ("asyncio/runners.py", "uvicorn and uvloop"),
)
_OTHER = "threads, timers and the rest"


def layers(samples: str) -> dict[str, float]:
    """Return the share of each layer, largest first."""
    counts: Counter[str] = Counter()
    for line in samples.splitlines():
        stack, _, count = line.rpartition(" ")
        counts[_layer(stack.split(";"))] += int(count)
    total = counts.total()
    return {layer: count / total for layer, count in counts.most_common()}


def _layer(stack: list[str]) -> str:
    for frame in reversed(stack):
        for path, layer in LAYERS:
            if f"({path}" in frame:
                return layer
    return _OTHER


if __name__ == "__main__":
    for name, share in layers(Path(sys.argv[1]).read_text("utf-8")).items():
        print(f"{share:6.1%}  {name}")
