"""GraphiQL at ``/graphql`` works in a browser."""

import pytest

from bpmn_events.domain.principal import Permission
from tests.api.tokens import token
from tests.support.browser import browser_page
from tests.support.server import ServerProcess

RESULT = "document.querySelector('.result-window').innerText"


def test_editor_runs_a_query_and_sends_requests_to_its_own_server_only(
    demo: ServerProcess, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with browser_page(tmp_path_factory.mktemp("chromium")) as page:
        page.open(f"{demo.address}/graphql")
        page.wait_for("document.querySelector('.graphiql-execute-button') !== null")
        assert "This needs a credential" in page.wait_for("document.getElementById('whoami').textContent")

        page.evaluate(
            f"Object.assign(document.getElementById('token'), {{value: '{token([Permission.EVENTS_READ])}'}})"
        )
        page.evaluate("document.getElementById('token').dispatchEvent(new Event('change'))")
        credential = page.wait_for("/^ada/.test(whoami.textContent) && whoami.textContent")
        assert credential == "ada: events:read; lanes *"

        page.evaluate("document.querySelector('.graphiql-execute-button').click()")
        page.wait_for(f"/WaitingEventConnection/.test({RESULT})")
        assert '"elementId": "PaymentReceived"' in page.evaluate(RESULT)

        page.evaluate("document.querySelector('[aria-label=\"Show Documentation Explorer\"]').click()")
        page.wait_for("/WaitingEventConnection/.test(document.querySelector('.graphiql-doc-explorer')?.innerText)")

        foreign_urls = {url for url in page.requested_urls if not url.startswith(("data:", f"{demo.address}/"))}
        assert foreign_urls == set()
        assert page.errors == []
