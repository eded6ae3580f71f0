#!/usr/bin/env python3
"""Forwards a file that grows for some minutes, while the S3 server is killed and restarted three times.

    tests/soak/run.py PROGRAM MINIO FOLDER [SECONDS]

Prints memory, health and metrics as time passes. Fails if the memory of the program grows, if health does not turn red while the
server is gone and green again afterwards, or if an event is missing from the bucket or in it twice.
"""

import collections
import gzip
import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

PROGRAM, MINIO, FOLDER = sys.argv[1], sys.argv[2], Path(sys.argv[3])
SECONDS = int(sys.argv[4]) if len(sys.argv) > 4 else 600
SERVER, METRICS = "127.0.0.1:19000", "127.0.0.1:19184"
KEYS = {"AWS_ACCESS_KEY_ID": "soak-access-key", "AWS_SECRET_ACCESS_KEY": "soak-secret-key"}
BUCKET = "mp-forwarding-soak"
LINES_A_SECOND = 400
# The part of the run in which the server is gone, three times.
GONE = [(0.2, 0.24), (0.45, 0.49), (0.7, 0.74)]
UNHEALTHY_AFTER = max(2, SECONDS // 60)
SETTINGS = f"""
[connection]
s3_bucket_name = "{BUCKET}"
store_data_in_folders_by_date = "event_time"
use_compression = true
[engine]
endpoint = "http://{SERVER}"
max_file_age_seconds = 2
window_seconds = 2
"""


def main():
    FOLDER.mkdir(parents=True)
    (FOLDER / "data" / BUCKET).mkdir(parents=True)
    (FOLDER / "in").mkdir()
    (FOLDER / "connection.toml").write_text(SETTINGS)
    server, program = start_server(), start_program()
    writer = Writer()
    writer.start()
    memory, colours, begun = [], [], time.monotonic()
    gone = list(GONE)
    print("seconds  MiB  health  received   written  pending  retries  spool KiB", flush=True)
    while (passed := time.monotonic() - begun) < SECONDS:
        time.sleep(max(1, SECONDS / 120))
        part = passed / SECONDS
        if server and gone and part >= gone[0][0]:
            server.kill()
            server.wait()
            server = None
            print(f"{passed:7.0f}  the server is killed", flush=True)
        if not server and part >= gone[0][1]:
            gone.pop(0)
            server = start_server()
            print(f"{passed:7.0f}  the server is started", flush=True)
        memory.append((part, resident(program.pid)))
        colours.append((bool(server), health()))
        show(passed, memory[-1][1], colours[-1][1])
    writer.stop.set()
    writer.join()
    deadline = time.monotonic() + 120
    while metrics()["events_written_total"] < writer.events and time.monotonic() < deadline:
        time.sleep(1)
    show(time.monotonic() - begun, resident(program.pid), health())
    print(get("/metrics")[1])
    program.send_signal(signal.SIGTERM)
    code = program.wait(30)
    found = events_in_bucket()
    server.kill()
    server.wait()
    check(writer.events, code, found, memory, colours)


def check(events, code, found, memory, colours):
    lost = events - len(found)
    twice = sum(found.values()) - len(found)
    # The first third warms up.
    early = max(mib for part, mib in memory if part < 0.35)
    late = max(mib for part, mib in memory if part > 0.8)
    red = [was_green for is_there, was_green in colours if not is_there]
    print(f"exit code {code}; {events} events: lost {lost}, twice {twice}")
    print(f"memory: at most {early} MiB before 35 % of the time, {late} MiB after 80 %")
    print(f"health: red in {red.count(False)} of {len(red)} looks without the server, green at the end: {colours[-1][1]}")
    assert code in (0, 3), "the program failed"
    assert lost == 0 and twice == 0, "an event is lost or there twice"
    assert late <= early * 1.2 + 8, "the memory grows"
    assert False in red and colours[-1][1], "health is wrong"


class Writer(threading.Thread):
    """Appends batches to a file, and begins another one now and then."""

    def __init__(self):
        super().__init__()
        self.stop, self.events = threading.Event(), 0

    def run(self):
        number = 0
        while not self.stop.wait(0.25):
            if self.events >= (number + 1) * LINES_A_SECOND * SECONDS // 8:
                (FOLDER / "in" / "batches.ndjson").rename(FOLDER / "in" / f"batches-{number}.ndjson")
                number += 1
            with open(FOLDER / "in" / "batches.ndjson", "a") as file:
                for _ in range(LINES_A_SECOND // 4):
                    self.events += 1
                    file.write(json.dumps(batch(self.events)) + "\n")


def batch(event):
    now = str(time.time_ns() // 1_000_000)
    data = {"event_name": "soak", "custom_event_type": "other", "event_id": str(event), "timestamp_unixtime_ms": now}
    data["custom_attributes"] = {f"attribute {number}": f"value {event * number}" for number in range(12)}
    return {
        "environment": "production",
        "mpid": str(event % 5000),
        "timestamp_unixtime_ms": now,
        "application_info": {"application_name": "soak"},
        "events": [{"event_type": "custom_event", "data": data}],
    }


def start_server():
    environment = os.environ | {"MINIO_ROOT_USER": KEYS["AWS_ACCESS_KEY_ID"], "MINIO_BROWSER": "off"}
    environment["MINIO_ROOT_PASSWORD"] = KEYS["AWS_SECRET_ACCESS_KEY"]
    command = [MINIO, "server", str(FOLDER / "data"), "--address", SERVER]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://{SERVER}/minio/health/ready", timeout=1)
            return server
        except OSError:
            time.sleep(0.1)
    sys.exit("MinIO does not start")


def start_program():
    options = f"--follow --state {FOLDER}/state --spool-limit 128MiB --deadline forever --log json --metrics-listen {METRICS}"
    options += f" --unhealthy-after {UNHEALTHY_AFTER}s --settings {FOLDER}/connection.toml --input {FOLDER}/in"
    log = open(FOLDER / "log.jsonl", "w")
    command = [PROGRAM, "forward", *options.split()]
    program = subprocess.Popen(command, env=os.environ | KEYS, stdout=subprocess.DEVNULL, stderr=log)
    for _ in range(200):
        try:
            get("/metrics")
            return program
        except OSError:
            time.sleep(0.1)
    sys.exit("the program does not start: " + (FOLDER / "log.jsonl").read_text())


def events_in_bucket():
    """How often each event is in the bucket."""
    found, after = collections.Counter(), ""
    while True:
        page = signed_get("/", {"list-type": "2", "start-after": after}).decode()
        keys = re.findall("<Key>([^<]*)</Key>", page)
        for key in keys:
            for line in gzip.decompress(signed_get("/" + urllib.parse.quote(key), {})).splitlines():
                found.update(event["data"]["event_id"] for event in json.loads(line)["events"])
        if "<IsTruncated>true" not in page:
            return found
        after = keys[-1]


def signed_get(path, query):
    """GET with the signature version 4 of AWS."""
    quoted = "&".join(f"{name}={urllib.parse.quote(value, safe='')}" for name, value in sorted(query.items()))
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{now[:8]}/us-east-1/s3/aws4_request"
    path, names = f"/{BUCKET}{path}", "host;x-amz-content-sha256;x-amz-date"
    headers = f"host:{SERVER}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:{now}\n"
    request = f"GET\n{path}\n{quoted}\n{headers}\n{names}\nUNSIGNED-PAYLOAD"
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = b"AWS4" + KEYS["AWS_SECRET_ACCESS_KEY"].encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"{KEYS['AWS_ACCESS_KEY_ID']}/{scope}"
    authorization = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
    added = {"x-amz-date": now, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "Authorization": authorization}
    with urllib.request.urlopen(urllib.request.Request(f"http://{SERVER}{path}?{quoted}", headers=added)) as answer:
        return answer.read()


def get(path):
    try:
        with urllib.request.urlopen(f"http://{METRICS}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def health():
    return get("/healthz")[0] == 200


def metrics():
    values = {}
    for line in get("/metrics")[1].splitlines():
        if not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            name = name.removeprefix("mp_forwarding_").split("{")[0]
            values[name] = values.get(name, 0) + float(value)
    return values


def resident(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def show(passed, mib, is_healthy):
    now = metrics()
    names = ["events_received_total", "events_written_total", "events_pending", "retries_total"]
    received, written, pending, retries = (int(now.get(name, 0)) for name in names)
    spool = int(now["spool_bytes"]) // 1024
    colour = "green" if is_healthy else "red"
    print(f"{passed:7.0f} {mib:4}  {colour:6} {received:9} {written:9} {pending:8} {retries:8} {spool:10}", flush=True)


main()
