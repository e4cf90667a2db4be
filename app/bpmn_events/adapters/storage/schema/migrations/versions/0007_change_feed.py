"""The change feed, and tickets.

The first row of the feed has no changes, and cursors of the time before all changes name it.
"""

import time

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    change_feed = op.create_table(
        "change_feed",
        sa.Column("position", sa.BigInteger() if is_postgresql else sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("changes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("change_feed_pk")),
    )
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    op.create_table(
        "tickets",
        sa.Column("hash", text, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("principal", text, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("tickets_pk")),
        sqlite_with_rowid=False,
    )
    op.create_index("tickets_by_expires_at", "tickets", ["expires_at"])
    op.bulk_insert(change_feed, [{"position": 0, "at": time.time_ns() // 1_000, "changes": b"{}"}])


def downgrade() -> None:
    op.drop_table("tickets")
    op.drop_table("change_feed")
