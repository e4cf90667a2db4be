"""The parts of the server that the files of hooks refer to."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bpmn_events.application.hooks.expressions import ExpressionCompiler


@dataclass(frozen=True, slots=True)
class HookSources:
    """The folder of hooks, the environment with the secrets, and the language of the expressions.

    Attributes:
        folder: The folder. Relative names of files with secrets begin in it.
        variable: Returns the value of a variable of the environment, or None.
        compile: Returns a compiled expression.
    """

    folder: Path
    variable: Callable[[str], str | None]
    compile: ExpressionCompiler
