"""Process models, their instances, and the correlations that group them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bpmn_events.domain.events import CatchElement, JsonObject


class ProcessInstanceState(StrEnum):
    """The state of a process instance.

    A RUNNING instance waits for an event or a task; the other states are final. An instance is FAILED if it ended with
    an error that nothing caught.
    """

    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    TERMINATED = "TERMINATED"


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """One version of a deployed BPMN process.

    The BPMN XML is not part of it: it is large and rarely needed.

    Attributes:
        key: The BPMN process id, which all versions share.
        version: The number of the version, from 1.
        catch_elements: The elements at which instances can wait, by element id.
        meaning: The number of the rules by which the engine reads the file of this version. It never changes.
    """

    id: str
    key: str
    version: int
    name: str | None
    deployed_at: datetime
    deployed_by: str
    catch_elements: dict[str, CatchElement]
    meaning: int = 1


@dataclass(frozen=True, slots=True)
class ProcessInstance:
    """One run of a process model.

    Attributes:
        root_id: The root instance of the execution; the instance's own id if it is the root.
        parent_id: The instance that called this one through a call activity; None for a root instance.
        end_reason: The reason why a FAILED or TERMINATED instance ended, or None if none is known.
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
    """The business case that groups process instances. It starts with the first of them."""

    id: str
    started_at: datetime
