"""The meaning of each version of a process model, by which the engine reads its file, and start timers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("process_models", sa.Column("meaning", sa.Integer(), nullable=False, server_default=sa.text("1")))

    op.create_table(
        "start_timers",
        sa.Column("id", _text(), nullable=False),
        sa.Column("process_model_key", _text(), nullable=False),
        sa.Column("process_model_id", _text(), nullable=False),
        sa.Column("element_id", _text(), nullable=False),
        sa.Column("lane", _text()),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("schedule", _text(), nullable=False),
        sa.Column("attempts", sa.Integer()),
        sa.Column("retry_at", sa.BigInteger()),
        sa.Column("failed_at", sa.BigInteger()),
        sa.Column("failure", _text()),
        sa.PrimaryKeyConstraint("id", name="start_timers_pk"),
        sa.ForeignKeyConstraint(["process_model_id"], ["process_models.id"], name="start_timers_process_model_id_fk"),
        sa.UniqueConstraint("process_model_key", "element_id", name="start_timers_process_model_key_element_id_uq"),
        sqlite_with_rowid=False,
    )
    op.create_index("start_timers_by_process_model_id", "start_timers", ["process_model_id"])
    op.create_index("start_timers_by_due_at", "start_timers", ["due_at", "id"])
    op.create_index("start_timers_by_retry_at", "start_timers", ["retry_at", "id"])


def downgrade() -> None:
    op.drop_table("start_timers")
    op.drop_column("process_models", "meaning")
