"""DuckDB, Polars and Spark read the engine's exports by the texts of ``mp-forwarding ddl``.

The exports are in the folder ``MP_FORWARDING_INSTANCES``: ``cargo test --test it exports_for_other_readers`` writes them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

EXPORTS = Path(os.environ.get("MP_FORWARDING_INSTANCES", "nowhere")) / "exports"
NAMES = ["no_dates", "dates", "gzip", "gzip_under_txt"]

pytestmark = pytest.mark.skipif(
    not EXPORTS.is_dir() and "MP_FORWARDING_NO_SKIP" not in os.environ, reason="MP_FORWARDING_INSTANCES has no exports"
)


@dataclass
class Seen:
    """What a reader found."""

    lines: int = 0
    mpids: list[int] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    dates: set[str] = field(default_factory=set)


def text_of(engine: str, export: Path, *more: str) -> str:
    """The text for an engine."""
    command: list[str | Path] = ["mp-forwarding", "ddl", "--quiet", "--for", engine, "--table", "export", "--settings", export / "connection.toml", *more]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def ddl(engine: str, export: Path) -> str:
    """The text for an engine, with the folder on this machine in place of the bucket."""
    return re.sub(r"s3a?://", f"{export}/", text_of(engine, export))


def statements(text: str) -> list[str]:
    """The statements of a text, without its comments."""
    code = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return [statement for statement in code.split(";\n") if statement.strip()]


def check(seen: Seen, export: Path) -> None:
    """Compares with what was written."""
    truth: dict[str, Any] = json.loads((export / "truth.json").read_text())
    assert seen.lines == truth["lines"]
    assert sorted(seen.mpids) == sorted(map(int, truth["mpids"]))
    assert seen.events == Counter(truth["events"])
    assert seen.names == Counter(truth["names"])
    folders = {path.parent.name for path in export.rglob("*_?????.txt*")}
    assert seen.dates == {folder for folder in folders if re.fullmatch(r"\d{4}-\d\d-\d\d", folder)}


SQL = {
    "lines": "SELECT count(*) FROM export",
    "mpids": "SELECT mpid FROM export WHERE mpid IS NOT NULL",
    "events": "SELECT event_type, count(*) FROM export_events GROUP BY event_type",
    "names": "SELECT coalesce(event_name, 'none'), count(*) FROM export_custom_event GROUP BY event_name",
    "dates": "SELECT DISTINCT folder_date FROM export WHERE folder_date IS NOT NULL",
}


@pytest.mark.parametrize("name", NAMES)
def test_duckdb_reads_every_line(name: str) -> None:
    import duckdb

    database = duckdb.connect()
    for statement in statements(ddl("duckdb", EXPORTS / name)):
        database.execute(statement)
    rows = {what: database.execute(query).fetchall() for what, query in SQL.items()}
    check_rows(rows, EXPORTS / name)
    for view in views(EXPORTS / name, "duckdb"):
        database.execute(f"SELECT * FROM {view}").fetchall()


def check_rows(rows: dict[str, list[Any]], export: Path) -> None:
    """Compares the rows of the queries with what was written."""
    seen = Seen(
        rows["lines"][0][0],
        [row[0] for row in rows["mpids"]],
        Counter({row[0]: row[1] for row in rows["events"]}),
        Counter({row[0]: row[1] for row in rows["names"]}),
        {str(row[0]) for row in rows["dates"]},
    )
    check(seen, export)


def views(export: Path, engine: str) -> list[str]:
    """The names of the views."""
    found = re.findall(r"CREATE OR REPLACE VIEW (\w+)", ddl(engine, export))
    assert len(found) > 20
    return found


@pytest.mark.parametrize("name", NAMES)
def test_polars_reads_every_line(name: str) -> None:
    import polars as pl

    module: dict[str, Any] = {}
    exec(ddl("polars", EXPORTS / name), module)
    batches = module["batches"]().collect()
    events = module["events"]().collect()
    custom = module["events_of"]("custom_event").collect()
    # Each time, `events_of` would read the lines anew.
    for event_type, fields in module["FIELDS"].items():
        events.filter(pl.col("event_type") == event_type).select(*module["CONTEXT"], *fields)
    assert batches.schema["mpid"] == pl.Int64
    seen = Seen(
        batches.height,
        batches["mpid"].drop_nulls().to_list(),
        Counter(events["event_type"].to_list()),
        Counter(custom["event_name"].fill_null("none").to_list()),
        set(batches["folder_date"].drop_nulls().to_list()),
    )
    check(seen, EXPORTS / name)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session on this machine."""
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.warehouse.dir", str(folder)).config("spark.driver.host", "127.0.0.1")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_spark_reads_every_line(spark: Any) -> None:
    for name in ["no_dates", "dates", "gzip"]:
        spark.sql(f"CREATE DATABASE `{name}`")
        spark.sql(f"USE `{name}`")
        for statement in statements(ddl("spark", EXPORTS / name).replace(str(EXPORTS), f"file:{EXPORTS}")):
            spark.sql(statement)
        rows = {what: spark.sql(query).collect() for what, query in SQL.items()}
        check_rows(rows, EXPORTS / name)
    for view in views(EXPORTS / "dates", "spark"):
        spark.sql(f"SELECT * FROM `dates`.{view}").collect()


def test_spark_refuses_gzip_under_txt(spark: Any) -> None:
    spark.sql("CREATE DATABASE hidden")
    spark.sql("USE hidden")
    for statement in statements(ddl("spark", EXPORTS / "gzip_under_txt").replace(str(EXPORTS), f"file:{EXPORTS}")):
        spark.sql(statement)
    with pytest.raises(Exception, match="MALFORMED_RECORD|FAILED_READ_FILE"):
        spark.sql("SELECT mpid, environment FROM export").collect()
