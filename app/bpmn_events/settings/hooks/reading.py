"""The files of a folder of hooks, read and checked."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bpmn_events.settings.hooks.contradictions import contradictions
from bpmn_events.settings.hooks.hook_file import HookFile
from bpmn_events.settings.hooks.key_lines import KeyLines
from bpmn_events.settings.hooks.regular_files import read_regular_file
from bpmn_events.settings.hooks.sources import HookSources

_SUFFIX = ".toml"
_NAME = re.compile("[a-z0-9][a-z0-9_-]{0,62}")
_MAX_FILE_BYTES = 16_384
# Each has its own numbers in the metrics.
_MAX_HOOKS = 500
_SYNTAX_ERROR = re.compile(r"(.*) \(at (?:line (\d+), column \d+|(end of document))\)", re.DOTALL)


class BadHookFiles(Exception):
    """Files of hooks have mistakes. The message is one line with all of them."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        super().__init__("".join(c if c.isprintable() else repr(c)[1:-1] for c in "; ".join(mistakes)))


def read_hook_files(sources: HookSources) -> dict[str, HookFile]:
    """Return the files of a folder by the names of their hooks. Other files, hidden files and folders do not count.

    Raises:
        BadHookFiles: The folder cannot be read, or any of the files has a mistake.
    """
    files: dict[str, HookFile] = {}
    mistakes: list[str] = []
    folder = sources.folder
    try:
        paths = sorted(path for path in folder.iterdir() if _is_hook(path))
    except OSError as error:
        raise BadHookFiles([f"{folder} cannot be read: {error.strerror}"]) from None
    if len(paths) > _MAX_HOOKS:
        raise BadHookFiles([f"{folder} has {len(paths)} files *{_SUFFIX}, but there are at most {_MAX_HOOKS} hooks"])
    for path in paths:
        try:
            files[path.stem] = _read(path, sources)
        except _Mistakes as found:
            mistakes += found.lines
    if mistakes:
        raise BadHookFiles(mistakes)
    return files


def _is_hook(path: Path) -> bool:
    return path.suffix == _SUFFIX and not path.name.startswith(".") and not path.is_dir()


class _Mistakes(Exception):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines)
        self.lines = lines


def _read(path: Path, sources: HookSources) -> HookFile:
    if not _NAME.fullmatch(path.stem):
        rule = "1 to 63 lower-case letters, digits, - and _, with a letter or digit first"
        raise _Mistakes([f"{path}: the name of a hook has {rule}"])
    text, content = _parse(path)
    mistakes = list(contradictions(content))
    try:
        file = HookFile.model_validate(content, context=sources)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        mistakes += [(detail["loc"], _reason(detail)) for detail in details]
    if not mistakes:
        return file
    lines = KeyLines(text)
    placed = sorted((lines.find(location), _where(location), reason) for location, reason in mistakes)
    raise _Mistakes([f"{path}, line {line}: {where}{reason}" for line, where, reason in placed])


def _parse(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = read_regular_file(path, _MAX_FILE_BYTES).decode()
        return text, tomllib.loads(text)
    except OSError as error:
        raise _Mistakes([f"{path} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _Mistakes([f"{path}, line {line}: this is no text in UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise _Mistakes([_syntax_mistake(path, text, str(error))]) from None
    except ValueError:  # of a number with thousands of digits
        raise _Mistakes([f"{path}: a number is too long"]) from None
    except RecursionError:
        raise _Mistakes([f"{path}: the values are nested too deeply"]) from None


def _syntax_mistake(path: Path, text: str, message: str) -> str:
    match = _SYNTAX_ERROR.fullmatch(message)
    if match is None:
        return f"{path}: {message}"
    line = match[2] or text.rstrip("\n").count("\n") + 1
    return f"{path}, line {line}: this is no TOML: {match[1]}"


def _where(location: tuple[str | int, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return f"{text.removeprefix('.')}: " if text else ""


def _reason(detail: Any) -> str:
    match detail["type"]:
        case "extra_forbidden":
            *_, key = detail["loc"]
            known = list(_keys(detail["loc"][:-1]))
            nearest = get_close_matches(str(key), known, 1)
            hint = f"did you mean {nearest[0]}?" if nearest else f"there are {', '.join(known)}"
            return f"there is no such key: {hint}"
        case "missing":
            return "is missing"
        case "model_type":
            return "takes a table"
        case "value_error":
            return str(detail["msg"]).removeprefix("Value error, ")
        case _:
            message = str(detail["msg"])
            return message[0].lower() + message[1:]


def _keys(location: tuple[str | int, ...]) -> Iterator[str]:
    """Yield the keys of a table."""
    table: Any = HookFile
    for part in location:
        if isinstance(part, str):
            annotation = table.model_fields[part].annotation
            table = next(kind for kind in _models(annotation))
    yield from table.model_fields


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the tables among the types of an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)
