"""The hooks that the settings describe."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bpmn_events.adapters.hosts.embedded.hook_expressions import compile_hook_expression
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.hooks.hook import Hook
from bpmn_events.application.hooks.signature import SignatureScheme, split_template
from bpmn_events.application.hooks.targets import EventTarget, HookTarget, HookText, NamedTarget
from bpmn_events.application.hooks.timestamps import TimestampSource
from bpmn_events.application.ports.hooks.expressions import HookExpression
from bpmn_events.config import InvalidSettings, Settings
from bpmn_events.domain.principal import Principal
from bpmn_events.settings.hooks.hook_file import MARK, HookFile, SignatureTable
from bpmn_events.settings.hooks.reading import BadHookFiles, read_hook_files
from bpmn_events.settings.prefix import PREFIX

_OTHERS = 0o007


@dataclass(frozen=True, slots=True)
class LoadedHooks:
    """The hooks by their names, and warnings for the log of the start."""

    by_name: Mapping[str, Hook] = field(default_factory=dict)
    warnings: Sequence[str] = ()


def load_hooks(settings: Settings) -> LoadedHooks:
    """Return the hooks of the folder in the settings; none without a folder.

    Raises:
        InvalidSettings: The folder cannot be read, or a file in it has a mistake.
    """
    folder = settings.hooks
    if folder is None:
        return LoadedHooks()
    try:
        files = read_hook_files(folder, settings.variable)
    except BadHookFiles as error:
        raise InvalidSettings(f"{PREFIX}HOOKS: {error}") from None
    except OSError as error:
        raise InvalidSettings(f"{PREFIX}HOOKS: {folder} cannot be read: {error.strerror}") from None
    hooks = {name: _hook(name, file) for name, file in files.items()}
    return LoadedHooks(hooks, list(_warnings(folder, files)))


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
        compile_hook_expression(delivery.id),
        condition=_expression(delivery.when),
        must_be_received=delivery.nobody_waits == 404,
        json_field=file.body.json_field,
    )


def _signature(table: SignatureTable) -> SignatureScheme:
    timestamp = table.timestamp
    return SignatureScheme(
        table.header.lower(),
        split_template(table.signed),
        tuple(secret.value for secret in table.secrets),
        table.prefix,
        table.separator,
        table.encoding,
        None
        if timestamp is None
        else TimestampSource(timestamp.header and timestamp.header.lower(), timestamp.prefix or "", timestamp.unit),
        table.tolerance_seconds,
    )


def _target(file: HookFile) -> HookTarget:
    if (event := file.event) is not None:
        return EventTarget(
            _text(event.process_model), _text(event.correlation), _text(event.event), _expression(event.payload)
        )
    table = file.message or file.signal
    assert table is not None
    return NamedTarget(
        TriggerMessage if file.message is not None else TriggerSignal,
        _text(table.name),
        None if table.process_model is None else _text(table.process_model),
        None if table.correlation is None else _text(table.correlation),
        _expression(table.payload),
    )


def _text(text: str) -> HookText:
    return compile_hook_expression(text) if text.startswith(MARK) else text


def _expression(text: str | None) -> HookExpression | None:
    return None if text is None else compile_hook_expression(text)
