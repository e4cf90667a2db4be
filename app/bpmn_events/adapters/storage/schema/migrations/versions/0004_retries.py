"""Retries of timers and deliveries that failed: the number of attempts, the time of the next one, and the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_REASON = "It failed before an upgrade of the server."
_NEVER = 2**63 - 1  # the due time of an event that has none
_FIRST_PAUSE = 1_000_000
_LAST_PAUSE = 3_600_000_000


def _text() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for column in (
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", _text(), nullable=True),
    ):
        op.add_column("waiting_events", column)
    for column in (
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", _text(), nullable=True),
        sa.Column("receiver_model_key", _text(), nullable=True),
        sa.Column("receiver_element_id", _text(), nullable=True),
        sa.Column("receiver_lane", _text(), nullable=True),
    ):
        op.add_column("thrown_events", column)
    _create_index("waiting_events_by_first_due_at", ["due_at", "id"], f"due_at < {_NEVER} AND retry_at IS NULL")
    _create_index("waiting_events_by_retry_at", ["retry_at", "id", "lane"], "retry_at IS NOT NULL")
    # The pause before the next attempt follows from the number of attempts.
    op.execute(
        f"UPDATE thrown_events SET failure = '{_REASON}', failed_at = due_at - "
        f"CASE WHEN attempts > 12 THEN {_LAST_PAUSE} ELSE {_FIRST_PAUSE} * (1 << (attempts - 1)) END "
        "WHERE attempts > 0"
    )


def _create_index(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "waiting_events", columns, unique=False, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for name in ("waiting_events_by_first_due_at", "waiting_events_by_retry_at"):
        op.drop_index(name, "waiting_events")
    for name in ("receiver_lane", "receiver_element_id", "receiver_model_key", "failure", "failed_at"):
        op.drop_column("thrown_events", name)
    for name in ("failure", "failed_at", "retry_at", "attempts"):
        op.drop_column("waiting_events", name)
