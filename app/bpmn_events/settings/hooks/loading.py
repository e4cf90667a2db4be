"""The hooks of a folder, built from their files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bpmn_events.application.hooks.hook import Hook
from bpmn_events.application.hooks.signature import SignatureScheme, split_template
from bpmn_events.application.hooks.targets import EventTarget, HookTarget, NamedTarget
from bpmn_events.application.hooks.timestamps import TimestampSource
from bpmn_events.domain.principal import Principal
from bpmn_events.settings.hooks.hook_file import HookFile, SignatureTable, TimestampTable
from bpmn_events.settings.hooks.reading import read_hook_files
from bpmn_events.settings.hooks.sources import HookSources
from bpmn_events.settings.prefix import PREFIX

_OTHERS = 0o007


@dataclass(frozen=True, slots=True)
class LoadedHooks:
    """The hooks by their names, and warnings for the log of the start."""

    by_name: Mapping[str, Hook] = field(default_factory=dict)
    warnings: Sequence[str] = ()


def load_hooks(sources: HookSources) -> LoadedHooks:
    """Return the hooks of a folder.

    Raises:
        BadHookFiles: The folder cannot be read, or a file in it has a mistake.
    """
    files = read_hook_files(sources)
    hooks = {name: _hook(name, file) for name, file in files.items()}
    return LoadedHooks(hooks, list(_warnings(sources.folder, files)))


def _warnings(folder: Path, files: Mapping[str, HookFile]) -> Iterator[str]:
    if not files:
        yield f"{PREFIX}HOOKS: {folder} has no files *.toml"
    secrets = [secret for file in files.values() for secret in file.signature.secrets]
    for path in sorted({folder / secret.file for secret in secrets if secret.file is not None}):
        with suppress(OSError):
            if (mode := path.stat().st_mode & 0o777) & _OTHERS:
                yield f"All users have access to {path} (mode {mode:04o}): chmod o= {path}"


def _hook(name: str, file: HookFile) -> Hook:
    caller, delivery = file.caller, file.delivery
    return Hook(
        name,
        _signature(file.signature),
        Principal(caller.subject, frozenset(caller.permissions), frozenset(caller.lanes)),
        _target(file),
        delivery.id,
        condition=delivery.when,
        challenge=delivery.challenge,
        must_be_received=delivery.nobody_waits == 404,
        json_field=file.body.json_field,
    )


def _signature(table: SignatureTable) -> SignatureScheme:
    return SignatureScheme(
        table.header.lower(),
        split_template(table.signed),
        tuple(secret.value for secret in table.secrets),
        table.prefix,
        table.separator,
        table.method,
        table.encoding,
        None if table.timestamp is None else _timestamp(table.timestamp),
        table.tolerance_seconds,
    )


def _timestamp(table: TimestampTable) -> TimestampSource:
    return TimestampSource(table.header and table.header.lower(), table.prefix or "", table.unit)


def _target(file: HookFile) -> HookTarget:
    if (event := file.event) is not None:
        return EventTarget(event.process_model, event.correlation, event.event, event.payload)
    named = file.message or file.signal
    assert named is not None
    is_signal = file.signal is not None
    return NamedTarget(named.name, named.process_model, named.correlation, named.payload, is_signal)
