"""Process models, their instances, and the correlations that group them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bpmn_events.domain.events import CatchElement, JsonObject


class ProcessInstanceState(StrEnum):
    """RUNNING waits for something; the other three are final.

    FAILED is a run that ended with an error nothing caught.
    """

    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    TERMINATED = "TERMINATED"


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """One version of a deployed BPMN process. ``key`` is the BPMN process id; versions count from 1.

    ``catch_elements`` is everything the process can wait at, by element id. The BPMN text is kept apart: it is large
    and rarely wanted.
    """

    id: str
    key: str
    version: int
    name: str | None
    deployed_at: datetime
    deployed_by: str
    catch_elements: dict[str, CatchElement]


@dataclass(frozen=True, slots=True)
class ProcessInstance:
    """One run of a process model. A called process is an instance of its own with ``parent_id`` and its caller's root.

    ``end_reason`` says why a FAILED or TERMINATED instance ended, where there is something to say.
    """

    id: str
    root_id: str
    parent_id: str | None
    process_model_id: str
    process_model_key: str
    correlation_id: str
    state: ProcessInstanceState
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    variables: JsonObject
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Correlation:
    """The business case that groups process instances; it starts with its first one."""

    id: str
    started_at: datetime
