"""GraphiQL at ``/graphql`` works in a browser."""

import json

import pytest

from bpmn_events.domain.principal import Permission
from tests.api.tokens import token
from tests.support.browser import browser_page
from tests.support.polling import block_until
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS

RESULT = "document.querySelector('.result-window').innerText"
EDITOR = "document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror"
HEADERS = "document.querySelectorAll('.graphiql-editor-tool .CodeMirror')[1].CodeMirror"
BUTTONS = "[...document.querySelectorAll('button')]"
RUN = "document.querySelector('.graphiql-execute-button').click()"
SUBSCRIPTION = """
subscription Watch {
  waitingEventChanges(after: "%s") {
    ... on WaitingEventAdded { event { elementId } }
    ... on WaitingEventRemoved { reason }
    ... on Error { code }
  }
}
"""
LIST = "{ waitingEvents { ... on WaitingEventConnection { changesCursor } } }"


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


async def test_editor_subscribes_until_it_is_stopped(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Behind a path prefix, and with the credential in the editor's own headers."""
    server = ServerProcess(tmp_path_factory.mktemp("server"), arguments=["--root-path", "/bpmn"])
    with running(server), browser_page(tmp_path_factory.mktemp("chromium")) as page:
        async with Client.of(f"{server.address}/bpmn") as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
            query = SUBSCRIPTION % (await client.graphql(LIST))["changesCursor"]
            page.open(f"{server.address}/bpmn/graphql")
            page.wait_for(f"{EDITOR}?.operationName === 'Waiting'")
            page.evaluate(f"{EDITOR}.setValue({json.dumps(query)})")
            page.wait_for(f"{EDITOR}.operationName === 'Watch'")
            page.evaluate(RUN)
            page.wait_for(f"/UNAUTHORIZED/.test({RESULT})")

            page.evaluate(
                "[...document.querySelectorAll('button')].find((each) => each.innerText === 'Headers').click()"
            )
            headers = json.dumps(json.dumps({"Authorization": f"Bearer {token()}"}))
            page.evaluate(f"{HEADERS}.setValue({headers})")
            page.evaluate(RUN)
            await client.trigger("two-steps", "c-1", "first")
            page.wait_for(f"/second/.test({RESULT})")
            await client.trigger("two-steps", "c-1", "second")
            page.wait_for(f"/TRIGGERED/.test({RESULT})")

            finished = server.output.count("subscription Watch")
            page.evaluate(RUN)  # which stops it
            block_until(lambda: server.output.count("subscription Watch") == finished + 1)
            assert page.errors == []
