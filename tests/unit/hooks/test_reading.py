"""Files that describe no hook."""

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
        (hook('[delivery]\nid = "=body."\n'), ", line 2: delivery.id: "),
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
    assert SECRET not in found


SIGNATURES = {
    'signed = "{timestamp}{body}"\n': "signed: has {timestamp}, which needs the key `timestamp`",
    'signed = "{header:x}"\n': "signed: lacks {body}",
    'signed = "{{body}}"\n': "signed: has a brace",
    'signed = "{header:}{body}"\n': "signed: there is no {header:}",
    'timestamp = { header = "T" }\n': "signed: lacks {timestamp}",
    'timestamp = { prefix = "t=" }\nsigned = "{timestamp}.{body}"\n': "timestamp: a timestamp beside the signature",
    'timestamp = {}\nsigned = "{timestamp}.{body}"\n': "timestamp: has either the key `header` or the key `prefix`",
    'separator = ","\ntimestamp = { prefix = "" }\nsigned = "{timestamp}.{body}"\n': "timestamp: has the same prefix",
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
