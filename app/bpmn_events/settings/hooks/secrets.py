"""The secrets of hooks, which come from the environment or from files, and never from the file of the hook."""

import base64
import binascii
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationInfo, model_validator

from bpmn_events.settings.hooks.regular_files import read_regular_file
from bpmn_events.settings.hooks.sources import HookSources
from bpmn_events.settings.prefix import PREFIX

MIN_SECRET_BYTES = 16
_MIN_DIFFERENT_BYTES = 6
_MAX_FILE_BYTES = 4096


class HookSecret(BaseModel):
    """A secret: the name of its variable or file, and how it is written there.

    Relative names of files begin in the folder of the hook.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    environment: str | None = None
    file: str | None = None
    prefix: str = ""
    encoding: Literal["text", "base64", "hex"] = "text"
    _value: bytes = PrivateAttr(b"")

    @property
    def value(self) -> bytes:
        """The key for signatures."""
        return self._value

    @model_validator(mode="after")
    def _read(self, info: ValidationInfo) -> Self:
        sources = info.context
        assert isinstance(sources, HookSources)
        if (self.environment is None) == (self.file is None):
            raise ValueError("a secret has either the key `environment` or the key `file`")
        name = self.environment or self.file
        try:
            self._value = self._decode(self._text(sources))
        except binascii.Error:
            raise ValueError(f"the secret in {name} is not {self.encoding}") from None
        if reason := _weakness(self._value):
            raise ValueError(f"the secret in {name} {reason}")
        return self

    def _text(self, sources: HookSources) -> bytes:
        if self.environment is not None:
            if self.environment.upper().startswith(PREFIX):
                raise ValueError(f"{self.environment} has the prefix of the settings: choose another name")
            text = sources.variable(self.environment)
            if not text:
                raise ValueError(f"the environment has no variable {self.environment}")
            return text.encode("utf-8", "surrogateescape")
        assert self.file is not None
        try:
            content = read_regular_file(sources.folder / self.file, _MAX_FILE_BYTES)
        except OSError as error:
            raise ValueError(f"the file {self.file} cannot be read: {error.strerror}") from None
        return content.rstrip(b"\r\n")

    def _decode(self, text: bytes) -> bytes:
        text = text.removeprefix(self.prefix.encode())
        match self.encoding:
            case "base64":
                return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
            case "hex":
                return binascii.unhexlify(text)
            case _:
                return text


def _weakness(secret: bytes) -> str | None:
    if len(secret) < MIN_SECRET_BYTES:
        return f"has {len(secret)} bytes, but a secret takes at least {MIN_SECRET_BYTES} bytes"
    if (different := len(set(secret))) < _MIN_DIFFERENT_BYTES:
        return f"has only {different} different characters, but a secret takes at least {_MIN_DIFFERENT_BYTES}"
    return None
