"""A register of petitions to warn of: a million cases of one office over three years.

Orders of the 12345 line, and one case in 25 a petition of the regulation. Nearly all are accepted,
settled and asked about; of the last weeks many are open, and one in 2,000 was never settled.
"""

import json
import sqlite3
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.items import OFFICE
from plans.model import Area, Item, Plan, Unit
from plans.registers import Registers
from tracker.migrate import migrate
from tracker.store import Store
from tracker.versions import record_version

YEARS = (2022, 2023, 2024)
AS_OF = date(YEARS[-1], 12, 31)
COMMUNITIES = 20
FILINGS = 1_000

COUNTED = (
    "SELECT topic, community, opened_on, count(*) FROM register_case"
    " GROUP BY topic, community, opened_on"
)
"""What warnings are compared with: the whole table counted by topic, community and day."""

_CASES = """
WITH RECURSIVE numbered(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbered WHERE n + 1 < :cases),
came AS (
  SELECT n, n * :days / :cases AS day, n % 25 = 0 AS petition,
    (n * 7919 + n / 13) % :topics AS topic, (n * 104729 + n / 7) % :communities AS community
  FROM numbered
)
INSERT INTO register_case (id, plan_id, version_id, filing_id, register, number, opened_on, channel,
  kind, topic, community, unit, repeated, accept_by, settle_by)
SELECT n + 1, plan.value, plan.value, 1 + n * :filings / :cases, 'petition', 'W' || n, :first + day,
  iif(petition, 'letter', '12345'), iif(petition, NULL, 'help'), topic.value, 'c' || community,
  'c' || community, n % 50 = 7, :first + day + iif(petition, 15, 1),
  iif(petition, NULL, :first + day + 7 + n % 3 * 6)
FROM came
JOIN json_each(:codes) AS topic ON topic.key = came.topic
JOIN json_each('[1, 2, 3]') AS plan ON plan.key = (day >= :second) + (day >= :third)
ORDER BY n
"""

_EVENTS = """
INSERT INTO register_event (case_id, number, filing_id, kind, effective_on, due, result)
SELECT c.id, step.key + 1, c.filing_id, step.value,
  c.opened_on + CASE step.key
    WHEN 0 THEN iif(c.id % 40 = 3, 3, 1)
    WHEN 1 THEN iif(c.channel = 'letter', 10 + c.id % 60, 3 + c.id % 9)
    ELSE iif(c.channel = 'letter', 15 + c.id % 60, 8 + c.id % 9) END,
  iif(step.key = 0 AND c.channel = 'letter', c.opened_on + 61, NULL),
  CASE step.key WHEN 1 THEN 'resolved' WHEN 2 THEN iif(c.id % 10 < 9, 'satisfied', 'dissatisfied')
    END
FROM register_case AS c, json_each('["accept", "settle", "survey"]') AS step
WHERE step.key = 0 OR c.id % 2000 <> 77
ORDER BY c.id, step.key
"""


def build(path: Path, cases: int) -> str:
    """Makes a store; returns its URL. What has not happened by ``AS_OF`` is in it, too."""
    print(f"    making a store of {cases:,} cases", file=sys.stderr, flush=True)
    url = f"sqlite:///{path}"
    migrate(url)
    with Store(url) as store:
        for year in YEARS:
            with store.write(datetime(year, 1, 2, tzinfo=UTC)) as writing:
                record_version(writing, _plan(year), "", author="bench", on=date(year, 1, 1))
    first = [date(year, 1, 1).toordinal() for year in YEARS]
    topics = [topic.code for topic in Registers().topics]
    values = {
        "cases": cases,
        "days": AS_OF.toordinal() - first[0] + 1,
        "first": first[0],
        "second": first[1] - first[0],
        "third": first[2] - first[0],
        "filings": FILINGS,
        "topics": len(topics),
        "codes": json.dumps(topics),
        "communities": COMMUNITIES,
    }
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO filing (id, plan_id, register, recorded_at, author, simulated)"
            " VALUES (?, 1, 'petition', ?, 'bench', 1)",
            [(n + 1, 1_704_153_600_000_000 + n) for n in range(FILINGS)],
        )
        connection.execute(_CASES, values)
        connection.execute(_EVENTS)
    return url


def _plan(year: int) -> Plan:
    units = tuple(Unit(f"c{n}", f"第{n + 1}社区", "community") for n in range(COMMUNITIES))
    item = Item("1", "办理群众诉求", "c0", date(year, 1, 1), date(year, 12, 31))
    return Plan(f"{OFFICE}0", year, units, (Area("1", "聚焦民生", (item,)),))
