"""What several tests use."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

GOOD = b'{"events":[],"environment":"production"}\n'
BAD = b'{"events":[],"environment":"prod"}\n'

# Before Spark starts: its workers have the environment that it is started with.
os.environ.update(
    AWS_ACCESS_KEY_ID="AKIATESTROOT00000000",
    AWS_SECRET_ACCESS_KEY="only-for-tests-on-loopback",
    AWS_EC2_METADATA_DISABLED="true",
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A folder with one file that has a wrong line, and one that has none."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "Shop_20260301000000000000_00001.txt").write_bytes(GOOD + BAD)
    (folder / "Shop_20260301000100000000_00002.txt").write_bytes(GOOD)
    return folder


class Bucket(NamedTuple):
    """A bucket on a server of the tests."""

    name: str
    endpoint: str
    filer: str

    def put(self, key: str, content: bytes) -> None:
        """Writes an object beside S3, which needs no signature."""
        request = urllib.request.Request(f"{self.filer}/buckets/{self.name}/{quote(key)}", data=content, method="PUT")
        urllib.request.urlopen(request, timeout=30).close()


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """A bucket on SeaweedFS, which ``MP_FORWARDING_WEED`` names."""
    program = os.environ.get("MP_FORWARDING_WEED")
    if program is None:
        assert "MP_FORWARDING_NO_SKIP" not in os.environ, "MP_FORWARDING_WEED is not set"
        pytest.skip("MP_FORWARDING_WEED does not name SeaweedFS")
    folder = tmp_path_factory.mktemp("seaweedfs")
    (folder / "data").mkdir()
    keys = {"accessKey": os.environ["AWS_ACCESS_KEY_ID"], "secretKey": os.environ["AWS_SECRET_ACCESS_KEY"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [{"name": "root", "credentials": [keys], "actions": ["Admin"]}]}))
    command = [program, "server", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    ports = dict(zip(("s3", "master", "volume", "filer", "s3.grpc", "master.grpc", "volume.grpc", "filer.grpc"), free_ports(8)))
    command += [f"-{part}.port={ports[part]}" for part in ("s3", "master", "volume", "filer")]
    command += [f"-{part}.port.grpc={ports[part + '.grpc']}" for part in ("s3", "master", "volume", "filer")]
    command += [f"-dir={folder / 'data'}", f"-s3.config={folder / 's3.json'}", "-master.telemetry=false"]
    command += [f"-s3.localSocket={folder / 's3.sock'}", f"-filer.localSocket={folder / 'filer.sock'}"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.volumeSizeLimitMB=64", "-volume.max=50"]
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(command, cwd=folder, env={**os.environ, "TMPDIR": str(folder)}, stdout=log, stderr=log)
    try:
        filer = f"http://127.0.0.1:{ports['filer']}"
        # The master assigns places for writing only after a volume server has joined.
        for url in (f"http://127.0.0.1:{ports['s3']}/healthz", f"http://127.0.0.1:{ports['master']}/dir/assign", filer):
            wait_for(url, server, folder / "log")
        yield Bucket("mp-forwarding-parts", f"http://127.0.0.1:{ports['s3']}", filer)
    finally:
        server.kill()
        server.wait()


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            assert server.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.1)
