"""What a wheel holds beside the sources: the schema and the documents for clients, which lie on top of the source tree.

They are not declared as ``force-include``, because an editable install would get copies of them, and those grow old.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "bpmn_events/client_documents"
DOCUMENTS = ("schema.graphql", "graphql/operations", "graphql/fragments", "graphql/trusted-documents.json")


class ClientDocuments(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the documents, unless the sources are installed where they are."""
        if version != "editable":
            build_data["force_include"].update({path: f"{FOLDER}/{path}" for path in DOCUMENTS})
