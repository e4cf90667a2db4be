"""Files of hooks with mistakes stop the start of a server: each mistake with its file and its line."""

from pathlib import Path

import pytest

from tests.support.hooks.provider import SECRET, hook
from tests.support.server import ServerProcess, running
from tests.system.start.starting import FailedStart, start

MISTAKES = """\
descriptoin = "Payments"

[signature]
header = "X Signature"
prefix = 5
signed = "{timestamp}.{bod}"
tolerance_seconds = 300
secrets = [
  { environment = "NO_SUCH_SECRET" },
  { environment = "SHORT_SECRET" },
  { environment = "PROVIDER_SECRET", file = "both" },
  { file = "missing" },
]

[caller]
subject = "provider"
permissions = ["events:read", "events:trigge"]

[delivery]
id = "body.id"
when = '''=body.type ==
  "paid"'''
nobody_waits = 200

[message]
name = "paid"
correlation = "=bdy.case"

[event]
process_model = "order"
"""
REASONS = [
    (1, "descriptoin: there is no such key: did you mean description?"),
    (4, "signature.header: is no name of a header"),
    (5, "signature.prefix: input should be a valid string"),
    (6, "signature.signed: has {timestamp}, which needs the key `timestamp`"),
    (6, "signature.signed: lacks {body}: anybody could replace the body"),
    (6, "signature.signed: there is no {bod}, but there are {body}, {timestamp} and {header:NAME}"),
    (7, "signature.tolerance_seconds: needs the key `timestamp`"),
    (9, "signature.secrets[0]: the environment has no variable NO_SUCH_SECRET"),
    (10, "signature.secrets[1]: the secret in SHORT_SECRET has 5 bytes, but a secret takes at least 16 bytes"),
    (11, "signature.secrets[2]: a secret has either the key `environment` or the key `file`"),
    (12, "signature.secrets[3]: the file missing cannot be read: No such file or directory"),
    (17, "caller.permissions: a hook needs the permission events:trigger"),
    (17, "caller.permissions[1]: there is no permission 'events:trigge', but there are events:read, events:trigger, "),
    (20, 'delivery.id: is an expression, which begins with "=", such as "=body.id"'),
    (21, "delivery.when: `==` is no operator of FEEL: write `=`"),
    (23, "delivery.nobody_waits: input should be 202 or 404"),
    (27, "message.correlation: there is no variable `bdy`: there are body, headers and digest"),
    (29, "event.correlation: is missing"),
    (29, "event.event: is missing"),
    (29, "event: a hook has one of [message], [signal] and [event], here is: [message] and [event]"),
]


def fail(folder: Path, **files: str) -> FailedStart:
    """Return the failed start of a server with these hooks."""
    hooks = folder / "hooks"
    hooks.mkdir()
    for name, content in files.items():
        (hooks / f"{name}.toml").write_text(content, "utf-8")
    (folder / ".env").write_text(f"PROVIDER_SECRET={SECRET}\nSHORT_SECRET=abcde\n")
    return start(folder, {"HOOKS": "hooks"}, "serve", "--port", "0")


def test_all_mistakes_at_once_with_their_lines(tmp_path: Path) -> None:
    failed = fail(tmp_path, payments=MISTAKES, good=hook())
    assert failed.code == 2
    assert failed.line.startswith("BPMN_EVENTS_HOOKS: ")
    reasons = failed.line.removeprefix("BPMN_EVENTS_HOOKS: ").split("; ")
    expected = [f"hooks/payments.toml, line {line}: {reason}" for line, reason in REASONS]
    assert [reason[: len(begin)] for reason, begin in zip(reasons, expected, strict=True)] == expected
    assert "abcde" not in failed.line


@pytest.mark.parametrize("folder", ["missing", "file"])
def test_a_folder_that_is_none(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    failed = start(tmp_path, {"HOOKS": folder}, "serve", "--port", "0")
    assert failed.line.startswith(f"BPMN_EVENTS_HOOKS: {folder} cannot be read: ")
    assert failed.code == 2


def test_workers_report_a_mistake_once(tmp_path: Path) -> None:
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "odd.toml").write_text("a")
    settings = {"HOOKS": "hooks", "WORKERS": "2", "DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"}
    failed = start(tmp_path, settings, "serve", "--port", "0")
    assert failed.line.startswith("BPMN_EVENTS_HOOKS: hooks/odd.toml, line 1: ")
    assert failed.code == 2


def test_a_folder_without_hooks_and_a_secret_that_all_can_read(tmp_path: Path) -> None:
    (tmp_path / "hooks").mkdir()
    with running(ServerProcess(tmp_path, settings={"HOOKS": "hooks"})) as server:
        assert "BPMN_EVENTS_HOOKS: hooks has no files *.toml" in server.output
        server.stop()
        secret = tmp_path / "hooks" / "secret"
        secret.write_text(f"{SECRET}\r\n")
        secret.chmod(0o644)
        signature = '[signature]\nheader = "X"\nsecrets = [{ file = "secret" }]\n'
        (tmp_path / "hooks" / "provider.toml").write_text(hook(signature))
        server.start()
        assert "All users have access to hooks/secret (mode 0644): chmod o= hooks/secret" in server.output
