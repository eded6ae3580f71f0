#!/usr/bin/env python3
"""Compares the speed of `mp-forwarding forward` with an earlier build of it and with other programs, as whole processes.

    MP_FORWARDING_MINIO=/path/to/minio python3 benches/forward/compare.py PROGRAM [EARLIER PROGRAM]

Makes about 200 MB of batches, starts MinIO on the loopback interface with its data in memory (/dev/shm), and forwards the same file with
each settings file and each program. In a round the programs run one after the other, and ratios are computed for each round, to reduce
the effect of a machine whose speed changes. Beside them run `pigz -p2`, which compresses the same file at the same level and uploads nothing,
the same rule with PyPI smart_open, orjson and boto3, and uploads of the file as it is (peer.py). Needs Linux, Python 3.10 with these
three, and pigz.
"""

import argparse
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

BUCKET = "mp-forwarding-bench"
KEYS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "only-for-bench", "AWS_REGION": "us-east-1"}
FILTER = 'send_screen_views = false\nmetadata_field_exclusion = ["/device_info/brand"]\n'

# The name of a row, the connection's settings, the engine's, the level of gzip or 0, and whether a peer has this rule.
ROWS = [
    ("one filter, a field removed, batched, gzip 6", FILTER + "use_compression = true\n", "gzip_level = 6\n", 6, True),
    ("the same, gzip 1", FILTER + "use_compression = true\n", "gzip_level = 1\n", 1, True),
    ("the same, no gzip", FILTER, "", 0, True),
    ("everything passed, gzip 6", "use_compression = true\n", "gzip_level = 6\n", 6, False),
    ("one event a line, gzip 1", "use_compression = true\nsend_as_batch = false\n", "gzip_level = 1\n", 1, False),
]
PIGZ = "pigz -p2"
RULE = "smart_open + orjson + boto3"
UPLOADS = "uploads without a rule"


def batches(path, size, seed=7):
    """Writes batches of one to five events until the file has this size."""
    dice = random.Random(seed)
    guid = lambda: str(uuid.UUID(int=dice.getrandbits(128)))
    special = {
        "custom_event": {"event_name": "Clicked Button", "custom_event_type": "other"},
        "screen_view": {"screen_name": "Home"},
        "application_state_transition": {"application_transition_type": "application_initialized"},
        "commerce_event": {"product_action": {"action": "purchase", "products": [{"id": "p1", "price": 12.5}]}},
    }
    texts = ["plain text of some length", "véga", "https://example.com/a/b?c=d", "12.5"]
    with open(path, "w", encoding="utf-8") as lines:
        number = 0
        while lines.tell() < size:
            number += 1
            time_of = 1_795_167_000_000 + number * 10
            events = []
            for index in range(dice.choice([1, 2, 3, 5])):
                kind = dice.choice([*special, "session_start", "session_end"])
                data = {
                    "timestamp_unixtime_ms": time_of + index,
                    "event_id": dice.randrange(-(2**63), 2**63),
                    "source_message_id": guid(),
                    "session_id": dice.randrange(2**63),
                    "session_uuid": guid(),
                    "custom_attributes": {f"attribute_{key}": dice.choice(texts) for key in range(6)},
                    "location": {"latitude": 52.52, "longitude": 13.4},
                    "device_current_state": {"time_since_start_ms": 123456, "battery_level": 0.5, "cpu": "arm64"},
                }
                events.append({"event_type": kind, "data": data | special.get(kind, {})})
            batch = {
                "events": events,
                "device_info": {"brand": "Apple", "platform": "iOS", "os_version": "17.1", "ios_idfv": guid()},
                "application_info": {"application_name": "Holiday Planner", "application_version": "4.2.1"},
                "user_attributes": {"$city": "Berlin", "age": 41, "vip": True, "sizes": ["S", "M"]},
                "user_identities": {"email": f"u{number % 5000}@example.com"},
                "environment": "production",
                "mpid": dice.randrange(2**62),
                "batch_id": dice.randrange(2**62),
                "timestamp_unixtime_ms": time_of,
                "schema_version": 2,
            }
            lines.write(json.dumps(batch, separators=(",", ":"), ensure_ascii=False) + "\n")


def measure(command, environment, stdin):
    """Elapsed seconds, processor seconds and peak memory in MiB of a command."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def start_minio(program, data):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = os.environ | {"MINIO_ROOT_USER": "bench", "MINIO_ROOT_PASSWORD": "only-for-bench", "MINIO_BROWSER": "off"}
    command = [program, "server", str(data), "--address", address, "--quiet"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://{address}/minio/health/ready").close()
            return server, f"http://{address}"
        except OSError:
            time.sleep(0.2)
    server.kill()
    raise SystemExit("MinIO does not start")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("programs", nargs="+", type=Path)
    arguments.add_argument("--megabytes", type=int, default=200)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments = arguments.parse_args()
    environment = os.environ | KEYS | {"AWS_EC2_METADATA_DISABLED": "true"}
    work, memory = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp(dir="/dev/shm"))
    server, endpoint = start_minio(os.environ["MP_FORWARDING_MINIO"], memory)
    try:
        import boto3

        os.environ.update(KEYS)
        boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
        lines = work / "in.ndjson"
        batches(lines, arguments.megabytes * 1_000_000)
        megabytes = lines.stat().st_size / 1e6
        print("| job | program | MB/s | CPU s | peak MiB | speed, times the first program |\n|---|---|---|---|---|---|")
        peer = [sys.executable, Path(__file__).with_name("peer.py")]
        for name, connection, engine, level, has_peer in ROWS:
            settings = work / "connection.toml"
            settings.write_text(
                f'[connection]\ns3_bucket_name = "{BUCKET}"\nstore_data_in_folders_by_date = "none"\n{connection}'
                f'[engine]\nendpoint = "{endpoint}"\n{engine}'
            )
            commands = {
                str(program): [program, "forward", "--settings", settings, "--input", lines, "--quiet"]
                for program in arguments.programs
            }
            if has_peer:
                commands[RULE] = [*peer, "rule", lines, endpoint, BUCKET, level]
            if level:
                commands[PIGZ] = [*PIGZ.split(), f"-{level}"]
            else:
                commands[UPLOADS] = [*peer, "uploads", lines, endpoint, BUCKET]
            runs = {program: [] for program in commands}
            for _ in range(arguments.rounds):
                for program, command in commands.items():
                    shutil.rmtree(memory / BUCKET)
                    (memory / BUCKET).mkdir()
                    with lines.open("rb") as stdin:
                        runs[program].append(measure(list(map(str, command)), environment, stdin))
            first = next(iter(runs.values()))
            for program, measured in runs.items():
                elapsed, processor, peak = (statistics.median(column) for column in zip(*measured))
                ratio = statistics.median(one[0] / other[0] for one, other in zip(first, measured))
                print(f"| {name} | {program} | {megabytes / elapsed:.0f} | {processor:.1f} | {peak:.0f} | {ratio:.2f} |", flush=True)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(work)
        shutil.rmtree(memory)


if __name__ == "__main__":
    main()
