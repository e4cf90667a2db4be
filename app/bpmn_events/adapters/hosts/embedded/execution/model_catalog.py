"""Compiled process models, shared by all instances of a version."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from functools import partial
from typing import Protocol

from bpmn_events.adapters.hosts.embedded.engine_port import Engine, ExecutableModel, LoadedModels
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.response_budget import response_budget
from bpmn_events.application.ports.threads import WorkThread
from bpmn_events.domain.processes import ProcessModel

_CAPACITY = 512
# The most files that are in memory at once, each with up to 4 MiB.
_READ_AT_ONCE = 64


class ModelSource(Protocol):
    """Reads stored model versions."""

    async def models_by_id(self, ids: Collection[str]) -> dict[str, ProcessModel]: ...
    async def bpmn_xml(self, model_ids: Collection[str]) -> dict[str, str]: ...


class ModelCatalog:
    """Cache of the most recently used models: ``capacity``, or more if one command needs more.

    A version never changes, so an entry is never stale.

    A model that is not cached is compiled in a thread, because a large one takes a second. No transaction waits for
    it: the commands that need it are deferred.
    """

    def __init__(self, engine: Engine, source: ModelSource, capacity: int = _CAPACITY) -> None:
        self._engine = engine
        self._source = source
        self._room = capacity
        self._compiled: OrderedDict[str, ExecutableModel] = OrderedDict()
        self._thread = WorkThread("models")
        self._compilations: dict[str, asyncio.Task[None]] = {}

    def get(self, model_id: str) -> ExecutableModel | None:
        model = self._compiled.get(model_id)
        if model is not None:
            self._compiled.move_to_end(model_id)
        return model

    def add(self, model_id: str, model: ExecutableModel) -> None:
        self._compiled[model_id] = model
        while len(self._compiled) > self._room:
            self._compiled.popitem(last=False)

    async def fetch(self, model_id: str) -> ExecutableModel:
        """Return a stored model, and compile it first if it is not cached."""
        while (model := self.get(model_id)) is None:
            await self.compile([model_id])
        return model

    async def fetch_all(self, model_ids: Collection[str]) -> dict[str, ExecutableModel]:
        """Return those of the stored models that exist. Two statements read many of those that are not cached."""
        models = {model_id: model for model_id in model_ids if (model := self.get(model_id)) is not None}
        missing = [model_id for model_id in model_ids if model_id not in models]
        for first in range(0, len(missing), _READ_AT_ONCE):
            for row, bpmn_xml in await self._stored(missing[first : first + _READ_AT_ONCE]):
                models[row.id] = self.get(row.id) or await self._compile_text(row, bpmn_xml)
        return models

    def load_models(self, models: LoadedModels, model_ids: Collection[str]) -> None:
        """Add the models to those a step may use.

        Raises:
            Deferral: Some of the models are not cached. It waits until they are.
        """
        # All models of one command are in use at the same time.
        self._room = max(self._room, 2 * len(model_ids))
        missing = []
        for model_id in model_ids:
            model = models.by_id.get(model_id) or self.get(model_id)
            if model is None:
                missing.append(model_id)
            else:
                models.by_id[model_id] = model
        if missing:
            raise Deferral(partial(self.compile, missing))

    async def compile(self, model_ids: Collection[str]) -> None:
        """Compile stored models and add them to the cache. Each is compiled once, for all that wait for it."""
        await asyncio.gather(*(self._compilation(model_id) for model_id in model_ids))

    def _compilation(self, model_id: str) -> "asyncio.Task[None]":
        task = self._compilations.get(model_id)
        if task is None:
            task = self._compilations[model_id] = asyncio.create_task(self._compile(model_id))
            task.add_done_callback(lambda _: self._compilations.pop(model_id))
        return task

    async def _compile(self, model_id: str) -> None:
        model = (await self._source.models_by_id([model_id]))[model_id]
        await self._compile_text(model, (await self._source.bpmn_xml([model_id]))[model_id])

    async def _stored(self, model_ids: Collection[str]) -> list[tuple[ProcessModel, str]]:
        models = await self._source.models_by_id(model_ids)
        with response_budget(None):
            texts = await self._source.bpmn_xml(list(models)) if models else {}
        return [(model, texts[model.id]) for model in models.values() if model.id in texts]

    async def _compile_text(self, model: ProcessModel, bpmn_xml: str) -> ExecutableModel:
        compile_model = partial(self._engine.compile_stored, bpmn_xml, model.key, model.meaning)
        compiled = await self._thread.run(compile_model)
        self.add(model.id, compiled)
        return compiled
