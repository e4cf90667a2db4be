"""The stored form of outcomes: JSON with a version, which later versions of the server can replay.

``VERSION`` counts the shapes of the outcome classes. Records of version 1 are the bare JSON of the outcome; later ones
have the form ``{"version": 2, "outcome": …}``. A class may have gained, lost or renamed fields since its outcome was
stored. Such an outcome is still replayed: a repeated request must never run again, and never fail because the server
was upgraded in between.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec

VERSION = 3

R = TypeVar("R")

_PREFIX = b'{"version":'
_SCALARS: Mapping[Any, Any] = {str: "", bool: False, int: 0, float: 0.0, bytes: b""}


class _Stored(msgspec.Struct, Generic[R]):
    version: int  # encoded first, as ``_PREFIX`` expects
    outcome: R


_encoder = msgspec.json.Encoder()


def encode(outcome: object) -> bytes:
    """Return the stored form of an outcome, in the current version."""
    return _encoder.encode(_Stored(VERSION, outcome))


def decode(stored: bytes, outcome_type: type[R], created_at: datetime) -> R:
    """Return the outcome from its stored form of any version.

    Fields that the class does not have are ignored. A field that the stored form lacks gets its default. A field
    without a default, or with a value of another type, gets an empty value: None where the class allows it, ``""``, 0,
    False, an empty collection, the first member of an enumeration, or ``created_at`` for an instant.

    Raises:
        msgspec.DecodeError: The stored form is no JSON.
    """
    return cast("R", _decode(stored, outcome_type, created_at))


def _decode(stored: bytes, outcome_type: Any, created_at: datetime) -> Any:
    has_version = stored.startswith(_PREFIX)
    try:
        if has_version:
            return _decoder(outcome_type).decode(stored).outcome
        return _first_version_decoder(outcome_type).decode(stored)
    except msgspec.ValidationError:
        value = msgspec.json.decode(stored)
        return _Reader(created_at).read(value.get("outcome") if has_version else value, outcome_type)


@cache
def _first_version_decoder(outcome_type: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(outcome_type)


@cache
def _decoder(outcome_type: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_Stored[outcome_type])


class _Reader:
    """Reads JSON values as the types of the outcome classes, and fills in what is missing."""

    def __init__(self, created_at: datetime) -> None:
        self._created_at = created_at

    def read(self, value: Any, kind: Any) -> Any:
        """Return the value as an instance of the type; an empty value of the type if it is none."""
        origin = get_origin(kind)
        if origin in (Union, UnionType):
            return self._read_union(value, get_args(kind))
        if is_dataclass(kind):
            return self._read_fields(value if isinstance(value, dict) else {}, kind)
        if origin is tuple:
            return self._read_tuple(value if isinstance(value, list) else [], get_args(kind))
        if origin is dict:
            of_values = get_args(kind)[1]
            items = value.items() if isinstance(value, dict) else ()
            return {key: self.read(item, of_values) for key, item in items}
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError:
            return self._empty(kind)

    def _read_fields(self, value: Mapping[str, Any], kind: Any) -> Any:
        types = _field_types(kind)
        arguments = {}
        for field in fields(kind):
            if field.name in value or not _has_default(field):
                arguments[field.name] = self.read(value.get(field.name), types[field.name])
        return kind(**arguments)

    def _read_tuple(self, values: list[Any], kinds: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(self.read(value, kinds[0]) for value in values)

    def _read_union(self, value: Any, kinds: tuple[Any, ...]) -> Any:
        if value is None and NoneType in kinds:
            return None
        for kind in kinds:
            if kind is not NoneType and _has_form(value, kind):
                return self.read(value, kind)
        return None if NoneType in kinds else self.read(None, kinds[0])

    def _empty(self, kind: Any) -> Any:
        if kind is datetime:
            return self._created_at
        if issubclass(kind, Enum):
            return next(iter(kind))
        return _SCALARS[kind]


@cache
def _field_types(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _has_form(value: Any, kind: Any) -> bool:
    """Return True if the JSON value can be read as the type. Objects always can, because their fields are optional."""
    if is_dataclass(kind) or get_origin(kind) is dict:
        return isinstance(value, dict)
    if get_origin(kind) is tuple:
        return isinstance(value, list)
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True
