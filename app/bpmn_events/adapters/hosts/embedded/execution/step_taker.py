"""Takes the steps of a batch's executions, with the models that they turn out to need."""

from collections.abc import Callable
from time import thread_time

from bpmn_events.adapters.hosts.embedded.engine_port import LoadedModels, MissingModel, StepLimit
from bpmn_events.adapters.hosts.embedded.execution.instance_limit import Cause, InstanceLimit
from bpmn_events.adapters.hosts.embedded.execution.model_catalog import ModelCatalog
from bpmn_events.adapters.hosts.embedded.execution.step_result import PendingStep, StepResult
from bpmn_events.adapters.hosts.embedded.execution.step_runner import StepRunner
from bpmn_events.adapters.hosts.embedded.steps import Step
from bpmn_events.application.ports.transaction import Execution, Transaction
from bpmn_events.domain.errors import ProcessFailed

# A batch with so much data is written before it gets more.
_MAX_KEPT_BYTES = 16 * 1_048_576
# A state of this size has some hundred waiting events, and a step of it takes milliseconds.
_HEAVY_BYTES = 16_384

TakeStep = Callable[[LoadedModels, StepLimit], Step | None]


class StepTaker:
    """Takes steps, and checks what they store.

    ``may_take_long`` is True if steps may take long, because no other command waits for them.
    """

    def __init__(
        self,
        runner: StepRunner,
        transaction: Transaction,
        catalog: ModelCatalog,
        models: LoadedModels,
        state_format: int,
        limit: InstanceLimit,
    ) -> None:
        self.in_thread = runner.in_thread
        self.may_take_long = False
        self._runner = runner
        self._transaction = transaction
        self._catalog = catalog
        self._models = models
        self._format = state_format
        self._limit = limit
        self._kept_bytes = 0

    @property
    def has_much_data(self) -> bool:
        """True if the steps have produced so much data that further ones have to wait for the next transaction."""
        return self._kept_bytes > _MAX_KEPT_BYTES

    async def take(
        self, model_id: str, take_step: TakeStep, pending: PendingStep, before: Execution | None, cause: Cause
    ) -> StepResult | None:
        """Return the result of the step. Load the models it needs, and take it again after each.

        Args:
            model_id: The model of the root instance.
            take_step: Takes the step within a limit; returns None if there is nothing to do.
            pending: The step that is about to be taken.
            before: The execution before the step; None if the step starts it.
            cause: What the step begins with.

        Raises:
            Deferral: A model has to be compiled first, or the step takes long and must not.
            InvalidPayload: The payload would make an instance store too much.
            ProcessFailed: The process cannot go on.
        """
        is_heavy, spent = before is not None and len(before.state) > _HEAVY_BYTES, 0.0

        def work(limit: StepLimit) -> StepResult | None:
            nonlocal spent
            started = thread_time()
            try:
                step = take_step(self._models, limit)
            except MissingModel:
                spent += thread_time() - started
                raise
            if step is None:
                return None
            result = pending.to_result(step, self._models, self._format, is_heavy=limit.is_final)
            if not self._limit.is_respected(result):
                self._limit.check(result, before, cause)
            return result

        while True:
            try:
                result = await self._runner.run(
                    model_id, work, is_heavy=is_heavy, may_take_long=self.may_take_long, spent=spent
                )
            except MissingModel as missing:
                await self._load_missing(missing)
            else:
                self._kept_bytes += result.step.kept_bytes if result is not None else 0
                return result

    async def _load_missing(self, missing: MissingModel) -> None:
        if missing.model_id is not None:
            return self._catalog.load_models(self._models, {missing.model_id})
        key = missing.key or ""
        if key in self._models.latest:
            raise ProcessFailed(f"the called process {key!r} is not deployed")
        model = (await self._transaction.latest_models([key])).get(key)
        self._models.latest[key] = model.id if model else None
        if model is not None:
            self._catalog.load_models(self._models, {model.id})
        return None
