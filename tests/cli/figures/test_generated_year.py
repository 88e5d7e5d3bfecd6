"""Every figure of a generated year equals the result of SQL over the export."""

from __future__ import annotations

import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from generated_year import write_year

if TYPE_CHECKING:
    from conftest import Installation

SEED, INCIDENTS = 20, 1000
GOLDEN = Path(__file__).parents[2] / "data" / "figures" / "half-a-year.txt"
FACTS = """
CREATE TABLE fact AS SELECT incident, severity, restricted, strftime('%Y-%m', declared) AS month, status, declared,
  (SELECT detected FROM (SELECT version, detected FROM e WHERE e.incident = d.incident AND kind IN ('declared.v1',
    'time_changed.v1') ORDER BY version DESC) WHERE detected IS NOT NULL LIMIT 1) AS detected,
  CASE WHEN NOT assumed THEN declared ELSE (SELECT min(at) FROM e WHERE e.incident = d.incident AND version > 1
    AND (kind = 'command_transferred.v1' OR (actor = d.commander AND at > declared AND kind NOT LIKE 'retro%'))) END
    AS commander,
  (SELECT min(at) FROM e WHERE e.incident = d.incident AND kind = 'customer_words_approved.v1') AS customers,
  (SELECT min(at) FROM s WHERE s.incident = d.incident AND stops AND version > coalesce((SELECT max(version) FROM s
    WHERE s.incident = d.incident AND NOT stops), 0)) AS stopped,
  CASE WHEN status = 'closed' THEN (SELECT max(at) FROM e WHERE e.incident = d.incident
    AND kind = 'status_changed.v1') END AS closed,
  (SELECT held FROM (SELECT version, held FROM e WHERE e.incident = d.incident AND kind IN ('retro_held.v1',
    'retro_still_due.v1') ORDER BY version DESC LIMIT 1)) AS retro,
  (SELECT count(*) FROM e WHERE e.incident = d.incident AND kind = 'update_kept.v1') AS kept,
  (SELECT count(*) FROM e WHERE e.incident = d.incident AND kind = 'update_missed.v1') AS missed
FROM (SELECT incident, at AS declared, assumed, commander, restricted, drill,
  (SELECT min(severity) FROM e WHERE e.incident = x.incident) AS severity,
  coalesce((SELECT status FROM e WHERE e.incident = x.incident AND status IS NOT NULL ORDER BY version DESC), 'open')
    AS status FROM e x WHERE kind = 'declared.v1') d WHERE NOT drill AND status != 'retracted'
"""
STOPS = """
CREATE TABLE s AS SELECT incident, version, at, CASE kind WHEN 'phase_changed.v1' THEN phase >= 2
  ELSE status = 'closed' OR coalesce((SELECT phase FROM e p WHERE p.incident = e.incident AND p.version < e.version
    AND phase IS NOT NULL ORDER BY version DESC LIMIT 1), 0) >= 2 END AS stops
FROM e WHERE kind IN ('declared.v1', 'phase_changed.v1', 'status_changed.v1')
"""
QUANTILES = """
WITH v AS (SELECT CAST(strftime('%s', {end}) - strftime('%s', {begin}) AS INTEGER) AS value FROM fact WHERE {where}),
     k AS (SELECT value, row_number() OVER (ORDER BY value) AS nr, count(*) OVER () AS n FROM v WHERE value >= 0)
SELECT (SELECT count(*) FROM k), (SELECT count(*) FROM v WHERE value IS NULL OR value < 0),
  (SELECT CAST(avg(value) AS INTEGER) FROM k WHERE nr IN ((n + 1) / 2, n / 2 + 1)),
  (SELECT min(value) FROM k WHERE nr * 10 >= n * 9)
"""
SPANS = {
    "declare": ("detected", "declared"), "commander": ("declared", "commander"),
    "customers": ("declared", "customers"), "stop": ("declared", "stopped"), "resolve": ("declared", "closed"),
    "retro": ("closed", "retro"),
}  # fmt: skip


@pytest.fixture(scope="module")
def year(shared_installation: Installation) -> tuple[Installation, sqlite3.Connection]:
    installation = shared_installation
    installation.clock.now = datetime(2027, 1, 15, tzinfo=UTC)
    with installation.context() as context:
        write_year(context, incidents=INCIDENTS, seed=SEED)
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE TABLE e (incident, version, at, kind, actor, severity, phase, status, assumed, commander, detected,"
        " restricted, drill, description, person, held, UNIQUE (incident, version))"
    )
    for line in installation.ok("ledger", "export").lines:
        if line["type"] == "entry":
            database.execute(f"INSERT INTO e VALUES ({','.join('?' * 16)})", _row(line))  # noqa: S608
    database.execute(STOPS)
    database.execute(FACTS)
    return installation, database


