"""The GraphiQL editor, which browsers get at ``/graphql``: a page and its files, all from this server.

``static/graphiql/vendor`` holds the published packages of GraphiQL and React; ``make graphiql`` copies them there.
"""

from os import PathLike, stat_result
from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bpmn_events.web.http.pages import FILE_HEADERS, PAGE_HEADERS

_STATIC = Path(__file__).parents[2] / "static"


def page(*, only_trusted: bool = False) -> Response:
    """Return the editor, or a page that explains its absence if the server executes only trusted documents."""
    name = "only-trusted.html" if only_trusted else "graphiql.html"
    return HTMLResponse((_STATIC / name).read_text("utf-8"), headers=PAGE_HEADERS)


def routes() -> list[BaseRoute]:
    """Return the routes of the page's files, which it requests by relative addresses."""
    return [Mount("/graphiql", _Files(directory=_STATIC / "graphiql"))]


class _Files(StaticFiles):
    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return the file with the headers of files, or 304 if the browser has it."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(FILE_HEADERS)
        return response
