"""Queries of the viewer, process models, correlations, event triggers and nodes, and the permissions of fields."""

from typing import Any

from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.models import CALLER, CHOICE, ORDER
from tests.api.gql.steps import PAGE, deploy, start, start_orders, trigger, waiting


class TestViewer:
    QUERY = "{ viewer { __typename ... on Viewer { subject permissions lanes } ... on Error { code } } }"

    async def test_the_caller(self, caller: CallerFactory) -> None:
        response = await caller("events:trigger", "events:read", lanes=("b", "a"))(self.QUERY)
        assert response.data["viewer"] == {
            "__typename": "Viewer",
            "subject": "ada",
            "permissions": ["events:read", "events:trigger"],
            "lanes": ["a", "b"],
        }

    async def test_nobody(self, nobody: GraphQLClient) -> None:
        assert (await nobody(self.QUERY)).data["viewer"] == {"__typename": "UnauthorizedError", "code": "UNAUTHORIZED"}


class TestProcessModels:
    async def test_pages_by_key_in_their_latest_version(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        await deploy(ada, CHOICE)
        await deploy(ada, ORDER.replace('name="Order"', 'name="New"'))
        query = f"""query($after: String) {{ processModels(first: 1, after: $after) {{
            ... on ProcessModelConnection {{ nodes {{ key version name }} {PAGE} totalCount }} }} }}"""
        first = (await ada(query)).data["processModels"]
        second = (await ada(query, after=first["pageInfo"]["endCursor"])).data["processModels"]
        assert first["nodes"] == [{"key": "choice", "version": 1, "name": None}]
        assert second["nodes"] == [{"key": "order", "version": 2, "name": "New"}]
        assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
        assert (second["pageInfo"]["hasPreviousPage"], second["pageInfo"]["hasNextPage"]) == (True, False)

    async def test_one_with_its_xml_and_its_waiting_events(self, ada: GraphQLClient) -> None:
        await start_orders(ada, 2)
        response = await ada(
            """{ processModel(key: "order") { ... on ProcessModel { bpmnXml
              waitingEvents(first: 2, filter: {elementIds: ["ship"]}) { nodes { elementId } totalCount } } } }"""
        )
        assert response.data["processModel"] == {
            "bpmnXml": ORDER,
            "waitingEvents": {"nodes": [{"elementId": "ship"}] * 2, "totalCount": 2},
        }

    async def test_every_typed_error(self, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory) -> None:
        query = """{ processModels { __typename }
            processModel(key: "x") { __typename ... on ProcessModelNotFoundError { processModelKey } } }"""
        assert (await nobody(query)).data == {
            "processModels": {"__typename": "UnauthorizedError"},
            "processModel": {"__typename": "UnauthorizedError"},
        }
        assert (await caller("events:read")(query)).data == {
            "processModels": {"__typename": "ForbiddenError"},
            "processModel": {"__typename": "ForbiddenError"},
        }
        assert (await ada(query)).data["processModel"] == {
            "__typename": "ProcessModelNotFoundError",
            "processModelKey": "x",
        }


class TestCorrelation:
    async def test_its_instances_and_waiting_events(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        await deploy(ada, CALLER)
        caller_instance = await start(ada, "caller", "c1")
        await trigger(ada, "caller", "c1", "wait")
        await start(ada, "order", "c2")
        response = await ada(
            f"""{{ correlation(id: "c1") {{ ... on Correlation {{ id
              processInstances(first: 1) {{
                nodes {{ id parent {{ id }} triggers {{ nodes {{ elementId }} totalCount }} }}
                {PAGE} totalCount }}
              waitingEvents {{ nodes {{ elementId processInstance {{ parent {{ id }} }} }} totalCount }} }} }} }}"""
        )
        correlation = response.data["correlation"]
        assert correlation["processInstances"]["nodes"] == [
            {
                "id": caller_instance["id"],
                "parent": None,
                "triggers": {"nodes": [{"elementId": "wait"}], "totalCount": 1},
            }
        ]
        assert (correlation["processInstances"]["totalCount"], correlation["waitingEvents"]["totalCount"]) == (2, 3)
        assert {node["processInstance"]["parent"]["id"] for node in correlation["waitingEvents"]["nodes"]} == {
            caller_instance["id"]
        }
        after = correlation["processInstances"]["pageInfo"]["endCursor"]
        query = """query($after: String) { correlation(id: "c1") { ... on Correlation {
            processInstances(after: $after) { nodes { parent { id } } pageInfo { hasPreviousPage } } } } }"""
        page = (await ada(query, after=after)).data["correlation"]["processInstances"]
        assert page == {
            "nodes": [{"parent": {"id": caller_instance["id"]}}],
            "pageInfo": {"hasPreviousPage": True},
        }

    async def test_every_typed_error(self, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory) -> None:
        query = '{ correlation(id: "x") { __typename ... on CorrelationNotFoundError { correlationId } } }'
        assert (await nobody(query)).data["correlation"] == {"__typename": "UnauthorizedError"}
        assert (await caller("events:read")(query)).data["correlation"] == {"__typename": "ForbiddenError"}
        not_found = {"__typename": "CorrelationNotFoundError", "correlationId": "x"}
        assert (await ada(query)).data["correlation"] == not_found


class TestEventTriggers:
    QUERY = f"""query($first: Int, $after: String, $model: ID, $correlation: ID, $event: ID) {{
        eventTriggers(first: $first, after: $after, processModelKey: $model, correlationId: $correlation,
            eventId: $event) {{
          __typename
          ... on EventTriggerConnection {{
            nodes {{ id elementId processInstance {{ state }} }} {PAGE} totalCount }} }} }}"""

    async def _find(self, client: GraphQLClient, **arguments: Any) -> Any:
        return (await client(self.QUERY, **arguments)).data["eventTriggers"]

    async def test_newest_first_filtered_and_in_pages(self, ada: GraphQLClient) -> None:
        await start_orders(ada, 2)
        ship = (await trigger(ada, "order", "c0", "ship"))["trigger"]
        await trigger(ada, "order", "c0", "remind")
        await trigger(ada, "order", "c1", "pay", payload={"amount": 1})
        all_triggers = await self._find(ada)
        assert [node["elementId"] for node in all_triggers["nodes"]] == ["pay", "remind", "ship"]
        assert all_triggers["totalCount"] == 3
        first = await self._find(ada, first=2)
        second = await self._find(ada, after=first["pageInfo"]["endCursor"])
        assert [*first["nodes"], *second["nodes"]] == all_triggers["nodes"]
        assert [node["elementId"] for node in (await self._find(ada, correlation="c0"))["nodes"]] == [
            "remind",
            "ship",
        ]
        assert [node["elementId"] for node in (await self._find(ada, event=ship["eventId"]))["nodes"]] == ["ship"]
        assert (await self._find(ada, model="nothing"))["nodes"] == []
        assert (await self._find(ada, model="order"))["totalCount"] == 3

    async def test_only_the_callers_lanes(self, ada: GraphQLClient, caller: CallerFactory) -> None:
        await start_orders(ada, 1)
        await trigger(ada, "order", "c0", "ship")
        await trigger(ada, "order", "c0", "remind")
        page = await self._find(caller("events:read", lanes=("Finance",)))
        assert ([node["elementId"] for node in page["nodes"]], page["totalCount"]) == (["remind"], 1)

    async def test_every_typed_error(self, nobody: GraphQLClient, caller: CallerFactory) -> None:
        assert (await self._find(nobody))["__typename"] == "UnauthorizedError"
        assert (await self._find(caller("processes:read")))["__typename"] == "ForbiddenError"


class TestNode:
    QUERY = "query($id: ID!) { node(id: $id) { __typename id } }"

    async def _ids(self, ada: GraphQLClient) -> dict[str, str]:
        model = await deploy(ada, ORDER)
        instance = await start(ada, "order", "c1")
        event = (await waiting(ada))["pay"]
        triggered = (await trigger(ada, "order", "c1", "ship"))["trigger"]
        return {
            "ProcessModel": model["id"],
            "ProcessInstance": instance["id"],
            "WaitingEvent": event,
            "EventTrigger": triggered["id"],
        }

    async def test_every_kind(self, ada: GraphQLClient) -> None:
        for kind, identifier in (await self._ids(ada)).items():
            assert (await ada(self.QUERY, id=identifier)).data["node"] == {"__typename": kind, "id": identifier}

    async def test_an_object_that_the_caller_may_not_see_is_null(
        self, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory
    ) -> None:
        ids = await self._ids(ada)
        events, processes = {"WaitingEvent", "EventTrigger"}, {"ProcessModel", "ProcessInstance"}
        for client, visible in (
            (nobody, set()),
            (caller("events:read", lanes=("Finance", "Warehouse")), events),
            (caller("events:read", lanes=("Finance",)), {"WaitingEvent"}),
            (caller("events:read", lanes=()), set()),
            (caller("processes:read", lanes=()), processes),
        ):
            found_types = {kind for kind, each in ids.items() if (await client(self.QUERY, id=each)).data["node"]}
            assert found_types == visible


class TestFieldPermissions:
    async def _denied(self, client: GraphQLClient, query: str) -> tuple[str, list[str]]:
        response = await client(query)
        return response.code, [part for part in response.error["path"] if isinstance(part, str)]

    async def test_process_data_needs_its_own_permission(self, ada: GraphQLClient, caller: CallerFactory) -> None:
        await start_orders(ada, 1)
        reader = caller("events:read")
        for path in (
            "processInstance { variables }",
            "processModel { bpmnXml }",
            "correlation { processInstances { totalCount } }",
        ):
            query = f"{{ waitingEvents(first: 1) {{ ... on WaitingEventConnection {{ nodes {{ {path} }} }} }} }}"
            code, where = await self._denied(reader, query)
            assert code == "FORBIDDEN"
            assert where[-1] in path
            assert "errors" not in (await ada(query)).body

    async def test_nested_events_need_their_own_permission(self, ada: GraphQLClient, caller: CallerFactory) -> None:
        await start_orders(ada, 1)
        reader = caller("processes:read")
        for query in (
            '{ processModel(key: "order") { ... on ProcessModel { waitingEvents { totalCount } } } }',
            '{ correlation(id: "c0") { ... on Correlation { waitingEvents { totalCount } } } }',
            """{ correlation(id: "c0") { ... on Correlation { processInstances { nodes {
                waitingEvents { totalCount } } } } } }""",
            """{ correlation(id: "c0") { ... on Correlation { processInstances { nodes {
                triggers { totalCount } } } } } }""",
        ):
            code, where = await self._denied(reader, query)
            assert (code, where[-1] in ("waitingEvents", "triggers")) == ("FORBIDDEN", True)
            assert "errors" not in (await ada(query)).body

    async def test_nested_lists_and_counts_obey_lanes(self, ada: GraphQLClient, caller: CallerFactory) -> None:
        await start_orders(ada, 1)
        await trigger(ada, "order", "c0", "ship")
        reader = caller("events:read", "processes:read", lanes=("Warehouse",))
        lists = "waitingEvents { nodes { elementId } totalCount }"
        response = await reader(
            f"""{{ processModel(key: "order") {{ ... on ProcessModel {{ {lists} }} }}
                correlation(id: "c0") {{ ... on Correlation {{ {lists} processInstances {{ nodes {{ {lists}
                  triggers {{ nodes {{ elementId }} totalCount }} }} }} }} }} }}"""
        )
        only = {"nodes": [{"elementId": "remind"}], "totalCount": 1}
        (instance,) = response.data["correlation"]["processInstances"]["nodes"]
        assert response.data["processModel"]["waitingEvents"] == only
        assert response.data["correlation"]["waitingEvents"] == only
        assert instance["waitingEvents"] == only
        assert instance["triggers"] == {"nodes": [{"elementId": "ship"}], "totalCount": 1}
