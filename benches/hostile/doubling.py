#!/usr/bin/env python3
"""Shows that the work of commands on hostile input grows with its length: twice the input takes about twice the processor time.

    python3 benches/hostile/doubling.py --program target/release/mp-forwarding [--only explain] [--most 40000]

Each command runs on three inputs, each twice as long as the one before. The table has the processor time of each, without that of a
run on an almost empty input, and the last ratio. It ends with 1 if a ratio is above 3. Needs Linux and Python 3.10.
"""

import argparse
import hashlib
import io
import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HEAD = '{"environment":"production","mpid":"1","timestamp_unixtime_ms":"1772323200000","schema_version":2'
SETTINGS = "[connection]\ns3_bucket_name = 'mp-forwarding-doubling'\nstore_data_in_folders_by_date = 'none'\n"
LARGEST_RATIO = 3


def joined(count, form):
    return ",".join(form.format(number) for number in range(count))


def line(rest):
    return f"{HEAD},{rest}}}\n".encode()


def quarantined(count, other):
    """A line whose data plan blocked `count` events and attributes."""
    blocked = f'"blocked_event_ids":[{joined(count, "{0}")}],"blocked_user_attributes":[{joined(count, chr(34) + "a{0}" + chr(34))}]'
    return line(f'{other},"context":{{"data_plan":{{"block_metadata":{{{blocked}}}}}}}')


def bundle(count, is_right):
    """A bundle of evidence with `count` objects."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:

        def add(name, content):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))

        digest = hashlib.sha256(b"{}").hexdigest()
        tool = {"name": "mp-forwarding", "version": "0.1.0"}
        parts = [{"path": f"data/{number}", "bytes": 2, "sha256": digest if is_right else ""} for number in range(count)]
        case = {"name": "a", "settings": {}, "input_lines": 1, "objects": count, "lines": count, "stored_bytes": 2 * count}
        report = {"tool": tool, "command": "conform", "target": "a", "started_at": "2026-03-01T00:00:00Z", "milliseconds": 1,
                  "checks": [], "findings": [], "summary": {"cases": [case]}}
        objects = [{"case": "a", "key": str(number), "bytes": 2, "sha256": digest} for number in range(count)]
        add("manifest.json", json.dumps({"tool": tool, "system": "linux", "parts": parts}).encode())
        add("report.json", json.dumps(report).encode())
        add("settings.json", b'{"a":{}}')
        add("objects.jsonl", "".join(json.dumps(entry) + "\n" for entry in objects).encode())
        for part in parts:
            add(part["path"], b"{}")
    return out.getvalue()


EXPLAIN = ["explain", "--settings", "settings.toml", "--input"]
CONFORM = ["conform", "--case", "defaults", "--subject-cmd", "true", "--input"]
VALIDATE = ["validate"]
REPLAY = ["replay"]
VERIFY = ["conform", "verify"]

# The command, what its input is made of, and the input.
ROWS = [
    (EXPLAIN, "members of a batch", lambda n: line(joined(n, '"m{0}":1') + ',"events":[]')),
    (EXPLAIN, "attributes of a user", lambda n: line('"user_attributes":{' + joined(n, '"m{0}":"1"') + '},"events":[]')),
    (EXPLAIN, "members of an event", lambda n: line('"events":[{"event_type":"profile","data":{' + joined(n, '"m{0}":1') + "}}]")),
    (EXPLAIN, "events", lambda n: line('"events":[' + joined(n, '{{"event_type":"screen_view","data":{{"event_id":{0}}}}}') + "]")),
    (EXPLAIN, "wrong events", lambda n: line('"events":[' + joined(n, "{0}") + "]")),
    (VALIDATE, "wrong events", lambda n: line('"events":[' + joined(n, "{0}") + "]")),
    (VALIDATE, "wrong lines", lambda n: b'{"events":[1]}\n' * n),
    (CONFORM, "equal lines", lambda n: line('"events":[{"event_type":"screen_view","data":{}}]') * n),
    (REPLAY, "blocked events", lambda n: quarantined(n, '"events":[' + joined(n, '{{"event_type":"profile","data":{{"event_id":{0}}}}}') + "]")),
    (REPLAY, "blocked attributes", lambda n: quarantined(n, '"user_attributes":{' + joined(n, '"a{0}":"1"') + '},"events":[{"event_type":"profile","data":{"event_id":0}}]')),
    (VERIFY, "parts", lambda n: bundle(n, True)),
    (VERIFY, "wrong parts", lambda n: bundle(n, False)),
]


def processor_seconds(command, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="target/release/mp-forwarding")
    parser.add_argument("--most", type=int, default=60_000, help="the number of parts of the longest input")
    parser.add_argument("--only", default="", help="only rows whose command has this word")
    args = parser.parse_args()
    program, steps, is_linear = os.path.abspath(args.program), [args.most // 4, args.most // 2, args.most], True
    print(f"| command | of | {' | '.join(map(str, steps))} | ratio |\n|---|---|{'---|' * (len(steps) + 1)}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "settings.toml").write_text(SETTINGS)
        for arguments, what, text in ROWS:
            if args.only and args.only not in arguments:
                continue
            taken = []
            for count in [1, *steps]:
                (folder / "input").write_bytes(text(count))
                taken.append(processor_seconds([program, "-q", *arguments, "input"], folder))
            least, *taken = taken
            taken = [max(seconds - least, 0.001) for seconds in taken]
            ratio = taken[-1] / taken[-2]
            is_linear &= ratio <= LARGEST_RATIO
            shown = " | ".join(f"{seconds:.2f} s" for seconds in taken)
            print(f"| `{' '.join(arguments)}` | {what} | {shown} | {ratio:.1f} |", flush=True)
    return 0 if is_linear else 1


if __name__ == "__main__":
    sys.exit(main())
