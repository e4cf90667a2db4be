"""The product, but Strawberry's own handler serves the subscriptions over the same schema."""

from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.asgi import GraphQL

from bpmn_events.bootstrap import build_asgi
from bpmn_events.config import load_settings
from bpmn_events.domain.principal import ALL_LANES, Permission, Principal
from bpmn_events.web.gql.context import Context
from bpmn_events.web.gql.schema.schema import build_schema

_PRINCIPAL = Principal("bench", frozenset(Permission), frozenset({ALL_LANES}))


def app() -> ASGIApp:
    """Return the application with the settings of the environment."""
    product = build_asgi(load_settings())

    class Subscriptions(GraphQL[Any, Any]):
        async def get_context(self, request: object, response: object) -> Context:
            return Context(product.state.services, _PRINCIPAL)

    subscriptions = Subscriptions(build_schema(), subscription_protocols=["graphql-transport-ws"])

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await (subscriptions if scope["type"] == "websocket" else product)(scope, receive, send)

    return serve
