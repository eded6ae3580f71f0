#!/usr/bin/env python3
"""Measures how long `mp-forwarding validate` takes for many objects behind a network that delays every request.

    python3 benches/validate/latency.py [--objects 1499] [--rounds 3] [--program PATH]

Starts MinIO (`MP_FORWARDING_MINIO`, else `minio`) and a proxy on loopback that holds each request back, writes one object per batch, and
validates the prefix with a fixed number of readers and with the default, which adapts. Asserts that every object is read, without a
fault. Needs Linux and Python 3.10.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

from objects import BUCKET, FOLDER, KEY, ROOT, SECRET, line, measured, minio, started

DELAYS = [0, 30, 100]
FETCHES = ["8", "64", "adaptive"]


def proxy(port, delay):
    """The port of a proxy in front of `port` that holds each request back for `delay` seconds."""
    ready, own = threading.Event(), []

    async def copy(reader, writer, wait):
        try:
            while data := await reader.read(1 << 18):
                if wait:
                    await asyncio.sleep(wait)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def serve(reader, writer):
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(copy(reader, to_writer, delay), copy(to_reader, writer, 0))

    async def run():
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
        own.append(server.sockets[0].getsockname()[1])
        ready.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    ready.wait()
    return own[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=1_499)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--program", help="a release build; without it, one is made")
    options = parser.parse_args()
    program = options.program
    if program is None:
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
        program = ROOT / "target" / "release" / "mp-forwarding"

    variables = {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), "AWS_EC2_METADATA_DISABLED": "true"}
    variables |= {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    with ExitStack() as stack:
        port = started(minio, stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = folder / "connection.toml"
        settings.write_text(
            f'[connection]\ns3_bucket_name = "{BUCKET}"\nfolder_name = "{FOLDER}"\n'
            'store_data_in_folders_by_date = "event_time"\nsend_as_batch = false\n[engine]\nmax_file_lines = 1\n'
        )
        batches = folder / "batches.ndjson"
        batches.write_text("".join(line(number) for number in range(options.objects)))
        write = [program, "--quiet", "forward", "--input", batches, "--settings", settings, "--deadline", "600"]
        measured([*write, "--endpoint", f"http://127.0.0.1:{port}"], variables)
        print(f"{options.objects} objects, seconds, median of {options.rounds}")
        print(f"{'delay in ms':>12}" + "".join(f"{fetches:>12}" for fetches in FETCHES))
        for delay in DELAYS:
            endpoint = ["--endpoint", f"http://127.0.0.1:{proxy(port, delay / 1000)}"]
            row = []
            for fetches in FETCHES:
                fixed = [] if fetches == "adaptive" else ["--fetches", fetches]
                validate = [program, "--quiet", "validate", f"s3://{BUCKET}/{FOLDER}/", "--format", "json", *fixed, *endpoint]
                runs = []
                for _ in range(options.rounds):
                    report, seconds, _, _ = measured(validate, variables)
                    summary = json.loads(report)["summary"]
                    found = [summary["files"], summary["lines"], summary["wrong_lines"]]
                    assert found == [options.objects, options.objects, 0], summary
                    runs.append(seconds)
                row.append(statistics.median(runs))
            print(f"{delay:>12}" + "".join(f"{seconds:>12.1f}" for seconds in row), flush=True)


if __name__ == "__main__":
    main()
