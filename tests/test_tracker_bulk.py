"""Very many rows: that the database knows of them at once."""

from sqlalchemy import text as sql

from tests.petition_office import load
from tests.tables import take, text
from tracker.store import Store

HEAD = "编号 渠道 主题 社区 收到日期 受理日期 办结日期 办结结果"


def known_rows(store: Store) -> dict[str, int]:
    """For how large PostgreSQL takes the tables of cases and events."""
    found = (
        "SELECT relname, reltuples FROM pg_class WHERE relname LIKE 'register_%' AND relkind = 'r'"
    )
    with store.read() as connection:
        return {name: int(rows) for name, rows in connection.execute(sql(found))}


def test_postgresql_looks_at_tables_again_that_an_import_has_filled(
    postgres_store_url: str,
) -> None:
    load(postgres_store_url)
    with Store(postgres_store_url) as store:
        for first, many in ((0, 10), (1_000, 1_700)):
            lines = [
                f"L{n} 来信 物业管理 第一社区 2024-03-01 2024-03-04 2024-03-08 已解决"
                for n in range(first, first + many)
            ]
            take(store, text(HEAD, *lines))
            known = known_rows(store)
            assert (known["register_case"] == 1_710) == (many == 1_700)
            assert (known["register_event"] == 3_420) == (many == 1_700)
