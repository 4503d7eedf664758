"""The registers: petitions with the 12345 line, and safety sweeps with hazards."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("filing", "register_case", "register_event", "register_total")

EVENTS = (
    *("accept", "close", "decline", "escalate", "extend", "fail", "fix", "hold", "object"),
    *("order", "pass", "remind", "review", "reviewed", "settle", "survey", "undo"),
)


def upgrade() -> None:
    """Makes the registers' tables, and lets plans and indicators speak of them."""
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("plan_version", sa.Column("registers", sa.JSON()))
    op.add_column("indicator", sa.Column("register", sa.String(length=40)))
    op.add_column("indicator", sa.Column("register_kind", sa.String(length=40)))
    op.create_index(
        "indicator_by_register",
        "indicator",
        ["version_id", "item_id", "register"],
        sqlite_where=sa.text("register IS NOT NULL"),
        postgresql_where=sa.text("register IS NOT NULL"),
    )
    op.create_table(
        "filing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=255)),
        sa.Column("digest", sa.String(length=64)),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("filing_of_file", "filing", ["plan_id", "register", "digest"])
    op.create_table(
        "register_case",
        sa.Column("id", big_id, autoincrement=False, nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("opened_on", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20)),
        sa.Column("kind", sa.String(length=40)),
        sa.Column("grade", sa.String(length=10)),
        sa.Column("topic", sa.String(length=40)),
        sa.Column("community", sa.String(length=40)),
        sa.Column("place", sa.String(length=200)),
        sa.Column("place_key", sa.Text()),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("accept_by", sa.Integer()),
        sa.Column("settle_by", sa.Integer()),
        sa.Column("lapses_on", sa.Integer()),
        sa.Column("rhythm", sa.String(length=40)),
        sa.Column("sweep_id", big_id),
        sa.Column("details", sa.JSON()),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.ForeignKeyConstraint(["version_id"], ["plan_version.id"]),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"]),
        sa.ForeignKeyConstraint(["sweep_id"], ["register_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "register", "number", "filing_id"),
    )
    op.create_index(
        "register_case_by_day",
        "register_case",
        ["plan_id", "register", "opened_on", "topic", "community", "repeated", "filing_id"],
        postgresql_include=["id"],  # SQLite has it in every index: it is the rowid
    )
    op.create_table(
        "register_event",
        sa.Column("case_id", big_id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("effective_on", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer()),
        sa.Column("by_whom", sa.String(length=200)),
        sa.Column("result", sa.String(length=40)),
        sa.Column("places", sa.Integer()),
        sa.Column("people", sa.Integer()),
        sa.Column("details", sa.JSON()),
        sa.Column("reverses", sa.Integer()),
        sa.CheckConstraint(
            " OR ".join(f"kind = '{kind}'" for kind in EVENTS),  # faster than IN on SQLite
            name="register_event_kind",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"]),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"]),
        sa.PrimaryKeyConstraint("case_id", "number"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "register_event_reversals",
        "register_event",
        ["case_id", "reverses"],
        unique=True,
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    for name, columns, which in (
        (
            "register_event_ends",
            ["case_id", "effective_on", "kind", "filing_id"],
            "(kind = 'decline' OR kind = 'object' OR kind = 'settle')",
        ),
        ("register_event_reviews", ["case_id"], "kind = 'review'"),
    ):
        where = sa.text(which)
        op.create_index(name, "register_event", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "register_total",
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40)),
        sa.Column("first_on", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("source", sa.Text()),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"]),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("filing_id", "number"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            )


def _guard_postgresql() -> None:
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION duban_append_only()"
        )