def test_the_year_reads_well(year: tuple[Installation, sqlite3.Connection]) -> None:
    shown = year[0].ok("stats", "--since", "2026-Q2", "--until", "2026-Q3").out
    if os.environ.get("INCIDENTMAIL_WRITE_GOLDEN"):
        GOLDEN.write_text(shown, encoding="utf-8")
    assert shown == GOLDEN.read_text(encoding="utf-8")


def _row(line: dict[str, Any]) -> tuple[Any, ...]:
    """Return an exported entry as a row of what its hash covers, with the sealed texts in their places."""
    body = json.loads(line["body"])
    data = {**body["data"], **{slot: json.loads(one["text"]) for slot, one in line["texts"].items()}}
    actor = data.pop("actor", None) or body["actor"]
    detected = data.get("detected_at") or (data.get("time") if data.get("name") == "detected_at" else None)
    address = {name: (data.get(name) or {}).get("address") for name in ("commander", "person")}
    return (
        line["incident"], line["version"], body["at"], line["kind"], actor["address"], data.get("severity"),
        data.get("phase"), data.get("status"), "commander" in data.get("assumed", ()), address["commander"], detected,
        data.get("restricted"), data.get("drill"), data.get("description"), address["person"], data.get("held_at"),
    )  # fmt: skip


def _quantiles(database: sqlite3.Connection, key: str, where: str) -> dict[str, Any]:
    begin, end = SPANS[key]
    where = f"closed IS NOT NULL AND {where}" if key == "retro" else where
    sql = QUANTILES.format(begin=begin, end=end, where=where)
    n, missing, median, p90 = database.execute(sql).fetchone()
    return {"n": n, "missing": missing, "median_s": median, "p90_s": p90, "few": n < 5}


def _promises(database: sqlite3.Connection, where: str) -> list[Any]:
    return list(database.execute(f"SELECT sum(kept), sum(kept + missed) FROM fact WHERE {where}").fetchone())  # noqa: S608


@pytest.mark.parametrize("key", SPANS)
def test_durations_are_what_sql_finds(year: tuple[Installation, sqlite3.Connection], key: str) -> None:
    installation, database = year
    found = installation.ok("stats", "--json").json
    assert found["figures"][key] == _quantiles(database, key, "1")
    assert found["figures"][key]["n"] > 100
    for row in found["by_severity"]:
        assert row["figures"][key] == _quantiles(database, key, f"severity = {row['severity']}")
    for row in found["by_month"]:
        assert row["figures"][key] == _quantiles(database, key, f"month = '{row['month']}'")
    assert (len(found["by_severity"]), len(found["by_month"])) == (4, 12)


def test_counts_and_promises_are_what_sql_finds(year: tuple[Installation, sqlite3.Connection]) -> None:
    installation, database = year
    found = installation.ok("stats", "--json").json
    counted = "SELECT count(*), sum(status = 'open'), sum(restricted) FROM fact"
    assert [found["incidents"], found["open"], found["restricted"]] == list(database.execute(counted).fetchone())
    left = "SELECT count(*) FROM e WHERE kind = 'declared.v1' AND drill"
    assert found["left_out"]["drills"] == database.execute(left).fetchone()[0] > 0
    assert found["incidents"] + sum(found["left_out"].values()) == INCIDENTS
    for where, row in [("1", found), *((f"severity = {row['severity']}", row) for row in found["by_severity"])]:
        assert [row["promises"]["part"], row["promises"]["n"]] == _promises(database, where)
    for where, row in [("1", found), *((f"severity = {row['severity']}", row) for row in found["by_severity"])]:
        counts = f"SELECT sum(retro IS NOT NULL), count(*) FROM fact WHERE closed IS NOT NULL AND {where}"  # noqa: S608
        held, of = database.execute(counts).fetchone()
        assert row["retros"] == {"part": held, "n": of, "share": round(held / of, 3), "few": False}
        assert 0 < held < of


def test_a_period_leaves_out_the_rest(year: tuple[Installation, sqlite3.Connection]) -> None:
    installation, database = year
    found = installation.ok("stats", "--since", "2026-03", "--until", "2026-Q2", "--json").json
    where = "declared >= '2026-03' AND declared < '2026-07'"
    number = database.execute(f"SELECT count(*) FROM fact WHERE {where}").fetchone()[0]  # noqa: S608
    assert found["incidents"] == number
    assert found["figures"]["stop"] == _quantiles(database, "stop", where)
    assert [row["month"] for row in found["by_month"]] == ["2026-03", "2026-04", "2026-05", "2026-06"]


