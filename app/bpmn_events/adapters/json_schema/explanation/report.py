"""The violations that a search has found, and its allowance."""

from bpmn_events.adapters.json_schema.violations import MAX_VIOLATIONS, truncate
from bpmn_events.domain.errors import PayloadViolation

_LEAST_ALLOWANCE = 16_384
# The paths of all violations together. Each may be as long as the payload.
_MAX_PATHS = 65_536


class Report:
    """Violations in the order in which they are found.

    Args:
        size: The bytes of the payload. After the first violation, the search may check as many bytes again.
    """

    def __init__(self, size: int) -> None:
        self.violations: list[PayloadViolation] = []
        self._allowance = size + _LEAST_ALLOWANCE
        self._path_characters = 0

    @property
    def is_full(self) -> bool:
        return len(self.violations) >= MAX_VIOLATIONS or self._path_characters > _MAX_PATHS

    @property
    def is_empty(self) -> bool:
        return not self.violations

    def add(self, path: str, keyword: str, message: str) -> None:
        if not self.is_full:
            self._path_characters += len(path)
            self.violations.append(PayloadViolation(path, keyword, truncate(message)))

    def may_check(self, size: int) -> bool:
        """Return True if a value of this size may be checked, and charge it to the allowance."""
        if not self.violations:
            return True
        self._allowance -= size
        return self._allowance >= 0
