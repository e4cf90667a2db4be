"""Attacks on plain HTTP: parameters, origins, encodings and bodies that mean something else than they seem to."""

import gzip
from collections.abc import Mapping
from urllib.parse import quote

from tests.system.under_attack.attacks import Attack, Target

_WAITING = "start > W > end\nW: intermediateCatchEvent message=attacked-message"
_TRIGGER = "/process_models/{key}/correlations/{key}/events/W/trigger"
_BOM = b"\xef\xbb\xbf"


def _changes_nothing(
    name: str,
    path: str,
    status: int = 400,
    body: bytes = b"{}",
    headers: Mapping[str, str] | None = None,
    *mentions: str,
) -> Attack:
    """Return an attack with a POST that must be refused: the event still waits. ``{key}`` is model and correlation."""

    async def run(target: Target) -> None:
        key = target.new_key()
        deployed = await target.deploy(_WAITING, key)
        assert deployed["__typename"] == "DeployProcessModelSuccess", deployed
        await target.start_instance(key, key)
        response = await target.client.http.post(
            path.replace("{key}", key), content=body, headers={"Content-Type": "application/json", **(headers or {})}
        )
        assert response.status_code == status, response.text[:500]
        assert len(response.content) < 10_000
        for mention in mentions:
            assert mention in response.text, response.text[:500]
        assert len(await target.client.list_events(correlationIds=[key])) == 1

    return Attack(name, run)


def _parameter(query: str, *mentions: str, path: str = _TRIGGER) -> Attack:
    return _changes_nothing(f"{path.split('/')[1]}?{query[:40]}", f"{path}?{query}", 400, b"{}", None, *mentions)


def _reads(name: str, path: str, status: int, *, has_errors: bool = True) -> Attack:
    """Return an attack with a GET."""

    async def run(target: Target) -> None:
        response = await target.client.http.get(path)
        assert response.status_code == status, response.text[:500]
        assert len(response.content) < 10_000 or not has_errors

    return Attack(name, run)


def _origin(name: str, headers: Mapping[str, str]) -> Attack:
    """Return an attack with a preflight from an origin that no setting allows."""

    async def run(target: Target) -> None:
        for path in ("/graphql", "/healthz", "/messages/m/trigger", "/no-such-path"):
            response = await target.client.http.options(path, headers=headers)
            assert "access-control-allow-origin" not in response.headers, response.headers
            assert "access-control-allow-credentials" not in response.headers, response.headers

    return Attack(name, run)


def _preflight(origin: str) -> dict[str, str]:
    return {"Origin": origin, "Access-Control-Request-Method": "POST"}


async def _bom_is_accepted(target: Target) -> None:
    key = await target.start(_WAITING, "bom")
    response = await target.trigger(key, "bom", "W", _BOM + b'{"a": 1}')
    assert response.status_code == 200, response.text


_MESSAGE = "/messages/attacked-message/trigger"
ATTACKS = (
    _parameter("dryRun=true", "dryRun", "dry_run"),
    _parameter("DRY_RUN=true", "dry_run"),
    _parameter("dry_run=yes", "dry_run"),
    _parameter("dry_run=true&dry_run=false", "dry_run"),
    _parameter("dry%5Frun=true&dry_runs=true", "dry_runs"),
    _parameter("dry-run", "dry-run"),
    _parameter("=true"),
    _parameter("dry_run[]=true"),
    _parameter("correlation_id=another", "correlation_id"),
    _parameter("a" * 15_000 + "=1"),
    _parameter("&".join(f"p{number}=1" for number in range(1500))),
    _parameter("%FF%FE=1"),
    _parameter("correlationId=another", "correlation_id", path=_MESSAGE),
    _parameter("correlation_id=another&dry_run=true", "dry_run", path=_MESSAGE),
    _parameter("processModelKey=another", path=_MESSAGE),
    _parameter("dry_run=true", "dry_run", path="/signals/attacked-signal/trigger"),
    _reads("events?ofset=1", "/process_models/none/events?ofset=1", 400),
    _reads("events?Limit=1", "/api/consumer/v1/process_models/none/events?Limit=1", 400),
    _reads("health with parameters", "/healthz?whatever=1", 200),
    _reads("metrics with parameters", "/metrics?whatever=1", 200, has_errors=False),
    _origin("an origin that is not allowed", _preflight("https://evil.example")),
    _origin("the origin null", _preflight("null")),
    _origin("an origin that is no URL", _preflight("evil" * 2000)),
    _changes_nothing("a gzip bomb", _TRIGGER, 415, gzip.compress(b" " * 10_000_000), {"Content-Encoding": "gzip"}),
    _changes_nothing("two byte order marks", _TRIGGER, 400, _BOM + _BOM + b"{}"),
    _changes_nothing("a byte order mark inside", _TRIGGER, 400, b"{" + _BOM + b"}"),
    _changes_nothing("UTF-16", _TRIGGER, 400, '{"a": 1}'.encode("utf-16")),
    _changes_nothing("UTF-32", _TRIGGER, 400, '{"a": 1}'.encode("utf-32")),
    _changes_nothing("a list", _TRIGGER, 400, b"[" * 100_000 + b"]" * 100_000),
    _changes_nothing("deep objects", _TRIGGER, 400, b'{"a":' * 40_000 + b"1" + b"}" * 40_000),
    _changes_nothing("a number with 200,000 digits", _TRIGGER, 400, b'{"a":' + b"9" * 200_000 + b"}"),
    _changes_nothing("form body", _TRIGGER, 415, b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}),
    _changes_nothing("encoded path", "/process_models/{key}%2F..%2F{key}/correlations/{key}/events/W/trigger", 404),
    _changes_nothing("dots in the path", "/process_models/../{key}/events/W/trigger", 404),
    _changes_nothing("long id", "/process_models/{key}/correlations/" + quote("é" * 2000) + "/events/W/trigger", 404),
    Attack("a byte order mark", _bom_is_accepted),
)  # fmt: skip
