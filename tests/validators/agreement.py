"""Compares independent validators: python agreement.py MODULES SCHEMAS INSTANCES

MODULES is the folder `node_modules` with ajv and @sourcemeta/jsonschema, SCHEMAS the folder with the published schemas,
INSTANCES the folder that the test `instances_for_other_validators` wrote. Prints a table; exits with 1 unless every
validator accepts every schema and gives the expected result for every instance.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from jsonschema import Draft202012Validator

MODULES, SCHEMAS, INSTANCES = map(Path, sys.argv[1:])
HERE = Path(__file__).parent
LEAST = 2000
EXACT = 2**53
VERDICT = re.compile(r"^(ok|fail): .* \(entry #(\d+)\)$", re.MULTILINE)


def numbers(value):
    """Every number in a value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for element in value:
            yield from numbers(element)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def by_rust(lines):
    return [line["rust"] for line in lines]


def by_python(lines):
    validators = {}
    for path in SCHEMAS.glob("*.schema.json"):
        schema = json.loads(path.read_text())
        Draft202012Validator.check_schema(schema)
        validators[path.name] = Draft202012Validator(schema)
        for example in schema["examples"]:
            validators[path.name].validate(example)
    return [validators[line["schema"]].is_valid(line["instance"]) for line in lines]


def by_ajv(lines):
    validator = ["node", HERE / "ajv.mjs", MODULES, SCHEMAS, *files()]
    return [verdict == "true" for verdict in output(validator).split()]


def by_sourcemeta(lines):
    program = MODULES / ".bin" / "jsonschema"
    output([program, "metaschema", SCHEMAS])
    verdicts = []
    with tempfile.TemporaryDirectory() as folder:
        for schema in dict.fromkeys(line["schema"] for line in lines):
            # It reads a file as lines only with this extension.
            path = Path(folder) / f"{schema}.jsonl"
            mine = [line["instance"] for line in lines if line["schema"] == schema]
            path.write_text("".join(json.dumps(instance) + "\n" for instance in mine))
            validator = [program, "validate", "--fast", "--continue", "--verbose", SCHEMAS / schema, path]
            said = {int(entry): verdict == "ok" for verdict, entry in VERDICT.findall(output(validator, 2))}
            verdicts += [said[entry] for entry in range(1, len(mine) + 1)]
    return verdicts


def output(command, *also_good):
    """The output of a program. Its exit code must be 0 or one of `good`."""
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if run.returncode not in (0, *also_good):
        sys.exit(f"{command[0]} ended with {run.returncode}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return run.stdout + run.stderr


def files():
    return sorted(INSTANCES.glob("*.ndjson"))


def main():
    lines = [json.loads(line) for path in files() for line in path.read_text("utf-8").splitlines()]
    if len(lines) < LEAST:
        sys.exit(f"only {len(lines)} instances in {INSTANCES}, expected at least {LEAST}")
    for line in lines:
        # JavaScript would read another number than the one that is written: beyond 2^53 only strings are compared.
        if any(abs(number) > EXACT for number in numbers(line["instance"])):
            sys.exit(f"a number past 2^53 in {line}")

    validators = {"Rust jsonschema": by_rust, "ajv": by_ajv, "Python jsonschema": by_python, "sourcemeta": by_sourcemeta}
    failed = False
    print(f"{len(lines)} instances, {sum(line['valid'] for line in lines)} made to be valid")
    print(f"{'validator':20} {'accepted':>8} {'refused':>8} {'disagreements':>13}")
    for name, validator in validators.items():
        verdicts = validator(lines)
        if len(verdicts) != len(lines):
            sys.exit(f"{name} gave {len(verdicts)} verdicts on {len(lines)} instances")
        wrong = [line for line, verdict in zip(lines, verdicts) if verdict != line["valid"]]
        print(f"{name:20} {sum(verdicts):8} {len(lines) - sum(verdicts):8} {len(wrong):13}")
        for line in wrong[:3]:
            print(f"  {line['schema']}, broken at {line['broken']}: {json.dumps(line['instance'])}")
        failed = failed or bool(wrong)
    sys.exit(failed)


main()
