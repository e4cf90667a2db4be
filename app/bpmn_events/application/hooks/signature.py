"""The signatures of deliveries: HMAC-SHA256 (RFC 2104) of the text that the provider signs, or a shared token."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bpmn_events.application.hooks.timestamps import TimestampSource

SignatureMethod = Literal["hmac-sha256", "token"]
SignatureEncoding = Literal["hex", "base64"]
# The values of each header, by its name in lower case.
Headers: TypeAlias = Mapping[str, Sequence[str]]

BODY, TIMESTAMP, HEADER = "{body}", "{timestamp}", "{header:"
_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
# More signatures in one header are no rotation of secrets.
_MAX_SIGNATURES = 16


class BadSignature(Exception):
    """The delivery is not signed, or not as it has to be. The message is the reason, for the log only."""


def split_template(text: str) -> list[str]:
    """Return the literal texts and the placeholders of a template, in their order."""
    return [part for part in _PLACEHOLDER.split(text) if part]


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """How a provider signs its deliveries.

    Attributes:
        header: The name of the header with the signature, in lower case.
        signed: The signed text, as the parts of ``split_template``.
        secrets: The keys. A delivery that is signed with any of them is accepted.
        prefix: The text before each signature in the header.
        separator: The text between the parts of the header; empty if it has one part.
        method: ``hmac-sha256``, or ``token`` if the provider signs nothing and sends the secret itself.
        encoding: How a signature is written.
        timestamp: Where the timestamp is; None if the provider sends none.
        tolerance_seconds: How far the timestamp may be from the time of the server.
    """

    header: str
    signed: Sequence[str]
    secrets: Sequence[bytes] = field(repr=False)
    prefix: str = ""
    separator: str = ""
    method: SignatureMethod = "hmac-sha256"
    encoding: SignatureEncoding = "hex"
    timestamp: TimestampSource | None = None
    tolerance_seconds: int = 300

    def verify(self, headers: Headers, body: bytes, now: float) -> None:
        """Check the signature of a delivery.

        The time that the comparison takes depends on the number and the length of secrets and signatures, and not on
        their content.

        Args:
            headers: The headers of the request.
            body: The bytes of its body, as received.
            now: The current time, in seconds since 1970.

        Raises:
            BadSignature: The signature or the timestamp is missing, wrong or ambiguous, or the timestamp is too old or
                too new.
        """
        value = _single(headers, self.header)
        parts = [part.strip() for part in (value.split(self.separator) if self.separator else [value])]
        signatures = list(self._signatures(parts))
        if not signatures:
            raise BadSignature(f"the header {self.header} has no signature of the expected form")
        if len(signatures) > _MAX_SIGNATURES:
            raise BadSignature(f"the header {self.header} has more than {_MAX_SIGNATURES} signatures")
        timestamp = self._timestamp(headers, parts)
        expected = self._expected(headers, timestamp, body)
        matches = [hmac.compare_digest(one, other) for one in expected for other in signatures]
        if not any(matches):
            raise BadSignature("the signature matches none of the secrets")
        self._check_age(timestamp, now)

    def _signatures(self, parts: Sequence[str]) -> Iterator[bytes]:
        for part in parts:
            if part.startswith(self.prefix):
                text = part.removeprefix(self.prefix)
                signature = text.encode("latin-1") if self.method == "token" else _decode(text, self.encoding)
                if signature:
                    yield signature

    def _expected(self, headers: Headers, timestamp: str, body: bytes) -> Sequence[bytes]:
        """Return the right signature for each secret."""
        if self.method == "token":
            return self.secrets
        content = self._content(headers, timestamp, body)
        return [hmac.digest(secret, content, "sha256") for secret in self.secrets]

    def _timestamp(self, headers: Headers, parts: Sequence[str]) -> str:
        """Return the text of the timestamp; the empty text if the provider sends none."""
        if self.timestamp is None:
            return ""
        if self.timestamp.header is not None:
            return _single(headers, self.timestamp.header)
        prefix = self.timestamp.prefix
        found = [part.removeprefix(prefix) for part in parts if part.startswith(prefix)]
        if len(found) != 1:
            raise BadSignature(f"the header {self.header} has {len(found)} timestamps")
        return found[0]

    def _content(self, headers: Headers, timestamp: str, body: bytes) -> bytes:
        return b"".join(self._part(part, headers, timestamp, body) for part in self.signed)

    def _part(self, part: str, headers: Headers, timestamp: str, body: bytes) -> bytes:
        if part == BODY:
            return body
        if part == TIMESTAMP:
            return timestamp.encode("latin-1")
        if part.startswith(HEADER):
            return _single(headers, part.removeprefix(HEADER).removesuffix("}").lower()).encode("latin-1")
        return part.encode()

    def _check_age(self, text: str, now: float) -> None:
        if self.timestamp is None:
            return
        timestamp = self.timestamp.parse(text)
        if timestamp is None:
            raise BadSignature(f"the timestamp is not written in the unit {self.timestamp.unit}")
        if abs(now - timestamp) > self.tolerance_seconds:
            raise BadSignature(f"the timestamp is {round(now - timestamp)} seconds old")


def _single(headers: Headers, name: str) -> str:
    """Return the value of a header that occurs once. The server has decoded it as Latin-1."""
    values = headers.get(name, ())
    if len(values) != 1:
        raise BadSignature(f"the header {name} {'is missing' if not values else 'was sent more than once'}")
    return values[0]


def _decode(text: str, encoding: SignatureEncoding) -> bytes | None:
    """Return the bytes of a signature, or None if the text has another encoding."""
    try:
        if encoding == "hex":
            return binascii.unhexlify(text)
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None
