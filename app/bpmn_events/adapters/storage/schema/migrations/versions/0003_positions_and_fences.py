"""Positions of write transactions, fences for COMMITs without a response, and idempotency keys of all operations.

Signals that are pending during the migration have reached their receivers by the time at which these began to wait.
Their order is kept: such a time becomes a negative position, and all new positions are positive.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Greater than any time in microseconds since 1970 that a row can have, before the year 148108.
_EPOCH = 2**62


def _text() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    for table in ("waiting_events", "thrown_events"):
        op.add_column(table, sa.Column("position", sa.BigInteger(), nullable=False, server_default="0"))
    op.drop_index("thrown_events_by_due_at", "thrown_events")
    op.create_index("thrown_events_by_due_at", "thrown_events", ["due_at", "position", "id"], unique=False)
    # A large table is rewritten only if the order of its rows still matters.
    op.execute(
        f"UPDATE waiting_events SET position = waiting_since - {_EPOCH} "
        "WHERE EXISTS (SELECT 1 FROM thrown_events WHERE event_type = 'SIGNAL')"
    )
    op.execute(f"UPDATE thrown_events SET position = thrown_at - {_EPOCH}")
    if _is_postgresql():
        # A server of an earlier version, which is not to run beside the new ones, fails instead of writing no position.
        for table in ("waiting_events", "thrown_events"):
            op.alter_column(table, "position", server_default=None)
    positions = op.create_table(
        "positions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster", _text(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("positions_pk")),
    )
    op.bulk_insert(positions, [{"id": 1, "cluster": None, "value": 0}])
    if _is_postgresql():
        op.execute("UPDATE positions SET cluster = (SELECT system_identifier::text FROM pg_control_system())")
    op.create_table(
        "write_fences",
        sa.Column("id", _text(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name=op.f("write_fences_pk")),
        sqlite_with_rowid=False,
    )
    _set_key_of_idempotency_records("subject", "key", "operation")


def downgrade() -> None:
    _set_key_of_idempotency_records("subject", "operation", "key")
    for table in ("write_fences", "positions"):
        op.drop_table(table)
    op.drop_index("thrown_events_by_due_at", "thrown_events")
    op.create_index("thrown_events_by_due_at", "thrown_events", ["due_at", "id"], unique=False)
    for name in ("thrown_events", "waiting_events"):
        op.drop_column(name, "position")


def _set_key_of_idempotency_records(*columns: str) -> None:
    if _is_postgresql():
        op.drop_constraint("idempotency_records_pk", "idempotency_records", type_="primary")
        op.create_primary_key("idempotency_records_pk", "idempotency_records", list(columns))
        return
    # SQLite cannot change the primary key of a table.
    op.execute("ALTER TABLE idempotency_records RENAME TO old_idempotency_records")
    op.drop_index("idempotency_records_by_age", "old_idempotency_records")
    op.create_table(
        "idempotency_records",
        sa.Column("subject", _text(), nullable=False),
        sa.Column("operation", _text(), nullable=False),
        sa.Column("key", _text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*columns, name=op.f("idempotency_records_pk")),
    )
    names = "subject, operation, key, fingerprint, answer, created_at"
    op.execute(f"INSERT INTO idempotency_records ({names}) SELECT {names} FROM old_idempotency_records")
    op.drop_table("old_idempotency_records")
    op.create_index("idempotency_records_by_age", "idempotency_records", ["created_at"], unique=False)
