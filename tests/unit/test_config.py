"""Settings: their sources, invalid values, and the generated secret."""

import errno
import multiprocessing
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bpmn_events.adapters.auth import secret_file
from bpmn_events.adapters.auth.secret_file import load_or_create_secrets, read_secrets
from bpmn_events.adapters.auth.secret_strength import WeakSecret
from bpmn_events.config import InvalidSettings, Settings, load_settings
from bpmn_events.credentials import build_tokens, make_token
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Principal
from bpmn_events.failures import NoSharedSecret
from bpmn_events.settings.prefix import PREFIX
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web_options import graphql_limits

SECRET = "only for tests: 0123456789abcdef"
PREVIOUS = "only for tests: fedcba9876543210"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Remove all settings from the environment, and change to an empty working folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def set_environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name, value)


def test_defaults() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.is_sqlite
    assert settings.data_folder == Path("data")


def test_overrides_take_precedence_over_environment_and_file(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_folder / ".env").write_text("BPMN_EVENTS_PORT=1\nBPMN_EVENTS_HOST=file\nBPMN_EVENTS_WORKERS=1\nOTHER=x\n")
    set_environment(monkeypatch, PORT="2", HOST="environment", JWT_ISSUER="")
    settings = load_settings(port=3, host=None)
    assert (settings.port, settings.host, settings.jwt_issuer) == (3, "environment", None)


def test_settings_do_not_change() -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1


def test_algorithms_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, JWT_ALGORITHMS="RS256, PS512")
    assert load_settings().jwt_algorithms == ("RS256", "PS512")


