"""Trino reads the engine's exports from a bucket by the text of ``mp-forwarding ddl --for trino``.

``MP_FORWARDING_TRINO`` names the folder of its server. It needs a Java of its own, which ``JAVA_HOME`` names: docs/ci.md says which.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Bucket, free_ports, wait_for
from test_readers import EXPORTS, SQL, check_rows, statements, text_of, views

pytestmark = pytest.mark.skipif("MP_FORWARDING_TRINO" not in os.environ, reason="MP_FORWARDING_TRINO does not name Trino's server")

JVM = ["-Xmx1G", "-XX:+ExitOnOutOfMemoryError", "-Djdk.attach.allowAttachSelf=true", "--add-modules=jdk.incubator.vector"]
# Each day from it on is a partition, which Trino lists.
SINCE = "2026-02-01"
NODE = {"environment": "test", "bind-ip": "127.0.0.1", "internal-address": "127.0.0.1"}


class Trino:
    """A server, by its HTTP interface."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def run(self, statement: str, schema: str = "default") -> list[Any]:
        """The rows of a statement."""
        headers = {"X-Trino-User": "test", "X-Trino-Catalog": "hive", "X-Trino-Schema": schema}
        request = urllib.request.Request(f"{self.url}/v1/statement", data=statement.rstrip().removesuffix(";").encode(), headers=headers)
        rows: list[Any] = []
        while True:
            with urllib.request.urlopen(request, timeout=60) as answer:
                page = json.load(answer)
            if "error" in page:
                raise RuntimeError(f"{page['error']['message']}: {statement}")
            rows += page.get("data", [])
            if "nextUri" not in page:
                return rows
            request = urllib.request.Request(page["nextUri"], headers=headers)


@pytest.fixture(scope="module")
def trino(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trino]:
    """A server on this machine whose catalog ``hive`` reads the bucket."""
    home, folder, [port] = Path(os.environ["MP_FORWARDING_TRINO"]), tmp_path_factory.mktemp("trino"), free_ports(1)
    (folder / "plugin").mkdir()
    # Each plugin takes seconds to load.
    (folder / "plugin" / "hive").symlink_to(home / "plugin" / "hive")
    (folder / "catalog").mkdir()
    server_settings: dict[str, Any] = {
        "coordinator": "true",
        "node-scheduler.include-coordinator": "true",
        "http-server.http.port": port,
        "discovery.uri": f"http://127.0.0.1:{port}",
        "plugin.dir": folder / "plugin",
        "catalog.config-dir": folder / "catalog",
        "query.max-memory": "256MB",
    }
    catalog_settings: dict[str, Any] = {
        "connector.name": "hive",
        "hive.metastore": "file",
        "hive.metastore.catalog.dir": f"s3://{bucket.name}/metastore",
        "hive.partition-projection-enabled": "true",
        "fs.native-s3.enabled": "true",
        "s3.endpoint": bucket.endpoint,
        "s3.region": "us-east-1",
        "s3.path-style-access": "true",
        "s3.aws-access-key": os.environ["AWS_ACCESS_KEY_ID"],
        "s3.aws-secret-key": os.environ["AWS_SECRET_ACCESS_KEY"],
    }
    for file, settings in [("config.properties", server_settings), ("catalog/hive.properties", catalog_settings)]:
        (folder / file).write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    # As its launcher does, which would be the parent of the server.
    node = [f"-Dnode.{name}={value}" for name, value in {**NODE, "data-dir": folder / "data"}.items()]
    java = [str(Path(os.environ["JAVA_HOME"]) / "bin" / "java"), *JVM, *node, f"-Dconfig={folder / 'config.properties'}"]
    log = folder / "log"
    with open(log, "wb") as out:
        server = subprocess.Popen([*java, "-cp", f"{home}/lib/*", "io.trino.server.TrinoServer"], cwd=folder, stdout=out, stderr=out)
    try:
        wait_for(f"http://127.0.0.1:{port}/v1/info", server, log, 300)
        client = Trino(port)
        while json.load(urllib.request.urlopen(f"{client.url}/v1/info", timeout=60))["starting"]:
            assert server.poll() is None, log.read_text()
        yield client
    finally:
        server.kill()
        server.wait()


def tables(trino: Trino, bucket: Bucket, name: str) -> None:
    """Puts an export into the bucket, and makes its tables and views in a schema of its name."""
    export = EXPORTS / name
    base = export / "mp-forwarding-a"
    for file in base.rglob("*.txt*"):
        bucket.put(f"{name}/{file.relative_to(base)}", file.read_bytes())
    trino.run(f"CREATE SCHEMA hive.{name}")
    for statement in statements(text_of("trino", export, "--since", SINCE).replace("s3://mp-forwarding-a/", f"s3://{bucket.name}/{name}/")):
        trino.run(statement, name)


def test_trino_reads_every_line(trino: Trino, bucket: Bucket) -> None:
    name = "no_dates"
    tables(trino, bucket, name)
    check_rows({what: trino.run(query, name) for what, query in SQL.items()}, EXPORTS / name)
    for view in views(EXPORTS / name, "trino"):
        trino.run(f"SELECT * FROM {view} LIMIT 1", name)


@pytest.mark.parametrize("name", ["dates", "gzip"])
def test_trino_reads_dates_from_the_first_one_on_and_the_base_folder(trino: Trino, bucket: Bucket, name: str) -> None:
    tables(trino, bucket, name)
    # The wrong clocks of some clients give dates of 1970.
    files = list((EXPORTS / name).rglob("*_[0-9][0-9][0-9][0-9][0-9].txt*"))
    dates = {file.parent.name for file in files if file.parent.name[:2].isdigit()}
    read = [file for file in files if file.parent.name not in dates or file.parent.name >= SINCE]
    texts = [gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in read]
    assert 0 < len(read) < len(files)
    assert trino.run(SQL["lines"], name) == [[sum(text.count(b"\n") for text in texts)]]
    assert {row[0] for row in trino.run(SQL["dates"], name)} == {date for date in dates if date >= SINCE}


def test_trino_counts_gzip_under_txt_wrong(trino: Trino, bucket: Bucket) -> None:
    name = "gzip_under_txt"
    tables(trino, bucket, name)
    truth = json.loads((EXPORTS / name / "truth.json").read_text())
    try:
        [[counted]] = trino.run("SELECT count(*) FROM export", name)
    except RuntimeError:
        return
    assert counted != truth["lines"], "Trino reads such files now: change docs/ddl.md"
