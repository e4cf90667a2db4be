"""The first tables.

Those of revision 0001, which had no index for a search, were never released.
"""

import logging

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision = "0002"
down_revision = None
branch_labels = None
depends_on = None

_logger = logging.getLogger(__name__)


def _text() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "cancelled_events",
        sa.Column("id", _text(), nullable=False),
        sa.Column("process_model_key", _text(), nullable=False),
        sa.Column("correlation_id", _text(), nullable=False),
        sa.Column("process_instance_id", _text(), nullable=False),
        sa.Column("element_id", _text(), nullable=False),
        sa.Column("lane", _text(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("cancelled_events_pk")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "cancelled_events_by_place",
        "cancelled_events",
        ["correlation_id", "element_id", "process_model_key", "cancelled_at", "id"],
        unique=False,
    )
    op.create_table(
        "correlations",
        sa.Column("id", _text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("search_text", _text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("correlations_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "idempotency_records",
        sa.Column("subject", _text(), nullable=False),
        sa.Column("operation", _text(), nullable=False),
        sa.Column("key", _text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "operation", "key", name=op.f("idempotency_records_pk")),
    )
    op.create_index("idempotency_records_by_age", "idempotency_records", ["created_at"], unique=False)
    op.create_table(
        "process_models",
        sa.Column("id", _text(), nullable=False),
        sa.Column("key", _text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", _text(), nullable=True),
        sa.Column("deployed_at", sa.BigInteger(), nullable=False),
        sa.Column("deployed_by", _text(), nullable=False),
        sa.Column("catch_elements", _text(), nullable=False),
        sa.Column("bpmn_xml", _text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("process_models_pk")),
        sa.UniqueConstraint("key", "version", name=op.f("process_models_key_version_uq")),
    )
    op.create_table(
        "catch_elements",
        sa.Column("process_model_id", _text(), nullable=False),
        sa.Column("element_id", _text(), nullable=False),
        sa.Column("process_model_key", _text(), nullable=False),
        sa.Column("event_type", _text(), nullable=False),
        sa.Column("event_name", _text(), nullable=True),
        sa.Column("lane", _text(), nullable=True),
        sa.Column("search_text", _text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_model_id"], ["process_models.id"], name=op.f("catch_elements_process_model_id_fk")
        ),
        sa.PrimaryKeyConstraint("process_model_id", "element_id", name=op.f("catch_elements_pk")),
        sqlite_with_rowid=False,
    )
    for name in ("element_id", "process_model_key", "event_type", "event_name", "lane"):
        op.create_index(f"catch_elements_by_{name}", "catch_elements", [name], unique=False)
    op.create_table(
        "process_instances",
        sa.Column("id", _text(), nullable=False),
        sa.Column("root_id", _text(), nullable=False),
        sa.Column("parent_id", _text(), nullable=True),
        sa.Column("process_model_id", _text(), nullable=False),
        sa.Column("process_model_key", _text(), nullable=False),
        sa.Column("correlation_id", _text(), nullable=False),
        sa.Column("state", _text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", _text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("variables", _text(), nullable=False),
        sa.Column("end_reason", _text(), nullable=True),
        sa.Column("engine_format", sa.Integer(), nullable=True),
        sa.Column("engine_state", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["correlation_id"], ["correlations.id"], name=op.f("process_instances_correlation_id_fk")
        ),
        sa.ForeignKeyConstraint(
            ["process_model_id"], ["process_models.id"], name=op.f("process_instances_process_model_id_fk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("process_instances_pk")),
    )
    op.create_index("process_instances_by_correlation", "process_instances", ["correlation_id", "id"], unique=False)
    op.create_index(
        "process_instances_by_root",
        "process_instances",
        ["root_id"],
        unique=False,
        sqlite_where=sa.text("parent_id IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_table(
        "event_triggers",
        sa.Column("id", _text(), nullable=False),
        sa.Column("event_id", _text(), nullable=False),
        sa.Column("element_id", _text(), nullable=False),
        sa.Column("event_type", _text(), nullable=False),
        sa.Column("event_name", _text(), nullable=True),
        sa.Column("lane", _text(), nullable=True),
        sa.Column("source", _text(), nullable=False),
        sa.Column("payload", _text(), nullable=True),
        sa.Column("triggered_at", sa.BigInteger(), nullable=False),
        sa.Column("triggered_by", _text(), nullable=False),
        sa.Column("idempotency_key", _text(), nullable=True),
        sa.Column("process_model_id", _text(), nullable=False),
        sa.Column("process_model_key", _text(), nullable=False),
        sa.Column("process_instance_id", _text(), nullable=False),
        sa.Column("correlation_id", _text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_instance_id"], ["process_instances.id"], name=op.f("event_triggers_process_instance_id_fk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("event_triggers_pk")),
        sa.UniqueConstraint("event_id", name=op.f("event_triggers_event_id_uq")),
    )
    op.create_index("event_triggers_by_correlation_id", "event_triggers", ["correlation_id", "id"], unique=False)
    op.create_index("event_triggers_by_lane", "event_triggers", ["lane", "id"], unique=False)
    op.create_index(
        "event_triggers_by_place",
        "event_triggers",
        ["correlation_id", "element_id", "process_model_key", "id"],
        unique=False,
    )
    op.create_index(
        "event_triggers_by_process_instance_id", "event_triggers", ["process_instance_id", "id"], unique=False
    )
    op.create_index("event_triggers_by_process_model_key", "event_triggers", ["process_model_key", "id"], unique=False)
    op.create_table(
        "waiting_events",
        sa.Column("id", _text(), nullable=False),
        sa.Column("element_id", _text(), nullable=False),
        sa.Column("element_type", _text(), nullable=False),
        sa.Column("event_type", _text(), nullable=False),
        sa.Column("name", _text(), nullable=True),
        sa.Column("event_name", _text(), nullable=True),
        sa.Column("lane", _text(), nullable=True),
        sa.Column("interrupting", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("waiting_since", sa.BigInteger(), nullable=False),
        sa.Column("process_model_id", _text(), nullable=False),
        sa.Column("process_model_key", _text(), nullable=False),
        sa.Column("process_instance_id", _text(), nullable=False),
        sa.Column("root_instance_id", _text(), nullable=False),
        sa.Column("correlation_id", _text(), nullable=False),
        sa.Column("correlation_keys", _text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["process_instance_id"], ["process_instances.id"], name=op.f("waiting_events_process_instance_id_fk")
        ),
        sa.ForeignKeyConstraint(
            ["process_model_id", "element_id"],
            ["catch_elements.process_model_id", "catch_elements.element_id"],
            name=op.f("waiting_events_process_model_id_fk"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("waiting_events_pk")),
        sqlite_with_rowid=False,
    )
    op.create_index("waiting_events_by_age", "waiting_events", ["waiting_since", "id"], unique=False)
    op.create_index("waiting_events_by_due_at", "waiting_events", ["due_at", "id"], unique=False)
    for name in ("process_instance_id", "correlation_id", "process_model_key", "event_name", "lane"):
        op.create_index(f"waiting_events_by_{name}", "waiting_events", [name, "waiting_since", "id"], unique=False)
    op.create_index(
        "waiting_events_by_process_model_id_and_element_id",
        "waiting_events",
        ["process_model_id", "element_id", "waiting_since", "id"],
        unique=False,
    )
    _create_receivers()
    _create_open_tasks()
    _create_search_index("catch_elements", "process_model_id", "element_id")
    _create_search_index("correlations", "id")


def _create_receivers() -> None:
    """What messages and signals need to find whom they are for."""
    op.create_table(
        "waiting_event_keys",
        sa.Column("event_name", _text(), nullable=False),
        sa.Column("process_model_id", _text(), nullable=False),
        sa.Column("digest", _text(), nullable=False),
        sa.Column("event_id", _text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "event_name", "process_model_id", "digest", "event_id", name=op.f("waiting_event_keys_pk")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("waiting_event_keys_by_event", "waiting_event_keys", ["event_id"], unique=False)
    op.create_table(
        "event_starts",
        sa.Column("event_type", _text(), nullable=False),
        sa.Column("event_name", _text(), nullable=False),
        sa.Column("process_model_key", _text(), nullable=False),
        sa.Column("element_id", _text(), nullable=False),
        sa.Column("process_model_id", _text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_model_id"], ["process_models.id"], name=op.f("event_starts_process_model_id_fk")
        ),
        sa.PrimaryKeyConstraint(
            "event_type", "event_name", "process_model_key", "element_id", name=op.f("event_starts_pk")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("event_starts_by_process_model_key", "event_starts", ["process_model_key"], unique=False)
    op.create_table(
        "thrown_events",
        sa.Column("id", _text(), nullable=False),
        sa.Column("event_type", _text(), nullable=False),
        sa.Column("name", _text(), nullable=False),
        sa.Column("payload", _text(), nullable=True),
        sa.Column("source", _text(), nullable=False),
        sa.Column("thrown_at", sa.BigInteger(), nullable=False),
        sa.Column("thrown_by", _text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("root_instance_id", _text(), nullable=True),
        sa.Column("correlation_id", _text(), nullable=True),
        sa.Column("audience", _text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("after_id", _text(), nullable=True),
        sa.Column("target_event_id", _text(), nullable=True),
        sa.Column("target_start_id", _text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("thrown_events_pk")),
        sqlite_with_rowid=False,
    )
    op.create_index("thrown_events_by_due_at", "thrown_events", ["due_at", "id"], unique=False)


def _create_open_tasks() -> None:
    op.create_table(
        "open_tasks",
        sa.Column("id", _text(), nullable=False),
        sa.Column("element_id", _text(), nullable=False),
        sa.Column("task_type", _text(), nullable=False),
        sa.Column("name", _text(), nullable=True),
        sa.Column("lane", _text(), nullable=True),
        sa.Column("topic", _text(), nullable=True),
        sa.Column("open_since", sa.BigInteger(), nullable=False),
        sa.Column("process_model_id", _text(), nullable=False),
        sa.Column("process_model_key", _text(), nullable=False),
        sa.Column("process_instance_id", _text(), nullable=False),
        sa.Column("root_instance_id", _text(), nullable=False),
        sa.Column("correlation_id", _text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_instance_id"], ["process_instances.id"], name=op.f("open_tasks_process_instance_id_fk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("open_tasks_pk")),
        sqlite_with_rowid=False,
    )
    for name in ("process_model_key", "process_instance_id", "correlation_id", "lane", "topic"):
        op.create_index(f"open_tasks_by_{name}", "open_tasks", [name, "id"], unique=False)


def _create_search_index(table: str, *keys: str) -> None:
    """Finds a text anywhere in the column ``search_text``, by the trigrams it consists of."""
    if op.get_bind().dialect.name == "postgresql":
        if _has_trigrams():
            op.execute(f"CREATE INDEX {table}_search ON {table} USING gin (search_text gin_trgm_ops)")
        return
    # A table without rowid cannot be the content of an FTS5 table, which therefore has its own
    # (https://sqlite.org/fts5.html, sections 4.3.5 and 4.4).
    unindexed = ", ".join(f"{key} UNINDEXED" for key in keys)
    op.execute(
        f"CREATE VIRTUAL TABLE {table}_search USING fts5("
        f"{unindexed}, search_text, tokenize = 'trigram case_sensitive 1', detail = none)"
    )
    columns = [*keys, "search_text"]
    op.execute(
        f"CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN "
        f"INSERT INTO {table}_search ({', '.join(columns)}) VALUES ({', '.join(f'new.{name}' for name in columns)}); "
        "END"
    )


def _has_trigrams() -> bool:
    """Whether PostgreSQL knows trigrams by now. They come with it, but a server may be without its contributed modules,
    and a database whose owner we are not: then everything works, and a search reads all it looks at.
    """
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError as error:
        _logger.warning("a search has no index, since the extension pg_trgm cannot be created: %s", error.orig)
        return False
    return True


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ("catch_elements", "correlations"):
            op.drop_table(f"{table}_search")
    for table in (
        "open_tasks",
        "thrown_events",
        "event_starts",
        "waiting_event_keys",
        "waiting_events",
        "event_triggers",
        "process_instances",
        "catch_elements",
        "process_models",
        "correlations",
        "idempotency_records",
        "cancelled_events",
    ):
        op.drop_table(table)