def test_origins_are_separated_by_commas_and_normalized(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().cors_origins == ()
    set_environment(monkeypatch, CORS_ORIGINS="HTTPS://A.example:443, http://localhost:3000,https://a.example")
    assert load_settings().cors_origins == ("https://a.example", "http://localhost:3000")


@pytest.mark.parametrize(("value", "root_path"), [("", None), ("/", ""), ("/bpmn/", "/bpmn"), ("/%62pmn", "/bpmn")])
def test_the_root_path_is_normalized(value: str, root_path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, ROOT_PATH=value)
    assert load_settings().root_path == root_path


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"PORT": "99999"}, "BPMN_EVENTS_PORT: "),
        ({"PORT": "http"}, "BPMN_EVENTS_PORT: "),
        ({"WORKERS": "0"}, "BPMN_EVENTS_WORKERS: "),
        ({"WORKERS": "2"}, "BPMN_EVENTS_WORKERS above 1 needs PostgreSQL"),
        ({"ROOT_PATH": "bpmn"}, "BPMN_EVENTS_ROOT_PATH: begins with a slash, such as /bpmn"),
        ({"ROOT_PATH": "/a/../b"}, "BPMN_EVENTS_ROOT_PATH: takes segments of a path"),
        ({"ROOT_PATH": "/a\nb"}, "BPMN_EVENTS_ROOT_PATH: takes segments of a path"),
        ({"CORS_ORIGINS": "*"}, "BPMN_EVENTS_CORS_ORIGINS: '*' is not an origin, such as https://example.com"),
        ({"CORS_ORIGINS": "null"}, "BPMN_EVENTS_CORS_ORIGINS: 'null' is not an origin"),
        ({"CORS_ORIGINS": "https://a.example,"}, "BPMN_EVENTS_CORS_ORIGINS: '' is not an origin"),
        ({"CORS_ORIGINS": "https://a.example, https://b.example/"}, "'https://b.example/' is not an origin"),
        ({"CORS_ORIGINS": "https://a.example https://b.example"}, "BPMN_EVENTS_CORS_ORIGINS: "),
        (
            {"CORS_ORIGINS": "https://a.example:0"},
            "the port of the origin 'https://a.example:0' is not from 1 to 65535",
        ),
        ({"LOG_LEVEL": "loud"}, "BPMN_EVENTS_LOG_LEVEL: "),
        ({"DATABASE_URL": "mysql://host/db"}, "BPMN_EVENTS_DATABASE_URL: "),
        ({"DATABASE_URL": "nonsense"}, "BPMN_EVENTS_DATABASE_URL: "),
        ({"DATABASE_URL": "sqlite://"}, "BPMN_EVENTS_DATABASE_URL: "),
        ({"JWT_SECRET": "short"}, "BPMN_EVENTS_JWT_SECRET: has 5 bytes; a secret takes at least 32 bytes"),
        ({"JWT_SECRET": "s" * 64}, "BPMN_EVENTS_JWT_SECRET: has only 1 different characters"),
        ({"JWT_SECRET": "correct-horse" * 3}, "BPMN_EVENTS_JWT_SECRET: repeats a text of at most 16 bytes"),
        ({"JWT_SECRET": "short"}, "(for tests, BPMN_EVENTS_JWT_ALLOW_INSECURE=true allows weak secrets)"),
        ({"JWT_SECRET": SECRET, "JWT_PREVIOUS_SECRETS": f"{PREVIOUS[:15]}"}, "BPMN_EVENTS_JWT_PREVIOUS_SECRETS: has "),
        ({"JWT_SECRET": SECRET, "JWT_PREVIOUS_SECRETS": " ".join(["x"] * 10)}, "takes at most 9 secrets"),
        ({"JWT_PREVIOUS_SECRETS": "0123456789abcdefghijklmnopqrstuv"}, "PREVIOUS_SECRETS needs BPMN_EVENTS_JWT_SECRET"),
        (
            {"JWT_SECRET": SECRET, "JWT_SECRET_FILE": "x"},
            "JWT_SECRET and BPMN_EVENTS_JWT_SECRET_FILE exclude each other",
        ),
        ({"JWT_SECRET_FILE": "x", "JWT_JWKS_URL": "https://idp/keys"}, "exclude each other"),
        ({"JWT_STALE_SECONDS": "29"}, "BPMN_EVENTS_JWT_STALE_SECONDS: "),
        ({"JWT_SCOPE_PREFIX": "bpmn :"}, "BPMN_EVENTS_JWT_SCOPE_PREFIX: "),
        ({"JWT_ALGORITHMS": "HS256"}, "BPMN_EVENTS_JWT_ALGORITHMS: "),
        ({"JWT_ALGORITHMS": "none"}, "BPMN_EVENTS_JWT_ALGORITHMS: "),
        ({"JWT_JWKS_URL": "file:///etc/passwd"}, "BPMN_EVENTS_JWT_JWKS_URL: "),
        (
            {"JWT_JWKS_URL": "https:///keys"},
            "BPMN_EVENTS_JWT_JWKS_URL: takes an address such as https://idp.example.com",
        ),
        ({"JWT_JWKS_URL": "https://idp:port/keys"}, "BPMN_EVENTS_JWT_JWKS_URL: takes an address"),
        ({"JWT_JWKS_URL": "https://ada:hunter2@idp/keys"}, "BPMN_EVENTS_JWT_JWKS_URL: takes an address"),
        ({"JWT_JWKS_URL": "https://idp/ke ys"}, "BPMN_EVENTS_JWT_JWKS_URL: takes an address"),
        ({"JWT_JWKS_URL": "https://[::1/keys"}, "BPMN_EVENTS_JWT_JWKS_URL: takes an address"),
        ({"JWT_JWKS_URL": "http://idp/keys"}, "BPMN_EVENTS_JWT_JWKS_URL: takes an https address"),
        ({"JWT_JWKS_URL": "http://127.0.0.1/keys"}, "BPMN_EVENTS_JWT_ALLOW_INSECURE=true allows it"),
        ({"JWT_JWKS_URL": "https://idp/keys"}, "BPMN_EVENTS_JWT_JWKS_URL needs"),
        ({"JWT_JWKS_URL": "https://idp/keys", "JWT_SECRET": SECRET}, "exclude each other"),
        ({"MAX_BODY_BYTES": "-1"}, "BPMN_EVENTS_MAX_BODY_BYTES: "),
        ({"MAX_RESPONSE_BYTES": "1000000"}, "BPMN_EVENTS_MAX_RESPONSE_BYTES must be at least 1310720"),
        (
            {"MAX_INSTANCE_BYTES": "33292289"},
            "the sum of BPMN_EVENTS_MAX_INSTANCE_BYTES and BPMN_EVENTS_MAX_PAYLOAD_BYTES",
        ),
        ({"MAX_PAYLOAD_BYTES": "32505857"}, "BPMN_EVENTS_MAX_RESPONSE_BYTES must be at least 33554433"),
        ({"GRAPHIQL": "perhaps"}, "BPMN_EVENTS_GRAPHIQL: "),
    ],
)
def test_bad_value_is_named_in_one_line(values: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, **values)
    with pytest.raises(InvalidSettings) as caught:
        load_settings()
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_response_may_be_as_large_as_an_instance_and_a_payload() -> None:
    assert load_settings(max_response_bytes=1_310_720).max_response_bytes == 1_310_720


