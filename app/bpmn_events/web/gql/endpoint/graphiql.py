"""The GraphiQL editor, which browsers get at ``/graphql``: a page and its files, all from this server.

``static/graphiql/vendor`` holds the published packages of GraphiQL and React; ``make graphiql`` copies them there.
"""

from os import PathLike, stat_result
from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_STATIC = Path(__file__).parents[2] / "static"
_PAGE_HEADERS = {
    # Everything comes from this server, and scripts only from files. GraphiQL sets inline styles, hence unsafe-inline.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}


def page(*, only_trusted: bool = False) -> Response:
    """Return the editor, or a page that explains its absence if the server executes only trusted documents."""
    name = "only-trusted.html" if only_trusted else "graphiql.html"
    return HTMLResponse((_STATIC / name).read_text("utf-8"), headers=_PAGE_HEADERS)


def routes() -> list[BaseRoute]:
    """Return the routes of the page's files, which it requests by relative addresses."""
    return [Mount("/graphiql", _Files(directory=_STATIC / "graphiql"))]


class _Files(StaticFiles):
    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return the file with headers that make browsers revalidate it: it changes with the server's version."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update({"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})
        return response
