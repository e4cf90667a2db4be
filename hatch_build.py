"""Build hook that adds the schema and the client documents in the top folder of the source tree to a wheel.

They are not declared as ``force-include``, because an editable install would get copies, which become outdated.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "bpmn_events/client_documents"
DOCUMENTS = (
    "schema.graphql",
    "graphql/operations",
    "graphql/fragments",
    "graphql/trusted-documents.json",
    "graphql/earlier-documents.json",
)


class ClientDocuments(BuildHookInterface[Any]):
    """Build hook for the schema and the client documents."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the documents, except to an editable install, which reads them in the source tree."""
        if version != "editable":
            build_data["force_include"].update({path: f"{FOLDER}/{path}" for path in DOCUMENTS})
