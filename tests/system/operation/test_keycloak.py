"""Keycloak, configured as docs/authentication.md says, issues tokens that a server accepts."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest

from benchmarks.servers import free_port
from tests.api.rest.client import trigger_path
from tests.support.identity.keycloak import Keycloak, keycloak
from tests.support.polling import wait_until
from tests.support.server import PROGRAM, ServerProcess, running
from tests.support.sources import ROOT
from tests.system.operation.test_tokens import get

PAGE = ROOT / "docs" / "authentication.md"
TWO_LANES = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
  <process id="two-lanes" isExecutable="true">
    <laneSet id="lanes">
      <lane id="l1" name="Sales"><flowNodeRef>sell</flowNodeRef></lane>
      <lane id="l2" name="Finance"><flowNodeRef>pay</flowNodeRef></lane>
    </laneSet>
    <startEvent id="begin"/>
    <parallelGateway id="fork"/>
    <sequenceFlow id="f0" sourceRef="begin" targetRef="fork"/>
    <sequenceFlow id="f1" sourceRef="fork" targetRef="sell"/>
    <sequenceFlow id="f2" sourceRef="fork" targetRef="pay"/>
    <intermediateCatchEvent id="sell"><signalEventDefinition id="d1" signalRef="S"/></intermediateCatchEvent>
    <intermediateCatchEvent id="pay"><signalEventDefinition id="d2" signalRef="S"/></intermediateCatchEvent>
  </process>
  <signal id="S" name="go"/>
</definitions>
"""
# A person with the password grant, which a dashboard has no use for but a test.
ADD_PERSON = """
DASHBOARD=$(kcadm.sh create clients -r "$REALM" -i -s clientId=dashboard -s publicClient=true \
  -s standardFlowEnabled=false -s directAccessGrantsEnabled=true)
kcadm.sh update "clients/$DASHBOARD/default-client-scopes/$SCOPE" -r "$REALM"
ADA=$(kcadm.sh create users -r "$REALM" -i -s username=ada -s enabled=true -s email=ada@example.com \
  -s firstName=Ada -s lastName=Lovelace)
kcadm.sh set-password -r "$REALM" --username ada --new-password secret
kcadm.sh add-roles -r "$REALM" --uusername ada --cclientid bpmn-events --rolename events:read
kcadm.sh update "users/$ADA/groups/$FINANCE" -r "$REALM"
echo "SECRET=$SECRET"
"""
ADD_KEY = """
kcadm.sh create components -r "$REALM" -i -s name=new-key -s providerId=rsa-generated \
  -s providerType=org.keycloak.keys.KeyProvider -s 'config.priority=["200"]'
"""
DISABLE_OLD_KEY = """
OLD=$(kcadm.sh get components -r "$REALM" -q name=rsa-generated --fields id --format csv --noquotes)
kcadm.sh update "components/$OLD" -r "$REALM" -s 'config.enabled=["false"]' -s 'config.active=["false"]'
"""


def recipe(language: str) -> list[str]:
    """Return the blocks in this language of the section about Keycloak."""
    section = PAGE.read_text("utf-8").partition("### Keycloak\n")[2].partition("\n### ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    with keycloak(tmp_path_factory.mktemp("keycloak"), free_port()) as running_keycloak:
        yield running_keycloak


def serve(folder: Path, provider: Keycloak) -> ServerProcess:
    """Return a server with the settings of the recipe, at the address of this Keycloak."""
    folder.mkdir(exist_ok=True)
    (lines,) = recipe("ini")
    at_test = lines.replace("https://id.example.com/realms/acme", provider.issuer)
    variables = dict(line.split("=", 1) for line in at_test.splitlines())
    variables["BPMN_EVENTS_JWT_ALLOW_INSECURE"] = "true"
    return ServerProcess(folder, settings={"JWT_SECRET": ""}, variables=variables)


async def list_elements(server: ServerProcess, token: str) -> set[str]:
    """Return the elements of the waiting events that the caller sees."""
    async with httpx.AsyncClient(base_url=server.address, headers={"Authorization": f"Bearer {token}"}) as client:
        response = await client.get("/process_models/two-lanes/events")
        assert response.status_code == httpx.codes.OK, response.text
        return {event["id"] for event in response.json()["events"]}


async def test_the_recipe(provider: Keycloak, tmp_path: Path) -> None:
    *commands, get_token = recipe("bash")
    secret = provider.run("\n".join([*commands, ADD_PERSON])).rpartition("SECRET=")[2].strip()
    program = {"grant_type": "client_credentials", "client_id": "order-worker", "client_secret": secret}
    person = {"grant_type": "password", "client_id": "dashboard", "username": "ada", "password": "secret"}

    with running(serve(tmp_path / "first", provider)) as server:
        deploy(server)
        (printed,) = re.findall(r'"access_token":"([^"]+)"', provider.run(get_token, SECRET=secret))
        assert await list_elements(server, printed) == {"sell"}
        assert await list_elements(server, provider.token(**person)) == {"pay"}

        worker = {"Authorization": f"Bearer {printed}"}
        async with httpx.AsyncClient(base_url=server.address, headers=worker) as client:
            assert (await client.post(trigger_path("two-lanes", "case-1", "pay"))).status_code == 404
            response = await client.post(trigger_path("two-lanes", "case-1", "sell"))
            assert response.json()["trigger"]["triggeredBy"] == "service-account-order-worker"
        async with httpx.AsyncClient(base_url=server.address) as client:
            reader = {"Authorization": f"Bearer {provider.token(**person)}"}
            response = await client.post(trigger_path("two-lanes", "case-1", "pay"), headers=reader)
            assert (response.status_code, response.json()["requiredPermission"]) == (403, "events:trigger")

        # A new key signs. The old one still verifies, until it is disabled.
        old = provider.token(**program)
        provider.run(ADD_KEY)
        new = provider.token(**program)
        assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]

        async def accepts_new_key() -> bool:
            return (await get(server, new)).status_code == httpx.codes.OK

        await wait_until(accepts_new_key)
        assert (await get(server, old)).status_code == httpx.codes.OK
        provider.run(DISABLE_OLD_KEY)
        with running(serve(tmp_path / "second", provider)) as second:
            assert (await get(second, old)).status_code == 401
            assert (await get(second, new)).status_code == 200

        # Keycloak is down: known keys are used, but a server that starts now knows none.
        unused = provider.token(**program)
        provider.stop()
        assert (await get(server, unused)).status_code == 200
        with running(serve(tmp_path / "third", provider)) as third:
            assert (await get(third, unused)).status_code == 503
            provider.start()

            async def accepts_again() -> bool:
                return (await get(third, unused)).status_code == httpx.codes.OK

            await wait_until(accepts_again)


def deploy(server: ServerProcess) -> None:
    """Start an instance that waits in both lanes, with the command line, which needs no token."""
    (server.folder / "two-lanes.bpmn").write_text(TWO_LANES)
    for command in (("deploy", "two-lanes.bpmn"), ("start", "two-lanes", "--correlation", "case-1")):
        subprocess.run([PROGRAM, *command], cwd=server.folder, env=server.environment, check=True, capture_output=True)
