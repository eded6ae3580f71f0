"""How fast single lines are checked, beside other validators for Python on the same lines, in one run on one core.

    pip install orjson jsonschema-rs fastjsonschema
    python benches/lines.py [LINES]

Prints lines per second of processor time and the ratios, best of three rounds. Exits with 1 if `check_line` is less than 4 times as fast as orjson and
jsonschema-rs, or less than 35 times as fast as orjson and fastjsonschema.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import fastjsonschema
import jsonschema_rs
import mp_forwarding
import orjson

Check = Callable[[list[bytes]], int]

LEAST = {"orjson + jsonschema-rs": 4.0, "orjson + fastjsonschema": 35.0}


def measured(check: Check, lines: list[bytes]) -> tuple[float, int]:
    """The lines per second of processor time, and how many lines were valid."""
    start = time.process_time()
    valid = check(lines)
    return len(lines) / (time.process_time() - start), valid


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    lines = list(mp_forwarding.generate(count))
    schema = mp_forwarding.schema("raw-batch")
    validator = mp_forwarding.Validator("raw")
    rust = jsonschema_rs.validator_for(schema)
    fast = fastjsonschema.compile(schema)

    def fastjsonschema_accepts(line: bytes) -> bool:
        try:
            fast(orjson.loads(line))
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    checks: dict[str, Check] = {
        "check_lines": lambda lines: sum(validator.check_lines(lines)),
        "check_line": lambda lines: sum(validator.check_line(line) for line in lines),
        "orjson alone": lambda lines: sum(orjson.loads(line) is not None for line in lines),
        "orjson + jsonschema-rs": lambda lines: sum(rust.is_valid(orjson.loads(line)) for line in lines),
        "orjson + fastjsonschema": lambda lines: sum(fastjsonschema_accepts(line) for line in lines),
    }
    # All of them in each round, so that another load of the machine does not meet one of them alone. fastjsonschema is slow: a
    # tenth of the lines gives the same rate.
    some = lines[: max(len(lines) // 10, 1)]
    rates = {name: (0.0, 0) for name in checks}
    for _ in range(3):
        for name, check in checks.items():
            rates[name] = max(rates[name], measured(check, some if "fastjsonschema" in name else lines))
    print(f"{len(lines)} lines, {sum(map(len, lines)) / 1e6:.1f} MB")
    ours = rates["check_line"][0]
    failed = False
    for name, (rate, valid) in rates.items():
        least = LEAST.get(name, 0.0)
        failed |= ours / rate < least
        bound = f" (at least {least:g})" if least else ""
        print(f"{name:24} {rate:10,.0f} lines/s, {valid} valid; check_line is {ours / rate:.1f} times as fast{bound}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
