#!/usr/bin/env python3
"""Compares the speed of `mp-forwarding validate` with other validators and readers, as whole processes.

    python3 benches/validate/compare.py [--megabytes 200] [--seed 7] [--rounds 3] [--first]

Builds the program, installs the other validators into a cache (PyPI and npm), makes the lines with `mp-forwarding
generate`, and runs every program on the same file and with the same schema, if it has one. In a round they run one after
the other, and ratios are computed for each round, to reduce the effect of a machine whose speed changes. On one core the
result is processor time (user and system). On two cores it is elapsed time, which is meaningful only on an idle machine
or with `--first`. Needs Linux, Python 3.10 and Node.js 16.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCHEMA = ROOT / "schema" / "batch.schema.json"
AJV, SOURCEMETA, JSONSCHEMA_RS, ORJSON = "8.20.0", "16.11.0", "0.61.0", "3.13.0"


# sourcemeta's validator stops at integers that do not fit 64 bits.
PAST_64_BITS = re.compile(rb"[:,\[]-?\d{20,}")


class Contender:
    """A command, the number of its cores, and whether it prints the number of valid lines."""

    # Whether a contender has priority over all other processes.
    first = False

    def __init__(self, name, command, cores=1, counts=True):
        self.name, self.command, self.cores, self.counts = name, [str(word) for word in command], cores, counts
        self.seconds, self.passed, self.peaks = [], [], []

    def run(self):
        """One run: processor seconds, elapsed seconds, peak memory in MiB."""
        cores = sorted(os.sched_getaffinity(0))[: self.cores]

        def prepare():
            os.sched_setaffinity(0, cores)
            if self.first:
                os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))

        started = time.monotonic()
        process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True, preexec_fn=prepare)
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        passed = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{self.name}: exit code {process.returncode}")
        self.seconds.append(usage.ru_utime + usage.ru_stime)
        self.passed.append(passed)
        self.peaks.append(usage.ru_maxrss / 1024)
        return output


def ratio(of, to):
    """The median of the ratios of all rounds."""
    return statistics.median(a / b for a, b in zip(of, to))


def built(*arguments):
    """Builds the programs, and returns their paths by target name."""
    command = ["cargo", *arguments, "--locked", "--message-format=json-render-diagnostics"]
    lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    artifacts = [json.loads(line) for line in lines]
    return {artifact["target"]["name"]: artifact["executable"] for artifact in artifacts if artifact.get("executable")}


def installed():
    """The folder with the validators of other languages."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "mp-forwarding-bench"
    folder = cache / f"{AJV}-{SOURCEMETA}-{JSONSCHEMA_RS}-{ORJSON}"
    if not folder.is_dir():
        new = folder.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", new], check=True)
        pypi = [f"jsonschema-rs=={JSONSCHEMA_RS}", f"orjson=={ORJSON}"]
        subprocess.run([new / "bin" / "python", "-m", "pip", "install", "--quiet", *pypi], check=True)
        npm = [f"ajv@{AJV}", f"@sourcemeta/jsonschema@{SOURCEMETA}"]
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", new, *npm], check=True)
        new.rename(folder)
    return folder


