#!/usr/bin/env python3
"""Measures the time and memory of `mp-forwarding validate` for a prefix with many objects on real servers.

    python3 benches/validate/objects.py [--objects 10000] [--rounds 3]

Starts MinIO (`MP_FORWARDING_MINIO`, else `minio`) and SeaweedFS (`MP_FORWARDING_WEED`, else `weed`) on free loopback ports,
writes one object per batch with `mp-forwarding forward`, and validates the prefix: every object is listed, read and checked.
Asserts that all written files and lines are found, and no fault. Needs Linux and Python 3.10.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KEY, SECRET = "AKIATESTROOT00000000", "only-for-tests-on-loopback"
BUCKET, FOLDER = "mp-forwarding-many", "exports"


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def minio(folder):
    [port, console] = free_ports(2)
    program = os.environ.get("MP_FORWARDING_MINIO", "minio")
    # A folder of its drive is a bucket.
    (folder / "data" / BUCKET).mkdir(parents=True)
    command = [program, "server", "--address", f"127.0.0.1:{port}", "--console-address", f"127.0.0.1:{console}", folder / "data"]
    variables = {"MINIO_ROOT_USER": KEY, "MINIO_ROOT_PASSWORD": SECRET, "MINIO_BROWSER": "off", "MINIO_UPDATE": "off"}
    return command, variables, port, [f"http://127.0.0.1:{port}/minio/health/ready"]


def seaweedfs(folder):
    parts = ["s3", "master", "volume", "filer"]
    ports = free_ports(2 * len(parts))
    (folder / "data").mkdir()
    identity = {"name": "root", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    command = [os.environ.get("MP_FORWARDING_WEED", "weed"), "server", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    for index, part in enumerate(parts):
        command += [f"-{part}.port={ports[index]}", f"-{part}.port.grpc={ports[index + len(parts)]}"]
    command += [f"-dir={folder / 'data'}", f"-s3.config={folder / 's3.json'}", "-master.telemetry=false"]
    command += [f"-s3.localSocket={folder / 's3.sock'}", f"-filer.localSocket={folder / 'filer.sock'}"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.volumeSizeLimitMB=64", "-volume.max=200"]
    ready = [f"http://127.0.0.1:{ports[0]}/healthz", f"http://127.0.0.1:{ports[1]}/dir/assign"]
    return command, {"TMPDIR": str(folder)}, ports[0], ready


def answers(url):
    try:
        return urllib.request.urlopen(url, timeout=5).status == 200
    except OSError:
        return False


def started(make, stack):
    """The port of a server that runs until the stack is closed."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mp-forwarding-server-")))
    command, variables, port, ready = make(folder)
    log = stack.enter_context(open(folder / "log", "wb"))
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **variables}, stdout=log, stderr=log)
    stack.callback(lambda: (process.kill(), process.wait()))
    end = time.monotonic() + 60
    while not all(answers(url) for url in ready):
        if process.poll() is not None or time.monotonic() > end:
            sys.exit(f"{command[0]} does not start: {(folder / 'log').read_text()}")
        time.sleep(0.1)
    return port


def measured(command, variables):
    """Output, elapsed seconds, processor seconds, peak memory in MiB."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"exit code {process.returncode} of {command}: {output.decode()}")
    return output, time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def line(number):
    """A batch with one event, about 1,000 bytes, on one of thirty days."""
    time_of_event = 1_772_323_200_000 + number % 30 * 86_400_000 + number
    attributes = {f"attribute {index}": f"value {number + index} of some length" for index in range(15)}
    event = {"event_name": "Add to cart", "timestamp_unixtime_ms": time_of_event, "event_id": number, "custom_attributes": attributes}
    batch = {
        "events": [{"event_type": "custom_event", "data": event}],
        "application_info": {"application_name": "Shop"},
        "user_identities": {"customer_id": f"customer {number % 1000}"},
        "mpid": 5_551_234_567_890_123_456 + number % 1000,
        "environment": "production",
    }
    return json.dumps(batch) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--program", help="a release build; without it, one is made")
    options = parser.parse_args()
    program = options.program
    if program is None:
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
        program = ROOT / "target" / "release" / "mp-forwarding"

    variables = {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), "AWS_EC2_METADATA_DISABLED": "true"}
    variables |= {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    print(f"{'':10} {'objects':>8} {'written in s':>13} {'validated in s':>15} {'objects/s':>10} {'CPU s':>6} {'peak MiB':>9}")
    for name, make in [("MinIO", minio), ("SeaweedFS", seaweedfs)]:
        with ExitStack() as stack:
            endpoint = ["--endpoint", f"http://127.0.0.1:{started(make, stack)}"]
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            settings = folder / "connection.toml"
            settings.write_text(
                f'[connection]\ns3_bucket_name = "{BUCKET}"\nfolder_name = "{FOLDER}"\n'
                'store_data_in_folders_by_date = "event_time"\nsend_as_batch = false\n[engine]\nmax_file_lines = 1\n'
            )
            batches = folder / "batches.ndjson"
            batches.write_text("".join(line(number) for number in range(options.objects)))
            write = [program, "--quiet", "forward", "--input", batches, "--settings", settings]
            _, wrote, _, _ = measured([*write, "--deadline", "600", *endpoint], variables)
            validate = [program, "--quiet", "validate", f"s3://{BUCKET}/{FOLDER}/", "--format", "json"]
            runs = []
            for _ in range(options.rounds):
                report, *numbers = measured([*validate, "--settings", settings, *endpoint], variables)
                report = json.loads(report)["summary"]
                found = [report["files"], report["lines"], report["wrong_lines"]]
                assert found == [options.objects, options.objects, 0], report
                runs.append(numbers)
            passed, processor, peak = (statistics.median(column) for column in zip(*runs))
            files = report["files"]
            print(f"{name:10} {files:8} {wrote:13.1f} {passed:15.1f} {files / passed:10.0f} {processor:6.1f} {peak:9.0f}", flush=True)


if __name__ == "__main__":
    main()
