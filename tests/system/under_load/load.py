"""Mixed load on one or more servers, and the check that no acknowledged command is lost and none takes effect twice."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random

import httpx

from tests.api.rest.client import trigger_path
from tests.faults.answers import NO_RESPONSE, UNAVAILABLE, Answer, send
from tests.faults.cases import Case, CaseView, deploy_models, open_case
from tests.faults.models import COUNTERS, TASKS, WAITING, WORK, quick_timer
from tests.faults.operations import REPEATABLE, SIGNAL, START, TERMINATE, TRIGGER, Operation
from tests.support.databases.dumps import count_rows
from tests.system.client import Client

# The commands on a case; starts and terminations have correlations of their own.
_ON_CASES = tuple(operation for operation in REPEATABLE if operation is not START)
_BROADCAST = Operation(
    "broadcast", SIGNAL.field, SIGNAL.input_type, SIGNAL.success, lambda _case, _ids: {"name": "alarm"}, "alarm"
)
_EVERYBODY = Case("everybody")
_BROADCAST_EFFECT = (_EVERYBODY.id, SIGNAL.counter)
_START_CORRELATIONS = 40
_TIMER = "PT2S"
_PATIENCE_SECONDS = 120
_PAUSE_SECONDS = 0.05

_INSTANCES = """
query($after: String) { waitingEvents(first: 500, after: $after) {
  ... on WaitingEventConnection { nodes { processInstance { id } } pageInfo { hasNextPage endCursor } } } }
