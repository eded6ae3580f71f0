"""jsonschema-rs over what orjson reads, line by line: pypi.py SCHEMA FILE. Prints how many lines it takes."""

import sys

import jsonschema_rs
import orjson

with open(sys.argv[1], "rb") as schema:
    is_valid = jsonschema_rs.validator_for(orjson.loads(schema.read())).is_valid
loads = orjson.loads
with open(sys.argv[2], "rb") as lines:
    print(sum(1 for line in lines if is_valid(loads(line))))
