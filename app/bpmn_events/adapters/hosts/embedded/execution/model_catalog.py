"""Compiled process models, shared by all instances of a version."""

from collections import OrderedDict
from collections.abc import Collection

from bpmn_events.adapters.hosts.embedded.engine_port import Engine, ExecutableModel, LoadedModels
from bpmn_events.application.ports.transaction import Transaction

_CAPACITY = 512


class ModelCatalog:
    """Cache of the most recently used models. A version never changes, so an entry is never stale."""

    def __init__(self, engine: Engine, capacity: int = _CAPACITY) -> None:
        self._engine = engine
        self._capacity = capacity
        self._compiled: OrderedDict[str, ExecutableModel] = OrderedDict()

    def get(self, model_id: str) -> ExecutableModel | None:
        model = self._compiled.get(model_id)
        if model is not None:
            self._compiled.move_to_end(model_id)
        return model

    def add(self, model_id: str, model: ExecutableModel) -> None:
        self._compiled[model_id] = model
        while len(self._compiled) > self._capacity:
            self._compiled.popitem(last=False)

    async def load_models(self, models: LoadedModels, model_ids: Collection[str], transaction: Transaction) -> None:
        """Add the models to those a step may use. Models that are not cached are read and compiled."""
        missing = []
        for model_id in model_ids:
            model = models.by_id.get(model_id) or self.get(model_id)
            if model is None:
                missing.append(model_id)
            else:
                models.by_id[model_id] = model
        if missing:
            await self._compile(models, missing, transaction)

    async def _compile(self, models: LoadedModels, model_ids: list[str], transaction: Transaction) -> None:
        stored_models = await transaction.models(model_ids)
        bpmn_xml = await transaction.bpmn_xml(model_ids)
        for model_id in model_ids:
            key = stored_models[model_id].key
            model = self._engine.compile_stored(bpmn_xml[model_id], key)
            self.add(model_id, model)
            models.by_id[model_id] = model