"""

Effect = tuple[str, str]  # a correlation and a counter


@dataclass
class Ledger:
    """What the callers know: the effects that were acknowledged, and those that may or may not have happened.

    Attributes:
        repeated: how many requests were sent again under their key, because the outcome was unknown.
        refused: how many requests the servers refused without an effect.
        unexpected: answers that no caller should get.
        last_success: the time of the latest success, by the monotonic clock.
    """

    acknowledged: Counter[Effect] = field(default_factory=Counter)
    open: Counter[Effect] = field(default_factory=Counter)
    repeated: int = 0
    refused: int = 0
    unexpected: list[Answer] = field(default_factory=list)
    last_success: float = 0.0

    def note(self, effect: Effect, answer: Answer, *, has_key: bool) -> None:
        """Enter the final answer to a request."""
        if answer.succeeded:
            self._note_success(effect, answer)
        elif answer.outcome_unknown:
            assert not has_key
            self.open[effect] += 1
        elif _is_refusal(answer):
            self.refused += 1
        else:
            self.unexpected.append(answer)

    def _note_success(self, effect: Effect, answer: Answer) -> None:
        self.last_success = time.monotonic()
        if effect == _BROADCAST_EFFECT:
            # A receiver that another command triggers between the throw and the delivery does not get the signal.
            self.open[effect] += 1
            return
        self.acknowledged[effect] += 1
        if len(answer.details.get("triggers", [effect])) != 1:
            self.unexpected.append(answer)


@dataclass
class Report:
    """The result of a check; all but the first three must be zero.

    Attributes:
        lost: acknowledged effects that are not there.
        doubled: effects that nobody asked for.
        half: cases whose stored parts disagree.
        stuck: cases whose messages or timers no longer arrive.
    """

    acknowledged: int = 0
    repeated: int = 0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    half: int = 0
    stuck: int = 0
    unexpected: int = 0

    def __iadd__(self, other: "Report") -> "Report":
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self

    @property
    def is_clean(self) -> bool:
        return self.lost == self.doubled == self.half == self.stuck == self.unexpected == 0

    def __str__(self) -> str:
        return ", ".join(f"{value:,} {name}" for name, value in vars(self).items())


class Load:
    """Callers of several servers, which send commands on a number of cases until they are stopped."""

    def __init__(self, addresses: Sequence[str], prefix: str, *, cases: int = 12, seed: int = 0) -> None:
        self.ledger = Ledger()
        self._addresses = addresses
        self._prefix = prefix
        self._case_count = cases
        self._cases: list[Case] = []
        self._random = Random(seed)
        self._keys = count()
        self._starts: set[str] = set()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    async def prepare(self, client: Client) -> None:
        """Deploy the models, whose timers are due every two seconds, and open the cases."""
        await deploy_models(client, quick_timer(WORK, _TIMER))
        self._cases = [await open_case(client, f"{self._prefix}-{number}") for number in range(self._case_count)]

    def start(self, callers: int) -> None:
        self._tasks = [asyncio.create_task(self._call()) for _ in range(callers)]

    async def stop(self) -> None:
        """Let every caller finish its request, and raise the error of one that failed."""
        self._stopping = True
        await asyncio.gather(*self._tasks)

    async def until_answered(self, count: int) -> None:
        """Wait until that many more requests have been answered."""
        goal = self._answered + count
        await self._until(lambda: self._answered >= goal)

    async def until_success_after(self, moment: float) -> float:
        """Wait for a success after the moment, and return the seconds in between."""
        await self._until(lambda: self.ledger.last_success > moment)
        return self.ledger.last_success - moment

    @property
    def _answered(self) -> int:
        return self.ledger.acknowledged.total() + self.ledger.refused + self.ledger.open.total()

    async def _until(self, is_true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_true():
            assert time.monotonic() < deadline, self.ledger
            for task in self._tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _call(self) -> None:
        clients = [Client.of(address) for address in self._addresses]
        try:
            while not self._stopping:
                await self._send_something(clients)
        finally:
            for client in clients:
                await client.http.aclose()

    async def _send_something(self, clients: list[Client]) -> None:
        choice = self._random.random()
        if choice < 0.1:
            await self._start_and_terminate(clients)
        elif choice < 0.12:
            await self._send(clients, _BROADCAST, _EVERYBODY)
        elif choice < 0.25:
            await self._trigger_over_rest(clients, self._random.choice(self._cases))
        else:
            await self._send(clients, self._random.choice(_ON_CASES), self._random.choice(self._cases))

    async def _send(self, clients: list[Client], operation: Operation, case: Case) -> Answer:
        key = self._new_key() if operation.takes_key else None
        return await self._repeat_until_known(
            lambda: send(self._random.choice(clients), operation, case, key, {}),
            (case.id, operation.counter),
            has_key=key is not None,
        )

    async def _trigger_over_rest(self, clients: list[Client], case: Case) -> None:
        key = self._new_key()
        await self._repeat_until_known(
            lambda: _trigger_over_rest(self._random.choice(clients), case, key),
            (case.id, TRIGGER.counter),
            has_key=key is not None,
        )

    async def _repeat_until_known(
        self, request: Callable[[], Awaitable[Answer]], effect: Effect, *, has_key: bool
    ) -> Answer:
        """Send a request. If its outcome is unknown and it has a key, repeat it until a server answers."""
        answer = await request()
        is_open = answer.outcome_unknown and has_key
        while is_open and (answer.outcome_unknown or _is_refusal(answer)):
            self.ledger.repeated += 1
            await asyncio.sleep(_PAUSE_SECONDS)
            answer = await request()
        self.ledger.note(effect, answer, has_key=has_key)
        if not answer.succeeded:
            await asyncio.sleep(_PAUSE_SECONDS)
        return answer

    async def _start_and_terminate(self, clients: list[Client]) -> None:
        """Start an instance in a correlation that many callers share, and terminate every second one."""
        correlation = f"{self._prefix}-start-{self._random.randrange(_START_CORRELATIONS)}"
        self._starts.add(correlation)
        answer = await self._send(clients, START, Case(correlation))
        if answer.succeeded and self._random.random() < 0.5:
            instance = answer.details["processInstance"]["id"]
            await self._send(clients, TERMINATE, Case(correlation, instance))

    def _new_key(self) -> str | None:
        return f"{self._prefix}-{next(self._keys)}" if self._random.random() < 0.7 else None

    async def check(self, client: Client, url: str) -> Report:
        """Wait until everything is delivered, and compare the cases with what the callers know.

        ``url`` is the database, in which the outbox is looked up.
        """
        ledger = self.ledger
        report = Report(ledger.acknowledged.total(), ledger.repeated, ledger.refused, unexpected=len(ledger.unexpected))
        report.stuck += await self._await_empty_outbox(url)
        for answer in ledger.unexpected[:5]:
            print("unexpected:", answer)
        # The timers of all cases fire within the same two seconds.
        earlier = [await case.view(client) for case in self._cases]
        for case, before in zip(self._cases, earlier, strict=True):
            view = await self._await_delivery(client, case, before)
            report.stuck += view is None
            view = view or await case.view(client)
            # Several statements read a view, and a timer may fire in between. What is stored wrongly stays wrong.
            report.half += _is_half(view) and _is_half(await case.view(client))
            for counter in COUNTERS:
                if counter != "rung":
                    self._compare(report, case.id, counter, view.counters[counter])
        for correlation in self._starts:
            view = await Case(correlation).view(client)
            for counter in ("instances", "terminated"):
                self._compare(report, correlation, counter, view.counters[counter])
        return report

    async def close(self, client: Client) -> None:
        """Terminate all instances, so that their timers do not disturb the next round."""
        instances = {event["processInstance"]["id"] for event in await client.list_all(_INSTANCES)}
        for instance in instances:
            await send(client, TERMINATE, Case("", instance), ids={})

    def _compare(self, report: Report, case: str, counter: str, value: int) -> None:
        effect = (case, counter)
        least = self.ledger.acknowledged[effect]
        most = least + self.ledger.open[effect]
        if counter == SIGNAL.counter:
            most += self.ledger.open[_BROADCAST_EFFECT]
        report.lost += max(least - value, 0)
        report.doubled += max(value - most, 0)
        if not least <= value <= most:
            print(f"{case}: {counter} is {value}, expected {least} to {most}")

    async def _await_empty_outbox(self, url: str) -> int:
        """Wait until no thrown event is left. Return the number of those that stay."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            left = await count_rows(url, "thrown_events")
            if left == 0 or time.monotonic() > deadline:
                return left
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _await_delivery(self, client: Client, case: Case, before: CaseView) -> CaseView | None:
        """Wait until all messages have arrived and the timer has fired again. Return None if that does not happen."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            view = await case.view(client)
            if view.counters["noted"] == view.counters["going"] and view.counters["rung"] > before.counters["rung"]:
                return view
            await asyncio.sleep(_PAUSE_SECONDS)
        print(f"{case.id} is stuck: {view}")
        return None


def _is_refusal(answer: Answer) -> bool:
    """Return whether the server asks to try again later, and has changed nothing for this request."""
    return not answer.outcome_unknown and (
        answer.code == UNAVAILABLE or (answer.code == "CONFLICT" and answer.details.get("retryable", False))
    )


def _is_half(view: CaseView) -> bool:
    """Return whether the stored parts of a case disagree: variables, waiting events, tasks and history."""
    counted = {element: view.counters[name] for name, element in COUNTERS.items() if element is not None}
    triggered = {element: view.triggers[element] for element in counted}
    is_half = (
        (view.waiting, view.tasks) != (WAITING, TASKS)
        or counted != triggered
        or view.counters["noted"] != view.triggers["note"]
        or len(set(view.event_ids)) != len(view.event_ids)
    )
    if is_half:
        print("half:", view.counters, view.triggers, view.waiting, view.tasks)
    return is_half


async def _trigger_over_rest(client: Client, case: Case, key: str | None) -> Answer:
    headers = {} if key is None else {"Idempotency-Key": key}
    path = trigger_path("work", case.id, "again")
    try:
        response = await client.http.post(path, headers=headers)
    except httpx.TransportError as error:
        return Answer(NO_RESPONSE, False, True, repr(error))
    if response.status_code == 200:
        return Answer(None, response.json().get("replayed", False), False, response.json())
    problem = response.json()
    code = UNAVAILABLE if response.status_code == 503 else f"{response.status_code}"
    return Answer(problem.get("code", code), False, problem.get("outcomeUnknown", False), problem)
