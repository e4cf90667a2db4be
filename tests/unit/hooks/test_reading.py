"""Files that describe no hook."""

import os
import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest

from bpmn_events.adapters.hosts.embedded.hook_expressions import compile_hook_expression
from bpmn_events.settings.hooks.reading import BadHookFiles, read_hook_files
from bpmn_events.settings.hooks.sources import HookSources
from tests.support.hooks.provider import SECRET, hook


def sources(folder: Path) -> HookSources:
    return HookSources(folder, {"PROVIDER_SECRET": SECRET}.get, compile_hook_expression)


def read(folder: Path, name: str, content: str | bytes) -> str:
    """Return the mistakes in the only file of a folder, without its name."""
    path = folder / f"{name}.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "README.md").write_text("no hook")
    (folder / ".hidden.toml").write_text("no hook")
    try:
        assert list(read_hook_files(sources(folder))) == [name]
    except BadHookFiles as error:
        return str(error).removeprefix(str(path))
    return ""


def secrets(text: str) -> str:
    return hook(f'[signature]\nheader = "X"\nsecrets = [{text}]\n')


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("", ", line 1: a hook has one of [message], [signal] and [event], here is: none"),
        ("a = 1\nb = \n", ", line 2: this is no TOML: Invalid value"),
        ("a = 1\n\na = 2\n", ", line 3: this is no TOML: Cannot overwrite a value"),
        ("a = 1\nb = [1,\n2\n", ", line 3: this is no TOML: Unclosed array"),
        (b"a = 1\nb = '\xfc'\n", ", line 2: this is no text in UTF-8"),
        (b"\x00", ", line 1: this is no TOML"),
        ("a = " + "[" * 5_000, ": the values are nested too deeply"),
        ("#" * 20_000, " cannot be read: it has more than 16384 bytes"),
        (f"[[body]]\na = 1\n{hook()}", ", line 1: body: takes a table"),
        (secrets(f'"{SECRET}"'), ", line 3: signature.secrets[0]: takes a table"),
        (secrets(""), ", line 3: signature.secrets: list should have at least 1 item"),
        (
            secrets('{ environment = "BPMN_EVENTS_JWT_SECRET" }'),
            ", line 3: signature.secrets[0]: BPMN_EVENTS_",
        ),
        (
            secrets('{ environment = "PROVIDER_SECRET", encoding = "base64" }'),
            ", line 3: signature.secrets[0]: ",
        ),
        (secrets('{ file = "." }'), ", line 3: signature.secrets[0]: the file . cannot be read"),
        (
            secrets('{ file = "a\\u0000b" }'),
            ", line 3: signature.secrets[0]: the file a\\x00b cannot be read: it is no name",
        ),
        ("a = " + "1" * 5_000, ": a number is too long"),
        ('"a\\nb" = 1\n' + hook(), ", line 1: a\\nb: there is no such key"),
        (hook('[delivery]\nid = "=body."\n'), ", line 2: delivery.id: "),
        (hook('[delivery]\nid = """=body\n+"""\n'), ", line 2: delivery.id: "),
        (
            hook('[delivery]\nid = """=body.id\n + string(now())"""\n'),
            ", line 2: delivery.id: `now()` has another value each time",
        ),
        (hook('[message]\nname = "a"\npayload = "={at: today ( )}"\n'), ", line 3: message.payload: `today()` has"),
        (hook('[delivery]\nid = "=digest"\nchallenge = "body.x"\n'), ", line 3: delivery.challenge: is an expression"),
        (
            hook('[delivery]\nid = "=digest"\nnobody_waits = true\n'),
            ", line 3: delivery.nobody_waits: input",
        ),
        (hook('[caller]\nsubject = "system"\n'), ", line 2: caller.subject: 'system' is the name of the server"),
        (hook('[message]\nname = ""\n'), ", line 2: message.name: takes 1 to 255 characters"),
        (hook('[message]\nname = "a"\ncorrelation = "body.id"\n'), ", line 3: message.correlation: is an expression"),
    ],
)
def test_mistakes(tmp_path: Path, content: str | bytes, mistake: str) -> None:
    found = read(tmp_path, "odd", content)
    assert found.startswith(mistake)
    assert found.isprintable()
    assert SECRET not in found


COMMON = {
    "description": '"x"',
    "signature.header": '"X"',
    "signature.method": '"hmac-sha256"',
    "signature.prefix": '"v1="',
    "signature.separator": '","',
    "signature.encoding": '"hex"',
    "signature.signed": '"{timestamp}{body}"',
    "signature.timestamp.prefix": '"t="',
    "signature.timestamp.unit": '"seconds"',
    "signature.tolerance_seconds": "5",
    "signature.secrets": '[{ environment = "PROVIDER_SECRET" }]',
    "caller.subject": '"a"',
    "caller.permissions": '["events:trigger"]',
    "caller.lanes": '["*"]',
    "delivery.id": '"=digest"',
    "delivery.when": '"=true"',
    "delivery.challenge": '"=null"',
    "delivery.nobody_waits": "202",
    "body.json_field": '"x"',
}
NAMED = {"name": '"a"', "process_model": '"b"', "correlation": '"=digest"', "payload": '"={}"'}
EVENT = {"process_model": '"b"', "correlation": '"=digest"', "event": '"c"', "payload": '"={}"'}
WRONG_VALUES = ("true", "1e400", "-1", "[]", "[[1]]", "[{ x = 1 }]", "{ x = {} }", "2026-01-01", "''")
ALLOWED = {
    *((f"signature.{key}", "''") for key in ("prefix", "separator")),
    *((key, "''") for key in ("description", "body.json_field")),
    ("caller.lanes", "[]"),
}


