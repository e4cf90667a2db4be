"""Connections to PostgreSQL, on the first usable one of several hosts."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the extra "postgres"
    import asyncpg

_PREFER_STANDBY = "prefer-standby"


async def connect(**options: Any) -> "asyncpg.Connection[Any]":
    """Return a connection to the first host that responds and has the role in ``target_session_attrs``.

    The options are those of ``asyncpg.connect``. Each host has the connect timeout for itself. asyncpg tries all hosts
    within one timeout: a silent host would use it up, and the others would never be tried.

    Raises:
        OSError, PostgresError, TargetServerAttributeNotMatched: No host is usable; the error is that of the last one.
    """
    import asyncpg  # noqa: PLC0415  an extra, which only PostgreSQL needs

    hosts = options.pop("host", None)
    if not isinstance(hosts, list):
        return await asyncpg.connect(host=hosts, **options)
    addresses = list(zip(hosts, options.pop("port"), strict=True))
    role = options.pop("target_session_attrs", None)
    last_error: Exception = OSError("the database URL names no host")
    for wanted in ("standby", "any") if role == _PREFER_STANDBY else (role,):
        for host, port in addresses:
            try:
                return await asyncpg.connect(host=host, port=port, target_session_attrs=wanted, **options)
            except (OSError, asyncpg.PostgresError, asyncpg.TargetServerAttributeNotMatched) as error:
                last_error = error
    raise last_error
