"""Values of a response that may be large: their size is that of their bytes."""

from collections.abc import Callable

import pytest

from bpmn_events.application.ports.response_budget import ResponseBudget, ResponseTooLarge
from bpmn_events.web.gql.data.large_values import charged_json, charged_text


@pytest.mark.parametrize(("charge", "size"), [(charged_text, 8), (charged_json, 10)])
def test_a_value_is_charged_by_its_bytes(charge: Callable[[ResponseBudget, str], str], size: int) -> None:
    assert charge(ResponseBudget(size), "ääää") == "ääää"
    with pytest.raises(ResponseTooLarge) as caught:
        charge(ResponseBudget(size - 1), "ääää")
    assert str(caught.value) == (
        f"The response would be larger than the {size - 1} bytes that this server sends: request smaller pages or "
        "fewer fields. Changes that the request has made are not undone."
    )
