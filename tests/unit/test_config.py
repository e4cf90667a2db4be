"""Settings: their sources, invalid values, and the generated secret."""

import multiprocessing
from datetime import timedelta
from pathlib import Path

import pytest

from bpmn_events.adapters.auth.secret_file import WeakSecret, load_or_create_secret
from bpmn_events.bootstrap import graphql_limits
from bpmn_events.config import PREFIX, InvalidSettings, Settings, load_settings
from bpmn_events.credentials import build_tokens, make_token
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.failures import NoSharedSecret
from bpmn_events.web.gql.execution.limits import GraphQLLimits

SECRET = "s" * 32


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
        ({"JWT_SECRET": "short"}, "BPMN_EVENTS_JWT_SECRET: takes at least 32 bytes"),
        ({"JWT_ALGORITHMS": "HS256"}, "BPMN_EVENTS_JWT_ALGORITHMS: "),
        ({"JWT_ALGORITHMS": "none"}, "BPMN_EVENTS_JWT_ALGORITHMS: "),
        ({"JWT_JWKS_URL": "file:///etc/passwd"}, "BPMN_EVENTS_JWT_JWKS_URL: "),
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


def test_settings_show_no_secret() -> None:
    assert SECRET not in repr(load_settings(jwt_secret=SECRET))


# --- the generated secret ---------------------------------------------------------------------


def test_secret_is_generated_once_and_readable_by_its_owner_only(empty_folder: Path) -> None:
    folder = empty_folder / "new" / "data"
    secret = load_or_create_secret(folder)
    assert len(secret) >= 32
    assert load_or_create_secret(folder) == secret
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_share_one_secret(empty_folder: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        secrets = pool.map(load_or_create_secret, [empty_folder / "data"] * 16, chunksize=1)
    assert len(set(secrets)) == 1
    assert [path.name for path in (empty_folder / "data").iterdir()] == ["jwt-secret"]


def test_weak_secret_file_is_rejected(empty_folder: Path) -> None:
    (empty_folder / "jwt-secret").write_text("short\n")
    with pytest.raises(WeakSecret, match="jwt-secret holds 5 bytes"):
        load_or_create_secret(empty_folder)


async def test_made_token_is_accepted() -> None:
    settings = load_settings(jwt_issuer="us", jwt_audience="here")
    token = make_token(settings, "ada", ["events:read"], ["*"], timedelta(minutes=1))
    principal = await build_tokens(settings).authenticate(token)
    assert (principal.subject, principal.sees_all_lanes) == ("ada", True)


def test_no_token_in_place_of_an_identity_provider() -> None:
    settings = load_settings(jwt_jwks_url="https://idp/keys", jwt_issuer="idp", jwt_audience="here")
    with pytest.raises(NoSharedSecret):
        make_token(settings, "ada", [], [], timedelta(minutes=1))


def test_defaults_of_other_modules_equal_those_of_the_settings() -> None:
    settings = load_settings()
    assert graphql_limits(settings) == GraphQLLimits()
    assert PayloadLimits(settings.max_payload_bytes, settings.max_payload_depth) == PayloadLimits()
