"""The size of a text in bytes."""

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Octets(FunctionElement[int]):
    """The number of bytes of a text in UTF-8."""

    type = Integer()
    inherit_cache = True


@compiles(Octets)
def _compile_octets(element: Octets, compiler: SQLCompiler, **options: object) -> str:
    return f"octet_length({compiler.process(element.clauses, **options)})"


@compiles(Octets, "sqlite")
def _compile_octets_sqlite(element: Octets, compiler: SQLCompiler, **options: object) -> str:
    # SQLite has octet_length since version 3.43 only.
    return f"length(CAST({compiler.process(element.clauses, **options)} AS BLOB))"
