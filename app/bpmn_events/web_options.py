"""The parts of the web layer that the settings describe: the options of HTTP, and the GraphQL endpoint."""

from bpmn_events.application.services import Services
from bpmn_events.config import InvalidSettings, Settings
from bpmn_events.settings.prefix import PREFIX
from bpmn_events.web.asgi import WebOptions
from bpmn_events.web.gql.endpoint.endpoint import COMPILE_AT_EXECUTION, GraphQLEndpoint
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preparation import DocumentOptions
from bpmn_events.web.gql.execution.trusted import BadTrustedDocuments, TrustedDocuments, read_documents
from bpmn_events.web.gql.websocket.limits import SocketLimits
from bpmn_events.web.http.protocol.limits import HttpLimits
from bpmn_events.web.rest.bulk.limits import BulkLimits
from bpmn_events.web.streams.limits import StreamLimits
from bpmn_events.web.streams.pulse import Pulse


def web_options(settings: Settings) -> WebOptions:
    """Return the options of the HTTP application."""
    return WebOptions(
        max_body_bytes=settings.max_body_bytes,
        max_response_bytes=settings.max_response_bytes,
        graphiql=settings.graphiql,
        root_path=settings.root_path or "",
        http=HttpLimits(
            max_connections=settings.max_connections,
            keep_alive_seconds=settings.keep_alive_seconds,
            request_head_seconds=settings.request_head_seconds,
            request_body_seconds=settings.request_body_seconds,
            write_seconds=settings.write_seconds,
        ),
        cors_origins=settings.cors_origins,
        trusted_proxies=settings.trusted_proxies,
        streams=StreamLimits(
            max_buffered_bytes=settings.max_stream_bytes,
            max_total_bytes=settings.max_streams_total_bytes,
            stalled_seconds=settings.stalled_seconds,
            heartbeat_seconds=settings.heartbeat_seconds,
        ),
        bulk=BulkLimits(
            max_bodies=settings.max_bulk_bodies,
            max_bodies_of_caller=settings.max_bulk_bodies_per_caller,
            max_lines=settings.max_bulk_lines,
            max_line_bytes=settings.max_body_bytes,
            idle_seconds=settings.bulk_idle_seconds,
            max_spooled_bytes=settings.max_bulk_spool_bytes,
        ),
    )


def build_graphql(settings: Settings, services: Services, pulse: Pulse | None = None) -> GraphQLEndpoint:
    """Build the GraphQL endpoint. ``pulse`` is that of all streams of the process.

    Raises:
        InvalidSettings: The trusted documents cannot be used.
    """
    file = settings.graphql_trusted_documents
    try:
        return GraphQLEndpoint(
            services,
            limits=graphql_limits(settings),
            max_body_bytes=settings.max_body_bytes,
            graphiql=settings.graphiql,
            compile_at_execution=COMPILE_AT_EXECUTION if settings.graphql_compiled else None,
            options=document_options(settings),
            trusted=TrustedDocuments(read_documents(file) if file else None, only=settings.graphql_only_trusted),
            pulse=pulse,
            sockets=SocketLimits(
                max_operations=settings.max_operations_per_connection,
                init_seconds=settings.connection_init_seconds,
                origins=settings.cors_origins,
            ),
        )
    except BadTrustedDocuments as error:
        raise InvalidSettings(f"{PREFIX}GRAPHQL_TRUSTED_DOCUMENTS: {error}") from None


def document_options(settings: Settings) -> DocumentOptions:
    """Return what the settings let GraphQL clients learn about the schema."""
    return DocumentOptions(introspection=settings.graphql_introspection, suggestions=settings.graphql_suggestions)


def graphql_limits(settings: Settings) -> GraphQLLimits:
    """Return the limits of GraphQL documents in the settings."""
    return GraphQLLimits(
        max_depth=settings.graphql_max_depth,
        max_aliases=settings.graphql_max_aliases,
        max_fields=settings.graphql_max_fields,
        max_cost=settings.graphql_max_cost,
        max_tokens=settings.graphql_max_tokens,
        max_characters=settings.graphql_max_characters,
        max_response_bytes=settings.max_response_bytes,
    )
