"""Values of a response that may be large: each charges the budget of the response, as often as it is selected."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from bpmn_events.application.ports.response_budget import ResponseBudget

T = TypeVar("T")

# About the bytes of an item with one short field.
_ITEM_BYTES = 50


def charged_text(budget: ResponseBudget, text: str) -> str:
    """Charge the bytes of the text and return it.

    Raises:
        ResponseTooLarge: The budget is exceeded.
    """
    budget.charge_answer(len(text.encode()))
    return text


def charged_json(budget: ResponseBudget, value: T) -> T:
    """Charge the JSON value and return it.

    Raises:
        ResponseTooLarge: The budget is exceeded.
    """
    budget.charge_answer(0)  # a value is not measured once the budget is exceeded
    if value is not None:
        budget.charge_answer(len(msgspec.json.encode(value)))
    return value


def charged_list(budget: ResponseBudget, items: Sequence[T]) -> Sequence[T]:
    """Charge a list whose length has no limit and return it.

    Raises:
        ResponseTooLarge: The budget is exceeded.
    """
    budget.charge_answer(_ITEM_BYTES * len(items))
    return items
