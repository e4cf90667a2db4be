"""A process that has imported the whole program, and forks a server for each line on its standard input.

It is a script, and started by ``ForkedProcess``. Its answers are lines of JSON, too.
"""

import json
import os
import pkgutil
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

# What a server imports as late as at its start.
_LATE = (
    *("uvicorn.lifespan.on", "uvicorn.loops.uvloop", "uvicorn.protocols.http.httptools_impl", "uvloop"),
    *("sqlalchemy.ext.asyncio", "sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.dialects.sqlite.aiosqlite"),
    *("aiosqlite", "asyncpg", "alembic.command", "alembic.runtime.migration"),
)


def main() -> None:
    """Answer the requests of the tests: ``[folder, output, environment, arguments]`` or the id of an ended process."""
    program = Path(sys.executable).with_name("bpmn-events")
    sys.path[0] = str(program.parent)  # as for the program itself
    _import_all()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if isinstance(request, int):
            _, status = os.waitpid(request, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        process_id = os.fork()
        if process_id == 0:
            _become(program, *request)
        print(process_id, flush=True)


def _import_all() -> None:
    import bpmn_events  # noqa: PLC0415  the path is set now

    for module in pkgutil.walk_packages(bpmn_events.__path__, "bpmn_events."):
        if not module.name.endswith("__main__") and ".migrations." not in module.name:  # scripts
            with suppress(ImportError):  # of an extra that is not installed
                import_module(module.name)
    for name in _LATE:
        import_module(name)


def _become(program: Path, folder: str, output: str, environment: dict[str, str], arguments: list[str]) -> None:
    """Be the program from now on, as if it had been started with these."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, file, mode in ((0, os.devnull, os.O_RDONLY), (1, output, os.O_WRONLY | os.O_APPEND)):
        opened = os.open(file, mode)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.dup2(1, 2)
    sys.argv = [str(program), *arguments]
    main_module: Any = ModuleType("__main__")
    main_module.__file__ = str(program)
    sys.modules["__main__"] = main_module
    sys.exit(import_module("bpmn_events.cli.main").main())


if __name__ == "__main__":
    main()
