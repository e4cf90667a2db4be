"""The claims of a verified token that describe its principal, under the names that the issuer gives them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.ids import is_valid_id
from bpmn_events.domain.principal import SYSTEM, Principal


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """The names of the claims, and the prefix of the permissions in them.

    A name with dots is also a path through objects, such as ``realm_access.roles``.
    """

    subject: str = "sub"
    permissions: str = "permissions"
    scope: str = "scope"
    lanes: str = "lanes"
    prefix: str = ""

    def describe(self, subject: str, permissions: Collection[str], lanes: Collection[str]) -> dict[str, Any]:
        """Return the claims of a token of this principal."""
        words = {f"{self.prefix}{permission}" for permission in permissions}
        if self.permissions == self.lanes:
            return {self.subject: subject, self.lanes: sorted(words.union(lanes))}
        return {self.subject: subject, self.permissions: sorted(words), self.lanes: sorted(lanes)}


def read_principal(claims: Mapping[str, Any], names: ClaimNames) -> Principal:
    """Return the principal of the claims.

    Raises:
        BadCredential: There is no subject, it is the name of the server itself, or a claim has a wrong type.
    """
    permissions = _without_prefix(_read_permissions(claims, names), names.prefix)
    return Principal(_read_subject(claims, names.subject), permissions, _read_names(claims, names.lanes))


def find_claim(claims: Mapping[str, Any], name: str) -> Any:
    """Return the value of a claim, or None if there is none.

    The whole name comes first: ``https://example.com/lanes`` is one claim. Otherwise its dots separate the names of
    nested objects. A nested name can itself contain dots, so every division is tried, the shortest first name first.
    """
    if claims.get(name) is not None:
        return claims[name]
    parts = name.split(".")
    for length in range(1, len(parts)):
        nested = claims.get(".".join(parts[:length]))
        if isinstance(nested, dict) and (value := find_claim(nested, ".".join(parts[length:]))) is not None:
            return value
    return None


def _read_subject(claims: Mapping[str, Any], name: str) -> str:
    subject = find_claim(claims, name)
    if subject is None:
        raise BadCredential(f"it has no claim {name!r}")
    if not isinstance(subject, str) or not is_valid_id(subject):
        raise BadCredential(f"its claim {name!r} is not a string of 1 to 255 printable characters")
    if subject == SYSTEM.subject:
        raise BadCredential(f"its subject is {SYSTEM.subject!r}, the name of the server itself")
    return subject


def _read_permissions(claims: Mapping[str, Any], names: ClaimNames) -> frozenset[str]:
    """Return the list of permissions, or without it the words of the scope (RFC 8693, section 4.2)."""
    if find_claim(claims, names.permissions) is not None:
        return _read_names(claims, names.permissions)
    scope = find_claim(claims, names.scope)
    if isinstance(scope, str):
        return frozenset(scope.split())
    if scope is not None and not isinstance(scope, list):
        raise BadCredential(f"its claim {names.scope!r} is neither a string nor a list")
    return _read_names(claims, names.scope)


def _read_names(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    values = find_claim(claims, name)
    if values is None:
        return frozenset()
    if not isinstance(values, list) or not all(isinstance(value, str) and is_valid_id(value) for value in values):
        raise BadCredential(f"its claim {name!r} is not a list of names")
    return frozenset(values)


def _without_prefix(words: frozenset[str], prefix: str) -> frozenset[str]:
    """Return the words that begin with the prefix, without it."""
    return frozenset(word.removeprefix(prefix) for word in words if word.startswith(prefix))
