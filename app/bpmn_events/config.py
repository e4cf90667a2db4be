"""The settings of the server and its commands, read from the environment, then from the file ``.env``."""

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

from dotenv import dotenv_values
from pydantic import PrivateAttr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bpmn_events.settings.graphql import GraphQLSettings
from bpmn_events.settings.limits import LimitSettings
from bpmn_events.settings.prefix import PREFIX
from bpmn_events.settings.server import ServerSettings
from bpmn_events.settings.streams import StreamSettings
from bpmn_events.settings.tokens import TokenSettings

_ENV_FILE = ".env"
# Kubernetes sets these variables in every pod beside services called "bpmn-events" or "bpmn-events-postgresql"
# (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
_KUBERNETES = re.compile(
    "([A-Z0-9_]+_)?(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
_KUBERNETES_PORT = re.compile("(tcp|udp|sctp)://.*")


class InvalidSettings(Exception):
    """The settings cannot be used. The message is one line that names each invalid setting."""


class Settings(GraphQLSettings, StreamSettings, LimitSettings, TokenSettings, ServerSettings, BaseSettings):
    """Every setting of the server and its commands."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=_ENV_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    _other_variables: Mapping[str, str | None] = PrivateAttr({})

    def variable(self, name: str) -> str | None:
        """Return a variable of the environment, or else of the file ``.env``; None if there is none."""
        return os.environ.get(name) or self._other_variables.get(name)

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        if self.workers > 1 and self.is_sqlite:
            raise ValueError(
                f"{PREFIX}WORKERS above 1 needs PostgreSQL: a SQLite file takes one writing server process"
            )
        if self.ended_instances_days is not None and self.ended_instances_days < self.idempotency_days:
            raise ValueError(
                f"{PREFIX}ENDED_INSTANCES_DAYS must be at least {PREFIX}IDEMPOTENCY_DAYS, {self.idempotency_days}: a "
                "repeated request reads the instances of the first one"
            )
        if self.max_response_bytes < (least := self.max_instance_bytes + self.max_payload_bytes):
            raise ValueError(
                f"{PREFIX}MAX_RESPONSE_BYTES must be at least {least}, the sum of {PREFIX}MAX_INSTANCE_BYTES and "
                f"{PREFIX}MAX_PAYLOAD_BYTES: the response to a trigger contains the variables and the payload"
            )
        return self


def load_settings(env_file: Path | None = None, **overrides: Any) -> Settings:
    """Return the settings. Overrides that are not None take precedence over the environment.

    ``env_file`` is read instead of the file ``.env`` in the working folder. It becomes part of the environment, where
    variables that exist take precedence.

    Raises:
        InvalidSettings: The file cannot be read, a setting is invalid, or a variable with the prefix is no setting.
    """
    if env_file is not None:
        _load_environment(env_file)
    source = _ENV_FILE if env_file is None else None
    in_file = _read_variables(Path(source)) if source is not None and Path(source).is_file() else {}
    if unknown := list(_unknown_settings({**in_file, **os.environ})):
        raise InvalidSettings("; ".join(unknown))
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(_env_file=source, **given)  # type: ignore[call-arg] # an option of BaseSettings
        settings._other_variables = in_file
        return settings
    except ValidationError as error:
        raise InvalidSettings("; ".join(_message(detail) for detail in error.errors())) from None


def _load_environment(env_file: Path) -> None:
    """Add the variables of the file to the environment, where workers and libraries find them, too."""
    for name, value in _read_variables(env_file, "--env-file: ").items():
        if value is not None:
            os.environ.setdefault(name, value)


def _read_variables(file: Path, option: str = "") -> dict[str, str | None]:
    try:
        with file.open(encoding="utf-8") as stream:
            return dotenv_values(stream=stream)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise InvalidSettings(f"{option}{file} cannot be read: {reason}") from None


def _unknown_settings(variables: Mapping[str, str | None]) -> Iterator[str]:
    """Yield a sentence for each name that has the prefix and is no setting. Names are not case-sensitive."""
    known = [name.upper() for name in Settings.model_fields]
    for name, value in sorted((name.upper(), value) for name, value in variables.items()):
        rest = name.removeprefix(PREFIX)
        if rest != name and rest not in known and not _is_of_kubernetes(rest, value or ""):
            nearest = get_close_matches(rest, known, 1)
            hint = f"did you mean {PREFIX}{nearest[0]}?" if nearest else "docs/settings.md lists all settings"
            yield f"{name} is not a setting: {hint}"


def _is_of_kubernetes(name: str, value: str) -> bool:
    is_address = name.endswith("_PORT") and _KUBERNETES_PORT.fullmatch(value)
    return bool(is_address or _KUBERNETES.fullmatch(name))


def _message(detail: Any) -> str:
    text = str(detail["msg"]).removeprefix("Value error, ")
    names = [str(part) for part in detail["loc"][:1]]
    if names == ["port"] and _KUBERNETES_PORT.fullmatch(str(detail["input"])):
        text = (
            "Kubernetes has set it for a service called bpmn-events: set enableServiceLinks: false in the pod, or set "
            "the number of the port"
        )
    return f"{PREFIX}{names[0].upper()}: {text}" if names else text
