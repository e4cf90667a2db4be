"""The whole HTTP application: GraphQL, the plain HTTP API, health, and one way to answer errors."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from app.application.services import Services
from app.domain.errors import DomainError
from app.web import graphiql, index
from app.web.health import Health, Liveness
from app.web.problems import MaskUnexpected, on_http_exception, on_refusal
from app.web.rest import RestApi
from app.web.rest_by_name import RestByName
from app.web.rest_tasks import RestTasks
from app.web.routing import ApplicationRoute

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class WebOptions:
    """What the plain HTTP API lets pass, and whether browsers get an editor."""

    max_body_bytes: int = 1_048_576
    graphiql: bool = True


def build_app(
    services: Services, options: WebOptions, graphql_app: ASGIApp, liveness: Liveness, lifespan: Lifespan | None = None
) -> Starlette:
    """The routes, each error answered in one way. ``graphql_app`` gets every request and WebSocket at ``/graphql``."""
    handlers: dict[Any, Any] = {DomainError: on_refusal, HTTPException: on_http_exception}
    application = Starlette(
        routes=[
            ApplicationRoute("/graphql", graphql_app),
            *RestApi(services, options.max_body_bytes).routes(),
            *RestByName(services, options.max_body_bytes).routes(),
            *RestTasks(services, options.max_body_bytes).routes(),
            *Health(services.reads, liveness).routes(),
            *index.routes(),
            *(graphiql.routes() if options.graphiql else ()),
        ],
        middleware=[Middleware(MaskUnexpected)],
        exception_handlers=handlers,
        lifespan=lifespan,
    )
    application.router.redirect_slashes = False
    application.state.services = services
    return application