def lines_of(program, bench, seed, megabytes, folder):
    """A file of valid lines, and the same as gzip. Its extension is .jsonl, because otherwise sourcemeta's reads one line."""
    plain, packed = folder / f"{seed}-{megabytes}.jsonl", folder / f"{seed}-{megabytes}.gz"
    if packed.exists():
        return plain, packed
    # Much of what real clients send is not in the form that is exported, and would be a fault for every validator.
    generate = [program, "generate", "--seed", str(seed), "--batches"]
    keep = [bench, "--alone", "right", "/dev/stdin"]

    def right(batches, out):
        made = subprocess.Popen([*generate, str(batches)], stdout=subprocess.PIPE)
        kept = subprocess.Popen(keep, stdin=made.stdout, stdout=subprocess.PIPE)
        out.writelines(line for line in kept.stdout if not PAST_64_BITS.search(line))
        if made.wait() != 0 or kept.wait() != 0:
            sys.exit("the lines could not be made")

    with open(plain, "wb") as out:
        right(2000, out)
    batches = megabytes * 1_000_000 * 2000 // plain.stat().st_size
    with open(plain, "wb") as out:
        right(batches, out)
    with open(plain, "rb") as text, gzip.open(packed, "wb", compresslevel=6) as out:
        shutil.copyfileobj(text, out, 1 << 20)
    return plain, packed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--first", action="store_true", help="go before all other processes of a busy machine; as root")
    options = parser.parse_args()
    Contender.first = options.first

    programs = built("build", "--release", "--workspace", "--bins")
    program, bench = programs["mp-forwarding"], programs["validate-bench"]
    others = installed()
    folder = Path(program).parent.parent / "bench-validate"
    folder.mkdir(exist_ok=True)
    plain, packed = lines_of(program, bench, options.seed, options.megabytes, folder)
    first = folder / "first.jsonl"
    with open(plain, "rb") as text:
        first.write_bytes(text.readline())

    def ours(*arguments):
        return [program, "--quiet", "validate", "--format", "json", *arguments]

    def alone(name, *arguments, **options):
        return Contender(name, [bench, "--alone", *arguments], **options)

    python, node = others / "bin" / "python", shutil.which("node")
    this = Contender("mp-forwarding validate", ours("--jobs", "1", plain))
    without = Contender("mp-forwarding validate --no-summary", ours("--jobs", "1", "--no-summary", plain))
    general = [
        alone("jsonschema crate, serde_json::Value", "jsonschema", plain),
        Contender("PyPI jsonschema-rs, orjson", [python, HERE / "pypi.py", SCHEMA, plain]),
        Contender("ajv", [node, HERE / "ajv.mjs", others / "node_modules", SCHEMA, plain]),
        Contender(
            "sourcemeta jsonschema --fast",
            [others / "node_modules" / ".bin" / "jsonschema", "validate", "--fast", SCHEMA, plain],
            counts=False,
        ),
    ]
    limits = [
        alone("sonic-rs IgnoredAny", "sonic-rs", plain),
        alone("simd-json tape", "simd-json", plain),
        alone("memchr of the line ends", "memchr", plain, counts=False),
        alone("read", "read", plain, counts=False),
    ]
    two = Contender("mp-forwarding validate, two cores", ours("--jobs", "2", plain), cores=2)
    unpacked = Contender("mp-forwarding validate, gzip, two cores", ours("--jobs", "2", packed), cores=2)
    inflate = alone("inflate alone", "inflate", packed, counts=False, cores=2)
    start = Contender("mp-forwarding validate, one line", ours(first), cores=2, counts=False)

    size = plain.stat().st_size / 1e6
    print(f"{size:.0f} MB, {options.rounds} rounds; load of the machine at the start: {os.getloadavg()[0]:.1f}", flush=True)
    right = {}
    everything = [this, without, *general, *limits, two, unpacked, inflate]
    for _ in range(options.rounds):
        for contender in everything:
            output = contender.run()
            if contender.counts:
                report = output.strip()
                # Our report says how many lines there are and how many of them are wrong.
                summary = json.loads(report)
                counted = summary if isinstance(summary, int) else summary["lines"] - summary["wrong_lines"]
                right.setdefault(counted, set()).add(contender.name)
    for _ in range(max(10, options.rounds)):
        start.run()

    def row(contender, seconds):
        speed = size / statistics.median(seconds)
        print(f"{contender.name:38} {speed:7.0f} {statistics.median(contender.peaks):9.0f}", end="")

    print(f"\n{'one core, time on the processor':38} {'MB/s':>7} {'peak MiB':>9} {'ours is':>13} {'without summary':>17}")
    for contender in [this, without, *general, *limits]:
        row(contender, contender.seconds)
        quicker = ratio(contender.seconds, this.seconds), ratio(contender.seconds, without.seconds)
        print(f" {quicker[0]:6.2f} times {quicker[1]:11.2f} times")
    print(f"\n{'two cores, time that passed':38} {'MB/s':>7} {'peak MiB':>9}")
    for contender in [this, two, inflate, unpacked]:
        row(contender, contender.passed)
        print()
    print(f"\nright lines: {', '.join(f'{count} say {len(names)}' for count, names in right.items())}")
    best = min(general, key=lambda contender: statistics.median(contender.seconds))
    goals = [
        (f"the best general validator ({best.name}) takes", ratio(best.seconds, this.seconds), "times ours", "at least 4"),
        ("speed of sonic-rs IgnoredAny", ratio(limits[0].seconds, this.seconds), "of it", "at least 0.5"),
        ("two cores against one", ratio(this.passed, two.passed), "times", "at least 1.7"),
        ("gzip on two cores against inflate alone", ratio(unpacked.passed, inflate.passed), "times", "at most 1.15"),
        ("peak memory", max(map(max, (this.peaks, two.peaks, unpacked.peaks))), "MiB", "under 64"),
        ("start to the verdict on one line", statistics.median(start.passed) * 1000, "ms", "under 20"),
    ]
    print("\ngoal")
    for what, value, unit, goal in goals:
        print(f"  {what}: {value:.2f} {unit} ({goal})")
    if len(right) > 1:
        sys.exit(f"the contenders do not agree: {right}")


if __name__ == "__main__":
    main()
