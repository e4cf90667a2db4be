"""The form of large payloads, which is checked by their bytes: no violation is overlooked."""

import math
from typing import Any

import pytest

from bpmn_events.application.commands.command import check_command
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.domain.errors import InvalidPayload
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Permission, Principal

ADA = Principal("ada", frozenset(Permission), frozenset())
MANY: list[Any] = [1, 0.5, None, True, 'ü\\" ]}[{ 12345678901234567890', [], {"a": [2]}] * 500


def check(payload: dict[str, Any]) -> None:
    check_command(ADA, StartInstance("order", payload=payload), PayloadLimits(max_depth=4))


def test_a_large_payload_is_accepted() -> None:
    check({"many": MANY, "integers": [2**64 - 1, -(2**63)]})


@pytest.mark.parametrize(
    ("value", "path", "keyword"),
    [
        (math.nan, "/last", "number"),
        ([-math.inf], "/last/0", "number"),
        (2**64, "/last", "integer"),
        ([[-(2**63) - 1]], "/last/0/0", "integer"),
        ("\ud800", "/last", "string"),
        ([[[[]]]], "/last/0/0/0", "maxDepth"),
    ],
)
@pytest.mark.parametrize("many", [MANY, [1] * 5_000], ids=["values of all kinds", "integers"])
def test_the_violation_of_a_large_payload_is_found(many: list[Any], value: Any, path: str, keyword: str) -> None:
    with pytest.raises(InvalidPayload) as refused:
        check({"many": many, "last": value})
    assert [(each.path, each.keyword) for each in refused.value.violations] == [(path, keyword)]
