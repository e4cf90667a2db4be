"""Indexes for the deletion of ended instances and unused model versions, and deletion from the search indexes.

An FTS5 table finds a row by its rowid or its text, and not by the id in it. ``correlations_search_rows`` therefore has
the rowid of each correlation. A model version is deleted rarely, so all elements are read for it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INSERT = "INSERT INTO correlations_search (id, search_text) VALUES (new.id, new.search_text); "


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    condition = sa.text("parent_id IS NULL AND ended_at IS NOT NULL")
    op.create_index(
        "process_instances_by_ended_at",
        "process_instances",
        ["ended_at", "id"],
        unique=False,
        sqlite_where=condition,
        postgresql_where=condition,
    )
    op.create_index("process_instances_by_process_model_id", "process_instances", ["process_model_id"], unique=False)
    if _is_sqlite():
        _add_deletion_from_search()


def _add_deletion_from_search() -> None:
    op.execute(
        "CREATE TABLE correlations_search_rows "
        "(id TEXT NOT NULL PRIMARY KEY, search_rowid INTEGER NOT NULL) WITHOUT ROWID"
    )
    op.execute("INSERT INTO correlations_search_rows SELECT id, rowid FROM correlations_search ORDER BY id")
    _replace_insert_trigger(
        _INSERT + "INSERT INTO correlations_search_rows (id, search_rowid) VALUES (new.id, last_insert_rowid()); "
    )
    op.execute(
        "CREATE TRIGGER correlations_search_delete AFTER DELETE ON correlations BEGIN "
        "DELETE FROM correlations_search "
        "WHERE rowid = (SELECT search_rowid FROM correlations_search_rows WHERE id = old.id); "
        "DELETE FROM correlations_search_rows WHERE id = old.id; END"
    )
    op.execute(
        "CREATE TRIGGER catch_elements_search_delete AFTER DELETE ON process_models BEGIN "
        "DELETE FROM catch_elements_search WHERE process_model_id = old.id; END"
    )


def _replace_insert_trigger(body: str) -> None:
    op.execute("DROP TRIGGER correlations_search_insert")
    op.execute(f"CREATE TRIGGER correlations_search_insert AFTER INSERT ON correlations BEGIN {body}END")


def downgrade() -> None:
    if _is_sqlite():
        op.execute("DROP TRIGGER catch_elements_search_delete")
        op.execute("DROP TRIGGER correlations_search_delete")
        _replace_insert_trigger(_INSERT)
        op.drop_table("correlations_search_rows")
    for name in ("process_instances_by_process_model_id", "process_instances_by_ended_at"):
        op.drop_index(name, "process_instances")