def test_every_bad_value_is_named_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, PORT="x", WORKERS="x", JWT_SECRET="hunter2")
    with pytest.raises(InvalidSettings, match=r"PORT.*WORKERS.*JWT_SECRET") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    previous = PREVIOUS.replace(" ", "-")
    set_environment(monkeypatch, JWT_SECRET=SECRET, JWT_PREVIOUS_SECRETS=f"  {previous}  {previous}x ")
    settings = load_settings()
    assert [secret.get_secret_value() for secret in settings.jwt_previous_secrets] == [previous, f"{previous}x"]
    assert SECRET not in repr(settings)
    assert previous not in repr(settings)


def test_insecure_values_are_allowed_by_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, JWT_ALLOW_INSECURE="true", JWT_SECRET="s", JWT_PREVIOUS_SECRETS="t u")
    assert len(load_settings().jwt_previous_secrets) == 2
    set_environment(monkeypatch, JWT_SECRET="", JWT_PREVIOUS_SECRETS="", JWT_ISSUER="idp", JWT_AUDIENCE="here")
    set_environment(monkeypatch, JWT_JWKS_URL=" http://[::1]:8080/keys ")
    assert load_settings().jwt_jwks_url == "http://[::1]:8080/keys"


# --- files of secrets -------------------------------------------------------------------------


async def test_the_first_secret_of_a_file_signs_and_all_are_accepted(empty_folder: Path) -> None:
    file = empty_folder / "secrets"
    file.write_text(f"\n  {PREVIOUS}\r\n")
    token = make_token(load_settings(jwt_secret_file=file), "ada", ["events:read"], [], timedelta(minutes=1))
    file.write_text(f"{SECRET}\n\n{PREVIOUS}")
    both = load_settings(jwt_secret_file=file)
    assert read_secrets(file) == [SECRET.encode(), PREVIOUS.encode()]
    assert (await build_tokens(both).authenticate(token)).subject == "ada"
    newer = make_token(both, "bob", ["events:read"], [], timedelta(minutes=1))
    assert (await build_tokens(load_settings(jwt_secret=SECRET)).authenticate(newer)).subject == "bob"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "No such file or directory"),
        ("", "has 0 secrets; it takes 1 to 10, one per line"),
        (" \n\n", "has 0 secrets"),
        ("\n".join(f"{SECRET}{number}" for number in range(11)), "has 11 secrets"),
        (f"{SECRET}\n\nhunter2\n", "line 3 of "),
        (f"{SECRET}\n{'ab' * 20}\n", "has only 2 different characters"),
    ],
    ids=["missing", "empty", "blank", "many", "short", "weak"],
)
def test_bad_file_of_secrets_is_named_in_one_line(empty_folder: Path, content: str | None, line: str) -> None:
    file = empty_folder / "secrets"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InvalidSettings) as caught:
        build_tokens(load_settings(jwt_secret_file=file))
    assert str(caught.value).startswith("BPMN_EVENTS_JWT_SECRET_FILE: ")
    assert line in str(caught.value)
    assert str(file) in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_may_have_weak_secrets_if_a_setting_allows_it(empty_folder: Path) -> None:
    (empty_folder / "jwt-secret").write_text("short\n")
    assert load_or_create_secrets(empty_folder, allow_weak=True) == [b"short"]