def test_what_people_carried_is_what_sql_finds(year: tuple[Installation, sqlite3.Connection]) -> None:
    installation, database = year
    found = installation.ok("stats", "--people", "--json").json["load"]
    bot = "incident-bot@example.com"
    database.executescript(
        f"""
        CREATE TEMP TABLE took AS SELECT DISTINCT incident, who FROM (SELECT incident, actor AS who FROM e
          WHERE kind NOT LIKE 'retro%' UNION ALL SELECT incident, commander FROM e UNION ALL
          SELECT incident, person FROM e) JOIN fact USING (incident)
          WHERE who IS NOT NULL AND who != '{bot}';
        CREATE TEMP TABLE act AS SELECT actor AS who, at, CAST(strftime('%H', at) AS INTEGER) AS hour,
          date(at, '-6 hours') AS night FROM e JOIN fact USING (incident) WHERE actor != '{bot}'
          AND kind NOT LIKE 'retro%';
        """  # noqa: S608
    )
    each = "SELECT who, count(*) AS c FROM took GROUP BY who ORDER BY c DESC, who"
    rows = database.execute(each).fetchall()
    assert found["responders"] == len(rows) == 12
    total = sum(count for _, count in rows)
    assert [found["busiest_three"]["part"], found["busiest_three"]["n"]] == [sum(c for _, c in rows[:3]), total]
    assert {one["person"]: one["incidents"] for one in found["people"]} == dict(rows)
    nights = "SELECT count(DISTINCT who || night) FROM act WHERE hour >= 22 OR hour < 6"
    weekends = "SELECT count(DISTINCT who || date(at)) FROM act WHERE strftime('%w', at) IN ('0', '6')"
    assert found["nights"] == database.execute(nights).fetchone()[0] > 0
    assert found["weekend_days"] == database.execute(weekends).fetchone()[0] > 0
    commanded = """
        SELECT sum(strftime('%s', until) - strftime('%s', at)) AS seconds FROM (
          SELECT incident, at, kind, status, lead(at, 1, '2027-01-15T00:00:00Z') OVER w AS until,
            (SELECT commander FROM e c WHERE c.incident = e.incident AND c.version <= e.version AND commander IS NOT
              NULL ORDER BY version DESC LIMIT 1) AS who,
            coalesce((SELECT status FROM e c WHERE c.incident = e.incident AND c.version <= e.version AND status IS NOT
              NULL ORDER BY version DESC LIMIT 1), 'open') AS now
          FROM e WINDOW w AS (PARTITION BY incident ORDER BY version)) JOIN fact USING (incident)
        WHERE now = 'open' GROUP BY who ORDER BY seconds DESC"""
    seconds = [row[0] for row in database.execute(commanded)]
    assert [found["commanding_three"]["part_s"], found["commanding_three"]["n_s"]] == [sum(seconds[:3]), sum(seconds)]


def test_repeats_are_what_a_join_finds(year: tuple[Installation, sqlite3.Connection]) -> None:
    installation, database = year
    found = installation.ok("stats", "--json").json["repeats"]
    database.execute("CREATE TEMP TABLE word (incident, word, at)")
    described = "SELECT e.incident, description, at FROM e JOIN fact f USING (incident) WHERE kind = 'declared.v1'"
    for incident, text, at in database.execute(f"{described} AND NOT f.restricted").fetchall():
        words = {word.removesuffix("s") for word in text.split() if len(word) > 3}
        database.executemany("INSERT INTO word VALUES (?, ?, ?)", [(incident, word, at) for word in words])
    pairs = (
        "SELECT a.word, b.word, count(*) AS c FROM word a JOIN word b ON a.incident = b.incident AND a.word < b.word"
        " GROUP BY 1, 2 ORDER BY c DESC, 1, 2"
    )
    first = database.execute(pairs).fetchone()
    assert found["groups"][0]["words"] == list(first[:2])
    assert len(found["groups"][0]["incidents"]) == first[2]
    new = (
        "SELECT count(*) FROM (SELECT a.incident FROM word a JOIN word b ON a.incident = b.incident AND a.word < b.word"
        " JOIN (SELECT x.word AS p, y.word AS q, min(x.at) AS first FROM word x JOIN word y ON x.incident = y.incident"
        " AND x.word < y.word GROUP BY 1, 2) ON p = a.word AND q = b.word WHERE a.at > first GROUP BY 1)"
    )
    assert found["part"] == database.execute(new).fetchone()[0]
