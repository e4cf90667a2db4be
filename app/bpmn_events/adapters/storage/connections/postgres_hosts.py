"""Connections to PostgreSQL, on the first usable one of several hosts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the extra "postgres"
    import asyncpg

_PREFER_STANDBY = "prefer-standby"


class PostgresHosts:
    """Opens connections on the first host that responds and has the role in ``target_session_attrs``.

    The host of the last connection is tried first. All hosts share the time, so that the last one is tried even if all
    others are silent; asyncpg would spend all of it on the first one.
    """

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds
        self._last: tuple[str, int] | None = None

    async def connect(self, **options: Any) -> "asyncpg.Connection[Any]":
        """Return a connection. The options are those of ``asyncpg.connect``.

        Raises:
            OSError, PostgresError, TargetServerAttributeNotMatched: No host is usable; the error is that of the last
                one.
        """
        import asyncpg  # noqa: PLC0415  an extra, which only PostgreSQL needs

        hosts = options.pop("host", None)
        if not isinstance(hosts, list):
            return await asyncpg.connect(host=hosts, timeout=self._timeout_seconds, **options)
        addresses: list[tuple[str, int]] = list(zip(hosts, options.pop("port"), strict=True))
        role = options.pop("target_session_attrs", None)
        roles = ("standby", "any") if role == _PREFER_STANDBY else (role,)
        timeout = self._timeout_seconds / (len(addresses) * len(roles))
        last_error: Exception = OSError("the database URL names no host")
        for wanted in roles:
            for host, port in self._in_order(addresses):
                try:
                    connection = await asyncpg.connect(
                        host=host, port=port, target_session_attrs=wanted, timeout=timeout, **options
                    )
                except (OSError, asyncpg.PostgresError, asyncpg.TargetServerAttributeNotMatched) as error:
                    last_error = error
                else:
                    self._last = host, port
                    return connection
        raise last_error

    def _in_order(self, addresses: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
        return sorted(addresses, key=lambda address: address != self._last)