def test_only_a_server_with_a_key_set_imports_the_http_client() -> None:
    program = (
        "import sys; from bpmn_events.bootstrap import build; from bpmn_events.config import load_settings; "
        "build(load_settings()); print('httpx' in sys.modules)"
    )
    key_set = {"JWKS_URL": "https://idp/keys", "ISSUER": "idp", "AUDIENCE": "here"}
    for settings, imported in (({}, "False"), ({f"{PREFIX}JWT_{name}": key_set[name] for name in key_set}, "True")):
        done = subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, **settings}, check=True, capture_output=True, text=True
        )
        assert done.stdout.strip() == imported


# --- the generated secret ---------------------------------------------------------------------


def test_secret_is_generated_once_and_readable_by_its_owner_only(empty_folder: Path) -> None:
    folder = empty_folder / "new" / "data"
    (secret,) = load_or_create_secrets(folder)
    assert len(secret) >= 32
    assert load_or_create_secrets(folder) == [secret]
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_share_one_secret(empty_folder: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        secrets = pool.map(load_or_create_secrets, [empty_folder / "data"] * 16, chunksize=1)
    assert len({tuple(found) for found in secrets}) == 1
    assert [path.name for path in (empty_folder / "data").iterdir()] == ["jwt-secret"]


def _refuse_links() -> None:
    """Let hard links fail as on FAT and many network file systems."""

    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(source), None, str(target))

    os.link = refuse  # type: ignore[assignment]


def test_processes_that_start_together_share_one_secret_without_hard_links(empty_folder: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4, _refuse_links) as pool:
        secrets = pool.map(load_or_create_secrets, [empty_folder / str(number // 4) for number in range(80)], 1)
    for number in range(0, 80, 4):
        assert len({tuple(found) for found in secrets[number : number + 4]}) == 1
    for folder in empty_folder.iterdir():
        assert [(path.name, path.stat().st_mode & 0o777) for path in folder.iterdir()] == [("jwt-secret", 0o600)]


def test_a_secret_that_another_process_is_about_to_write_is_awaited(empty_folder: Path) -> None:
    file = empty_folder / "jwt-secret"
    file.touch()
    writing = threading.Timer(0.2, file.write_text, [f"{SECRET}\n"])
    writing.start()
    assert load_or_create_secrets(empty_folder) == [SECRET.encode()]
    writing.join()


def test_an_empty_file_of_a_process_that_has_ended_is_named(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_file, "_WRITE_SECONDS", 0.05)
    (empty_folder / "jwt-secret").touch()
    with pytest.raises(WeakSecret, match=r"jwt-secret has 0 secrets; it takes 1 to 10, one per line$"):
        load_or_create_secrets(empty_folder)


def test_weak_secret_file_is_rejected(empty_folder: Path) -> None:
    (empty_folder / "jwt-secret").write_text("short\n")
    with pytest.raises(WeakSecret, match=r"^line 1 of .*jwt-secret has 5 bytes"):
        load_or_create_secrets(empty_folder)


async def test_made_token_is_accepted() -> None:
    names: dict[str, Any] = {
        "jwt_subject_claim": "oid",
        "jwt_permissions_claim": "realm_access.roles",
        "jwt_lanes_claim": "groups",
    }
    settings = load_settings(jwt_issuer="us", jwt_audience="here", jwt_scope_prefix="bpmn:", **names)
    token = make_token(settings, "ada", ["events:read"], ["*"], timedelta(minutes=1))
    principal = await build_tokens(settings).authenticate(token)
    assert principal == Principal("ada", frozenset({"events:read"}), frozenset({"*"}))


def test_no_token_in_place_of_an_identity_provider() -> None:
    settings = load_settings(jwt_jwks_url="https://idp/keys", jwt_issuer="idp", jwt_audience="here")
    with pytest.raises(NoSharedSecret):
        make_token(settings, "ada", [], [], timedelta(minutes=1))


def test_defaults_of_other_modules_equal_those_of_the_settings() -> None:
    settings = load_settings()
    assert graphql_limits(settings) == GraphQLLimits()
    assert PayloadLimits(settings.max_payload_bytes, settings.max_payload_depth) == PayloadLimits()