def file_with(keys: Mapping[str, str], changed: str = "", value: str = "") -> str:
    """Return the file with these keys, in which a key or table has another value."""
    kept = {name: text for name, text in keys.items() if not f"{name}.".startswith(f"{changed}.")}
    return "".join(f"{name} = {text}\n" for name, text in {**kept, **({changed: value} if changed else {})}.items())


@pytest.mark.parametrize(("target", "members"), [("message", NAMED), ("signal", NAMED), ("event", EVENT)])
def test_every_key_refuses_other_types(tmp_path: Path, target: str, members: Mapping[str, str]) -> None:
    keys = {**COMMON, **{f"{target}.{name}": text for name, text in members.items()}}
    assert read(tmp_path, "complete", file_with(keys)) == ""
    tables = {name.rpartition(".")[0] for name in keys} - {""}
    for key, value in product([*keys, *tables], WRONG_VALUES):
        found = read(tmp_path, "complete", file_with(keys, key, value))
        if (key, value) not in ALLOWED:
            assert re.match(rf", line \d+: {key.partition('.')[0]}", found), (key, value, found)


@pytest.mark.parametrize("name", ["pipe.toml", "device.toml", "gone.toml", "secret"])
def test_files_that_are_no_files(tmp_path: Path, name: str) -> None:
    """Reading a pipe would wait for a writer, and a device may have no end."""
    path = tmp_path / name
    match name:
        case "device.toml":
            path.symlink_to("/dev/zero")
        case "gone.toml":
            path.symlink_to(tmp_path / "missing")
        case _:
            os.mkfifo(path)
    if name == "secret":
        (tmp_path / "a.toml").write_text(secrets('{ file = "secret" }'))
    with pytest.raises(BadHookFiles, match=f"{name} cannot be read: (it is no regular file|No such file)"):
        read_hook_files(sources(tmp_path))


def test_a_token_goes_with_the_header_and_its_prefix_only(tmp_path: Path) -> None:
    table = '[signature]\nheader = "X"\nmethod = "token"\nsecrets = [{ environment = "PROVIDER_SECRET" }]\n'
    assert read(tmp_path, "token", hook(f'{table}prefix = "Bearer "\n')) == ""
    found = read(tmp_path, "token", hook(f'{table}signed = "{{body}}"\ntolerance_seconds = 5\nseparator = ","\n'))
    assert [line for line in (5, 6, 7) if f"line {line}: signature." in found] == [5, 6, 7]


def test_files_of_one_name_by_case(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(hook())
    (tmp_path / "A.toml").write_text(hook())
    (tmp_path / "b.toml").mkdir()
    with pytest.raises(BadHookFiles, match=r"A\.toml: the name of a hook has"):
        read_hook_files(sources(tmp_path))


def test_names_of_files_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"a\xff\n.toml")).write_text(hook())
    with pytest.raises(BadHookFiles) as failure:
        read_hook_files(sources(tmp_path))
    assert str(failure.value).isprintable()


SIGNATURES = {
    'signed = "{timestamp}{body}"\n': "signed: has {timestamp}, which needs the key `timestamp`",
    'signed = "{header:x}"\n': "signed: lacks {body}",
    'signed = "{{body}}"\n': "signed: has a brace",
    'signed = "{body}.{body}"\n': "line 4: signature.signed: has {body} more than once",
    'signed = "{header:}{body}"\n': "signed: there is no {header:}",
    'timestamp = { header = "T" }\n': "signed: lacks {timestamp}",
    'timestamp = { prefix = "t=" }\nsigned = "{timestamp}.{body}"\n': "timestamp: a timestamp beside the signature",
    'timestamp = {}\nsigned = "{timestamp}.{body}"\n': "timestamp: has either the key `header` or the key `prefix`",
    'separator = ","\ntimestamp = { prefix = "" }\nsigned = "{timestamp}.{body}"\n': "timestamp: has a prefix",
}


@pytest.mark.parametrize("keys", SIGNATURES)
def test_signatures_that_protect_nothing(tmp_path: Path, keys: str) -> None:
    table = f'[signature]\nheader = "X"\nsecrets = [{{ environment = "PROVIDER_SECRET" }}]\n{keys}'
    mistake = read(tmp_path, "odd", hook(table))
    assert SIGNATURES[keys] in mistake
    assert "; " not in mistake


def test_too_many_hooks(tmp_path: Path) -> None:
    for number in range(501):
        (tmp_path / f"h{number}.toml").touch()
    with pytest.raises(BadHookFiles, match="has 501 files"):
        read_hook_files(sources(tmp_path))


@pytest.mark.parametrize("name", ["My Hook", "Hook", "-x", "a.b", "x" * 64, "ä"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, name, hook()).startswith(": the name of a hook has ")


@pytest.mark.parametrize("name", ["a", "0", "git-hub_2", "x" * 63])
def test_names(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, name, hook()) == ""
    assert read(tmp_path, name, hook().replace("\n", "\r\n")) == ""
