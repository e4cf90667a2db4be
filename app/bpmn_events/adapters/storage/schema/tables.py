"""The tables. Instants are microseconds since 1970 (UTC), JSON values are text, and ids are time-ordered.

Every index for a list ends in the sort columns of the list, so that a page is one index range.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    text,
)

# The due time of a waiting event that has none. Unlike NULL it sorts last on both databases, so one index is enough.
NEVER = 2**63 - 1

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
    }
)


def _text() -> Text:
    """Return a text type in byte order, as on SQLite and in Python, for any locale of a PostgreSQL database."""
    return Text().with_variant(Text(collation="C"), "postgresql")


process_models = Table(
    "process_models",
    metadata,
    Column("id", _text(), primary_key=True),
    Column("key", _text(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", _text()),
    Column("deployed_at", BigInteger, nullable=False),
    Column("deployed_by", _text(), nullable=False),
    Column("catch_elements", _text(), nullable=False),
    Column("bpmn_xml", _text(), nullable=False),
    # The rules by which the engine reads the file (``model.meaning`` of the embedded host).
    Column("meaning", Integer, nullable=False, server_default=text("1")),
    UniqueConstraint("key", "version"),
)

# The values that all waiting events of an element share. The table is small: a list that is filtered by such a value is
# read element by element, so one index on the waiting events serves all these filters.
catch_elements = Table(
    "catch_elements",
    metadata,
    Column("process_model_id", _text(), ForeignKey("process_models.id"), primary_key=True),
    Column("element_id", _text(), primary_key=True),
    Column("process_model_key", _text(), nullable=False),
    Column("event_type", _text(), nullable=False),
    Column("event_name", _text()),
    Column("lane", _text()),
    # The searched text, case-folded by the program: neither database folds more than ASCII reliably.
    Column("search_text", _text(), nullable=False),
    sqlite_with_rowid=False,
)
for _name in ("element_id", "process_model_key", "event_type", "event_name", "lane"):
    Index(f"catch_elements_by_{_name}", catch_elements.c[_name])

correlations = Table(
    "correlations",
    metadata,
    Column("id", _text(), primary_key=True),
    Column("started_at", BigInteger, nullable=False),
    # As in ``catch_elements``.
    Column("search_text", _text(), nullable=False),
    sqlite_with_rowid=False,
)

process_instances = Table(
    "process_instances",
    metadata,
    Column("id", _text(), primary_key=True),
    Column("root_id", _text(), nullable=False),
    Column("parent_id", _text()),
    Column("process_model_id", _text(), ForeignKey("process_models.id"), nullable=False),
    Column("process_model_key", _text(), nullable=False),
    Column("correlation_id", _text(), ForeignKey("correlations.id"), nullable=False),
    Column("state", _text(), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("started_by", _text(), nullable=False),
    Column("ended_at", BigInteger),
    Column("variables", _text(), nullable=False),
    Column("end_reason", _text()),
    Column("engine_format", Integer),
    Column("engine_state", LargeBinary),
)
Index("process_instances_by_correlation", process_instances.c.correlation_id, process_instances.c.id)
# A root instance is looked up by its id, so only called instances need this index.
Index(
    "process_instances_by_root",
    process_instances.c.root_id,
    sqlite_where=text("parent_id IS NOT NULL"),
    postgresql_where=text("parent_id IS NOT NULL"),
)
# The executions that have ended, in the order in which they did.
HAS_ENDED_AS_ROOT = process_instances.c.parent_id.is_(None) & process_instances.c.ended_at.is_not(None)
Index(
    "process_instances_by_ended_at",
    process_instances.c.ended_at,
    process_instances.c.id,
    sqlite_where=HAS_ENDED_AS_ROOT,
    postgresql_where=HAS_ENDED_AS_ROOT,
)
Index("process_instances_by_process_model_id", process_instances.c.process_model_id)

waiting_events = Table(
    "waiting_events",
    metadata,
    Column("id", _text(), primary_key=True),
    Column("element_id", _text(), nullable=False),
    Column("element_type", _text(), nullable=False),
    Column("event_type", _text(), nullable=False),
    Column("name", _text()),
    Column("event_name", _text()),
    Column("lane", _text()),
    Column("interrupting", Boolean, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("waiting_since", BigInteger, nullable=False),
    Column("process_model_id", _text(), nullable=False),
    Column("process_model_key", _text(), nullable=False),
    Column("process_instance_id", _text(), ForeignKey("process_instances.id"), nullable=False),
    Column("root_instance_id", _text(), nullable=False),
    Column("correlation_id", _text(), nullable=False),
    Column("correlation_keys", _text()),
    # The position of the transaction that added the row (see ``positions``).
    Column("position", BigInteger, nullable=False),
    # The retry of a timer that has failed. The row of a new event does not mention these columns.
    Column("attempts", Integer),
    Column("retry_at", BigInteger),
    Column("failed_at", BigInteger),
    Column("failure", _text()),
    ForeignKeyConstraint(
        ["process_model_id", "element_id"], ["catch_elements.process_model_id", "catch_elements.element_id"]
    ),
    sqlite_with_rowid=False,
)

# The filter columns of waiting events that have an index. Each index adds to the cost of every trigger, so all other
# columns are filtered with ``catch_elements``.
WAITING_EVENT_INDEXES: tuple[tuple[str, ...], ...] = (
    ("process_instance_id",),
    ("correlation_id",),
    ("process_model_id", "element_id"),
    ("process_model_key",),
    ("event_name",),
    ("lane",),
)
WAITING_EVENTS_BY_AGE = "waiting_events_by_age"
WAITING_EVENTS_BY_DUE_AT = "waiting_events_by_due_at"


def waiting_event_index(columns: tuple[str, ...]) -> str:
    """Return the name of the index on these columns of the waiting events."""
    return "waiting_events_by_" + "_and_".join(columns)


for _columns in WAITING_EVENT_INDEXES:
    Index(
        waiting_event_index(_columns),
        *(waiting_events.c[name] for name in _columns),
        waiting_events.c.waiting_since,
        waiting_events.c.id,
    )
Index(WAITING_EVENTS_BY_AGE, waiting_events.c.waiting_since, waiting_events.c.id)
Index(WAITING_EVENTS_BY_DUE_AT, waiting_events.c.due_at, waiting_events.c.id)
# The timers that have not failed, in the order in which they are due, and those that have, in the order of their
# retries. Both conditions have to occur in a query as they are here.
IS_FIRST_DUE = (waiting_events.c.due_at < literal_column(str(NEVER))) & waiting_events.c.retry_at.is_(None)
IS_RETRIED = waiting_events.c.retry_at.is_not(None)
Index(
    "waiting_events_by_first_due_at",
    waiting_events.c.due_at,
    waiting_events.c.id,
    sqlite_where=IS_FIRST_DUE,
    postgresql_where=IS_FIRST_DUE,
)
Index(
    "waiting_events_by_retry_at",
    waiting_events.c.retry_at,
    waiting_events.c.id,
    waiting_events.c.lane,
    sqlite_where=IS_RETRIED,
    postgresql_where=IS_RETRIED,
)

event_triggers = Table(
    "event_triggers",
    metadata,
    Column("id", _text(), primary_key=True),
    Column("event_id", _text(), nullable=False),
    Column("element_id", _text(), nullable=False),
    Column("event_type", _text(), nullable=False),
    Column("event_name", _text()),
    Column("lane", _text()),
    Column("source", _text(), nullable=False),
    Column("payload", _text()),
    Column("triggered_at", BigInteger, nullable=False),
    Column("triggered_by", _text(), nullable=False),
    Column("idempotency_key", _text()),
    Column("process_model_id", _text(), nullable=False),
    Column("process_model_key", _text(), nullable=False),
    Column("process_instance_id", _text(), ForeignKey("process_instances.id"), nullable=False),
    Column("correlation_id", _text(), nullable=False),
    # A second guard against triggering an event twice; the first is that its row in waiting_events is deleted.
    UniqueConstraint("event_id"),
)
Index("event_triggers_by_process_model_key", event_triggers.c.process_model_key, event_triggers.c.id)
Index("event_triggers_by_process_instance_id", event_triggers.c.process_instance_id, event_triggers.c.id)
Index("event_triggers_by_correlation_id", event_triggers.c.correlation_id, event_triggers.c.id)
Index("event_triggers_by_lane", event_triggers.c.lane, event_triggers.c.id)
Index(
    "event_triggers_by_place",
    event_triggers.c.correlation_id,
    event_triggers.c.element_id,
    event_triggers.c.process_model_key,
    event_triggers.c.id,
)

cancelled_events = Table(
    "cancelled_events",
    metadata,
    Column("id", _text(), primary_key=True),
    Column("process_model_key", _text(), nullable=False),
    Column("correlation_id", _text(), nullable=False),
    Column("process_instance_id", _text(), nullable=False),
    Column("element_id", _text(), nullable=False),
    Column("lane", _text()),
    Column("cancelled_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "cancelled_events_by_place",
    cancelled_events.c.correlation_id,
    cancelled_events.c.element_id,
    cancelled_events.c.process_model_key,
    cancelled_events.c.cancelled_at,
    cancelled_events.c.id,
)

idempotency_records = Table(
    "idempotency_records",
    metadata,
    Column("subject", _text(), nullable=False),
    Column("operation", _text(), nullable=False),
    Column("key", _text(), nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    # The operation comes last: a key is looked up for all operations of its caller.
    PrimaryKeyConstraint("subject", "key", "operation"),
)
Index("idempotency_records_by_age", idempotency_records.c.created_at)

# An index of the waiting events by correlation key, in which the receivers of a message are looked up.
waiting_event_keys = Table(
    "waiting_event_keys",
    metadata,
    Column("event_name", _text(), primary_key=True),
    Column("process_model_id", _text(), primary_key=True),
    # A digest of the key and its value, which may be longer than an index entry can be.
    Column("digest", _text(), primary_key=True),
    Column("event_id", _text(), primary_key=True),
    sqlite_with_rowid=False,
)
Index("waiting_event_keys_by_event", waiting_event_keys.c.event_id)

# The message and signal start events of the latest version of each model.
event_starts = Table(
    "event_starts",
    metadata,
    Column("event_type", _text(), primary_key=True),
    Column("event_name", _text(), primary_key=True),
    Column("process_model_key", _text(), primary_key=True),
    Column("element_id", _text(), primary_key=True),
    Column("process_model_id", _text(), ForeignKey("process_models.id"), nullable=False),
    sqlite_with_rowid=False,
)
Index("event_starts_by_process_model_key", event_starts.c.process_model_key)

# The timer start events of the latest version of each model, with their next due times. A due time is claimed by the
# deletion of its row; the next one is a new row.
start_timers = Table(
    "start_timers",
    metadata,
    Column("id", _text(), primary_key=True),
    Column("process_model_key", _text(), nullable=False),
    Column("process_model_id", _text(), ForeignKey("process_models.id"), nullable=False),
    Column("element_id", _text(), nullable=False),
    Column("lane", _text()),
    Column("due_at", BigInteger, nullable=False),
    # The engine's own encoding of the due times after this one.
    Column("schedule", _text(), nullable=False),
    # The retry of a start that has failed.
    Column("attempts", Integer),
    Column("retry_at", BigInteger),
    Column("failed_at", BigInteger),
    Column("failure", _text()),
    UniqueConstraint("process_model_key", "element_id"),
    sqlite_with_rowid=False,
)
Index("start_timers_by_process_model_id", start_timers.c.process_model_id)
Index("start_timers_by_due_at", start_timers.c.due_at, start_timers.c.id)
Index("start_timers_by_retry_at", start_timers.c.retry_at, start_timers.c.id)

open_tasks = Table(
    "open_tasks",
    metadata,
    Column("id", _text(), primary_key=True),
    Column("element_id", _text(), nullable=False),
    Column("task_type", _text(), nullable=False),
    Column("name", _text()),
    Column("lane", _text()),
    Column("topic", _text()),
    Column("open_since", BigInteger, nullable=False),
    Column("process_model_id", _text(), nullable=False),
    Column("process_model_key", _text(), nullable=False),
    Column("process_instance_id", _text(), ForeignKey("process_instances.id"), nullable=False),
    Column("root_instance_id", _text(), nullable=False),
    Column("correlation_id", _text(), nullable=False),
    sqlite_with_rowid=False,
)
for _name in ("process_model_key", "process_instance_id", "correlation_id", "lane", "topic"):
    Index(f"open_tasks_by_{_name}", open_tasks.c[_name], open_tasks.c.id)

# The outbox: messages and signals that still have receivers. It is empty when everything is delivered.
thrown_events = Table(
    "thrown_events",
    metadata,
    Column("id", _text(), primary_key=True),
    Column("event_type", _text(), nullable=False),
    Column("name", _text(), nullable=False),
    Column("payload", _text()),
    Column("source", _text(), nullable=False),
    Column("thrown_at", BigInteger, nullable=False),
    Column("thrown_by", _text(), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("root_instance_id", _text()),
    Column("correlation_id", _text()),
    Column("audience", _text(), nullable=False),
    Column("since", BigInteger),
    Column("after_id", _text()),
    Column("target_event_id", _text()),
    Column("target_start_id", _text()),
    Column("attempts", Integer, nullable=False),
    # The position of the transaction that threw the event (see ``positions``).
    Column("position", BigInteger, nullable=False),
    # The last failure, and the receiver whose process could not go on.
    Column("failed_at", BigInteger),
    Column("failure", _text()),
    Column("receiver_model_key", _text()),
    Column("receiver_element_id", _text()),
    Column("receiver_lane", _text()),
    sqlite_with_rowid=False,
)
Index("thrown_events_by_due_at", thrown_events.c.due_at, thrown_events.c.position, thrown_events.c.id)

# The order of the write transactions, in one row. Each transaction has a position: a transaction that has seen the
# effects of another one has the greater position. On SQLite, ``value`` is the last position; a transaction that adds no
# signal, and nothing that waits for one, draws none, and its rows have the position 0. On PostgreSQL, a position
# is the transaction id plus ``value``, in the cluster with the system identifier ``cluster``. In another cluster, to
# which the database was restored, transaction ids may start again, and ``value`` makes up for that.
positions = Table(
    "positions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("cluster", _text()),
    Column("value", BigInteger, nullable=False),
)

# The change feed: one row for each write transaction that changes what waits. ``position`` is that of the transaction
# on PostgreSQL. On SQLite, transactions follow one another, and the file numbers the rows itself: it reuses the number
# of its last row if that is deleted, so the last row always stays. ``at`` is the time in microseconds since 1970.
change_feed = Table(
    "change_feed",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("changes", LargeBinary, nullable=False),
)

# The tickets that nobody has used yet: ``hash`` is that of the ticket, which itself is not stored. ``principal`` is the
# caller for whom it stands, as JSON.
tickets = Table(
    "tickets",
    metadata,
    Column("hash", _text(), primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
    Column("principal", _text(), nullable=False),
    sqlite_with_rowid=False,
)
Index("tickets_by_expires_at", tickets.c.expires_at)

# One row for each recent write transaction on PostgreSQL. If the response to its COMMIT is lost, the row tells whether
# the transaction was committed. ``settled`` is true in a row that was inserted to find this out, and that keeps the
# transaction from being committed later.
write_fences = Table(
    "write_fences",
    metadata,
    Column("id", _text(), primary_key=True),
    Column("settled", Boolean, nullable=False),
    # By the clock of the database, because those of the servers may differ.
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    sqlite_with_rowid=False,
)
