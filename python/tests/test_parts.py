"""Reports of parts, merged: in this process, in a pool, and on Spark. Each is the report of the whole."""

from __future__ import annotations

import json
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial as bind
from functools import reduce
from multiprocessing import get_context
from operator import add
from pathlib import Path
from typing import Any

import mp_forwarding
import pytest
from mp_forwarding import Partial, UsageError, generate, merge, partial, validate

from conftest import Bucket


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """203 files with faults, and with lines and files that are there twice."""
    folder = tmp_path_factory.mktemp("parts") / "export"
    folder.mkdir()
    lines = list(generate(2_000))
    for number in range(203):
        some = lines[number * 9 : number * 9 + 12]
        if number % 40 == 3:
            some.append(b'{"environment":"prod"}')
        if number % 40 == 5:
            some.append(b"{")
        if number > 200:
            some = lines[:12]
        day = folder / f"2026-03-{number % 28 + 1:02}"
        day.mkdir(exist_ok=True)
        name = f"Shop_202603{number % 28 + 1:02}000000000000_{10000 + number}.txt"
        (day / name).write_bytes(b"\n".join(some) + b"\n")
    return folder


OPTIONS = mp_forwarding.ValidateOptions(form="raw", names=True)


def without_times(report: Any) -> Any:
    """A report as data, without what differs from run to run."""
    data = json.loads(report.to_json())
    del data["started_at"], data["milliseconds"], data["target"]
    for check in data["checks"]:
        check.pop("milliseconds", None)
    return data


def of_shard(folder: str, shard: str) -> Partial:
    return partial(folder, shard=shard, form="raw", names=True)


def test_shards_add_up_to_the_whole(files: Path) -> None:
    whole = without_times(validate(files, **OPTIONS))
    parts = [of_shard(str(files), f"{number}/5") for number in range(1, 6)]
    assert without_times(merge(reversed(parts))) == whole
    assert without_times(merge([reduce(add, parts)])) == whole
    assert whole["summary"]["wrong_lines"] > 0


def test_files_in_any_division_add_up_to_the_whole(files: Path) -> None:
    whole = without_times(validate(files, **OPTIONS))
    paths = sorted(files.rglob("*.txt"))
    for size in (29, 100, 203):
        parts = [partial(keys=paths[at : at + size], form="raw", names=True) for at in range(0, len(paths), size)]
        data = without_times(merge(parts))
        assert data["summary"] == whole["summary"]
        assert data["findings"] == whole["findings"]


def test_a_pool_of_processes_gives_the_report_of_the_whole(files: Path) -> None:
    shards = [f"{number}/4" for number in range(1, 5)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        report = merge(pool.map(bind(of_shard, str(files)), shards))
    assert without_times(report) == without_times(validate(files, **OPTIONS))


def test_spark_over_a_bucket_gives_the_report_of_the_whole(files: Path, bucket: Bucket) -> None:
    pytest.importorskip("pyspark")
    from mp_forwarding import spark
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    for file in files.rglob("*.txt"):
        bucket.put(f"exports/{file.relative_to(files)}", file.read_bytes())
    options = OPTIONS.copy()
    options["endpoint"] = bucket.endpoint
    prefix = f"s3://{bucket.name}/exports/"
    whole = without_times(validate(prefix, **options))
    assert whole["summary"]["files"] == 203 and whole["summary"]["wrong_lines"] > 0
    assert without_times(spark.validate(session, prefix, tasks=4, **options)) == whole
    keys = [f"{prefix}{file.relative_to(files)}" for file in sorted(files.rglob("*.txt"))]
    by_keys = without_times(spark.validate(session, keys, **options))
    assert by_keys["summary"] == whole["summary"] and by_keys["findings"] == whole["findings"]


def test_what_is_missing_or_foreign_is_said(files: Path, tmp_path: Path) -> None:
    parts = [of_shard(str(files), f"{number}/3") for number in (1, 3)]
    report = merge(parts)
    assert "shard 2 of 3 is missing" in str(report.incomplete) and not report.ok
    with pytest.raises(UsageError):
        merge([parts[0], parts[0]])
    with pytest.raises(UsageError):
        merge([])
    with pytest.raises(UsageError):
        merge([parts[0], partial(files, shard="2/3", form="raw")])
    with pytest.raises(UsageError):
        Partial.from_bytes(b"something else")
    with pytest.raises(UsageError):
        partial(files, shard="5/4")
    with pytest.raises(UsageError):
        partial(files, sample="10%")
    assert merge([partial(tmp_path / "export-without-files", shard="1/1", allow_empty=True)]).verdict != "FAILED"


def test_a_partial_is_the_file_of_the_command(files: Path, tmp_path: Path) -> None:
    file = tmp_path / "1.partial"
    command: list[str | Path] = ["mp-forwarding", "validate", "--quiet", "--form", "raw", "--shard", "1/2", "--partial", file, files]
    subprocess.run(command, stdout=subprocess.DEVNULL)
    other = partial(files, form="raw", shard="2/2")
    report = merge([Partial.from_bytes(file.read_bytes()), other])
    assert report.summary["files"] == 203
    assert pickle.loads(pickle.dumps(other)) == other
    assert len(other.to_bytes()) < 4_000_000


def test_sigint_raises_keyboard_interrupt(tmp_path: Path) -> None:
    lines = b"".join(line + b"\n" for line in generate(2_000))
    for number in range(40):
        (tmp_path / f"Shop_20260301000000000000_{10000 + number}.txt").write_bytes(lines)
    code = f"import mp_forwarding; print('begun', flush=True); mp_forwarding.validate({str(tmp_path)!r}, form='raw', limits=True, jobs=1)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"begun\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    _, complaint = process.communicate(timeout=60)
    assert b"KeyboardInterrupt" in complaint, "it ended before the signal"
    assert time.monotonic() - sent < 5
