"""Checks the arguments in every resource and data source of terraform/ by the schema of another version of AWS's provider: the modules
are applied with one version, and `>= 5.80` promises the next ones too.

usage: provider_arguments.py FOLDER [SCHEMA], where SCHEMA is what `terraform providers schema -json` writes. Without it nothing is
checked. Types are not checked, and neither is what a `dynamic` block repeats.
"""

import json
import pathlib
import re
import sys

META = {"count", "for_each", "depends_on", "provider", "lifecycle"}
HEADER = re.compile(r'^(resource|data) "(aws_\w+)" "\w+" \{$')
LINE = re.compile(r'^( *)(?:dynamic "(\w+)"|(\w+)) *(=(?! *=)|\{)')


def problems(block, lines, indent, where):
    """What the schema of a block does not know in its lines, and what it requires and they do not have."""
    seen, number = set(), 0
    blocks, arguments = block.get("block_types", {}), block.get("attributes", {})
    while number < len(lines):
        match = LINE.match(lines[number])
        number += 1
        if not match or len(match[1]) != indent:
            continue
        name, opened = match[2] or match[3], number
        seen.add(name)
        if match[4] == "=":
            argument = arguments.get(name)
            if name not in META and (argument is None or not (argument.get("required") or argument.get("optional"))):
                yield f"{where}: `{name}` is no argument"
            continue
        if not lines[number - 1].endswith("{}"):
            while not lines[number].startswith(" " * indent + "}"):
                number += 1
        if name in META:
            continue
        if name not in blocks:
            yield f"{where}: `{name}` is no block"
            continue
        inner, step = lines[opened:number], 2
        if match[2]:
            content = next(place for place, line in enumerate(inner) if line.strip() == "content {")
            inner, step = inner[content + 1 : -1], 4
        yield from problems(blocks[name]["block"], inner, indent + step, f"{where}.{name}")
    required = {name for name, argument in arguments.items() if argument.get("required")}
    required |= {name for name, kind in blocks.items() if kind.get("min_items", 0) > 0}
    for name in sorted(required - seen):
        yield f"{where}: `{name}` is missing"


def main(folder, schema=None):
    if schema is None:
        print("provider arguments: no schema, nothing is checked")
        return 0
    (provider,) = json.loads(pathlib.Path(schema).read_text())["provider_schemas"].values()
    schemas = {"resource": provider["resource_schemas"], "data": provider["data_source_schemas"]}
    found, checked = [], 0
    for path in sorted(pathlib.Path(folder).glob("*/*/*.tf")):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if header := HEADER.match(line):
                end = lines.index("}", number)
                if header[2] not in schemas[header[1]]:
                    found.append(f"{path}: the schema has no {header[1]} `{header[2]}`")
                    continue
                block = schemas[header[1]][header[2]]["block"]
                found += problems(block, lines[number + 1 : end], 2, f"{path}:{number + 1} {header[2]}")
                checked += 1
            elif re.match(r'^(resource|data) "aws_\w+" "\w+" \{\}$', line):
                checked += 1
    print(*found, f"provider arguments: {checked} blocks, {len(found)} problems", sep="\n")
    return 1 if found or not checked else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
