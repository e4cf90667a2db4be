"""The cache of documents. Clients repeat the same few, so the most recently used are kept."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar

from graphql import GraphQLError, GraphQLSchema

from bpmn_events.compiler import ErrorOptions, Plan, compile_operation
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.execution.costs import operation_cost
from bpmn_events.web.gql.execution.large_variables import large_variables_error
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preflight import preflight_errors
from bpmn_events.web.gql.execution.preparation import (
    DEFAULT_OPTIONS,
    LARGE_RESPONSE,
    Document,
    DocumentOptions,
    DocumentPreparer,
    InvalidDocument,
    Operation,
    validation_error,
)
from bpmn_events.web.gql.execution.workers import DocumentWorkers

T = TypeVar("T")

# The document, or the errors of the text.
_Prepared: TypeAlias = Document | list[GraphQLError]


class Documents:
    """A cache of documents, shared by all requests and bounded by their total size."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: GraphQLLimits,
        compile_at_execution: int | None = None,
        options: DocumentOptions = DEFAULT_OPTIONS,
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._errors = ErrorOptions(limits.max_errors - 1, hide_suggestions=not options.suggestions)
        self._compile_at_execution = compile_at_execution
        self._max_size = limits.cached_characters // 8  # a larger document would evict most of the others
        self._preparer = DocumentPreparer(schema, limits, options)
        self._workers = DocumentWorkers()
        self._preparations: dict[str, asyncio.Task[_Prepared]] = {}
        self._cache: OrderedDict[str, Document] = OrderedDict()
        self._cached_characters = 0

    def find(self, text: str) -> Document | None:
        """Return the document of the text if it is cached."""
        document = self._cache.get(text)
        if document is not None:
            self._cache.move_to_end(text)
        return document

    async def load(self, text: str) -> Document:
        """Return the document of a text that is not cached, once it is prepared in a thread.

        Raises:
            InvalidDocument: The text has syntax errors, is invalid for the schema, or exceeds a limit.
        """
        task = self._preparations.get(text)
        if task is None:
            task = self._preparations[text] = asyncio.create_task(self._prepare(text))
            task.add_done_callback(lambda _: self._preparations.pop(text))
        prepared = await asyncio.shield(task)
        if isinstance(prepared, Document):
            return prepared
        raise InvalidDocument(prepared)

    def get(self, text: str) -> Document:
        """Return the document of the text, and prepare it at once if need be. Blocks, so call it at startup only.

        Raises:
            InvalidDocument: As ``load``.
        """
        document = self.find(text)
        if document is None:
            document = self._preparer.prepare(text)
            self._store(document)
        return document

    def check_large_variables(self, operation: Operation, variables: Mapping[str, Any]) -> None:
        """Raise GraphQLError if a variable has more values than a request may pass."""
        error = large_variables_error(self._schema, operation.node, variables, self._limits)
        if error is not None:
            raise error

    def check_cost(self, document: Document, operation: Operation, variables: Mapping[str, Any]) -> None:
        """Raise GraphQLError if the response, with these variables, could have more values than ``max_cost``."""
        if operation.max_cost <= self._limits.max_cost:
            return
        cost = operation_cost(self._schema, operation.node, document.fragments, variables)
        if cost > self._limits.max_cost:
            raise validation_error(
                f"The answer may hold {cost} values; at most {self._limits.max_cost} are accepted. "
                "Ask for smaller pages, or for less in each."
            )

    def preflight_errors(
        self, document: Document, operation: Operation, variables: Mapping[str, Any], principal: Principal | None
    ) -> Sequence[GraphQLError]:
        """Return the GraphQL errors that the response of a mutation would have, or an empty sequence.

        Without an authenticated caller it is empty: the mutation changes nothing and returns a typed error.
        """
        if principal is None or operation.preflight.allows(principal):
            return ()
        return preflight_errors(self._schema, operation.node, document.fragments, variables, principal)

    def plan(self, document: Document, operation: Operation) -> Plan | None:
        """Return the compiled operation, or None before its ``compile_at_execution``-th execution.

        Compiling pays off only for operations that clients repeat, or with a large response.
        """
        operation.uses += 1
        if operation.uses == self._compile_at_execution and operation.plan is None:
            self._evict(document)  # its size is about to change
            operation.plan = self._compile(document, operation)
            if document.size > self._max_size:
                operation.plan = None
            self._store(document)
        return operation.plan

    async def run_in_thread(self, document: Document, function: Callable[[], T]) -> T:
        """Return the result of a function that executes the document without reading anything."""
        return await self._workers.run(len(document.text), function)

    def _compile(self, document: Document, operation: Operation) -> Plan | None:
        name = operation.node.name
        return compile_operation(self._schema, document.node, name.value if name else None, self._errors)

    def _store(self, document: Document) -> None:
        if document.size > self._max_size:
            return
        self._cache[document.text] = document
        self._cached_characters += document.size
        while self._cached_characters > self._limits.cached_characters:
            self._evict(next(iter(self._cache.values())))

    def _evict(self, document: Document) -> None:
        if self._cache.pop(document.text, None) is not None:
            self._cached_characters -= document.size

    async def _prepare(self, text: str) -> _Prepared:
        try:
            document = await self._workers.run(len(text), partial(self._prepare_in_thread, text))
        except InvalidDocument as invalid:
            return invalid.errors
        self._store(document)
        return document

    def _prepare_in_thread(self, text: str) -> Document:
        """Return the document. Compile an operation with a large response, even if its plan is too large to be cached.

        graphql-core would take ten times as long to execute it, in one piece.
        """
        document = self._preparer.prepare(text)
        if self._compile_at_execution is not None and len(document.operations) == 1:
            (operation,) = document.operations.values()
            if operation.max_cost > LARGE_RESPONSE:
                operation.plan = self._compile(document, operation)
        return document
