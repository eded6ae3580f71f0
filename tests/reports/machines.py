"""Checks the machine-readable reports with the schemas that their readers publish.

machines.py PROGRAM JUNIT_XSD SARIF_SCHEMA FOLDER: writes a broken export and a careless policy into FOLDER, has `PROGRAM
validate` and `PROGRAM policy check` report on them, and holds JUnit against the schema of Jenkins' xUnit plugin and SARIF
against OASIS'.
"""

import json
import pathlib
import subprocess
import sys

import jsonschema
from lxml import etree

RIGHT = '{"environment":"production"}\n'
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}'
HOSTILE = "a <b> & 'c' \u00e9 \u2028.txt"


def main():
    program, xsd, sarif, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    (folder / "export").mkdir(parents=True)
    (folder / "export" / HOSTILE).write_text(f'{RIGHT}\n{{"environment":7,"events":[{{}}]}}\n\ufeff{RIGHT}')
    (folder / "good.txt").write_text(RIGHT)
    (folder / "policy.json").write_text(POLICY)
    runs = {
        "good": (["validate", "good.txt"], 0),
        "broken": (["validate", "export", "--report", "baseline.json"], 1),
        "known": (["validate", "export", "--baseline", "baseline.json"], 0),
        "unread": (["validate", "export", "missing.txt"], 2),
        "policy": (["policy", "check", "policy.json"], 1),
    }
    junit, validator = etree.XMLSchema(etree.parse(xsd)), jsonschema.Draft7Validator(json.loads(pathlib.Path(sarif).read_text()))
    problems = []
    for name, (arguments, code) in runs.items():
        files = [f"{name}.sarif", f"{name}.xml"]
        reports = [word for file in files for word in ("--report", file)]
        outcome = subprocess.run([program, "--quiet", *arguments, *reports], cwd=folder, stderr=subprocess.DEVNULL)
        if outcome.returncode != code:
            problems.append(f"{name}: exit code {outcome.returncode}, not {code}")
        document = json.loads((folder / f"{name}.sarif").read_text())
        problems += [f"{name}.sarif: {error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        tree = etree.parse(str(folder / f"{name}.xml"))
        problems += [] if junit.validate(tree) else [f"{name}.xml: {error}" for error in junit.error_log]
        results, cases = len(document["runs"][0]["results"]), len(tree.findall(".//testcase"))
        print(f"{name}: {results} results of SARIF and {cases} cases of JUnit, as their schemas want them")
    if problems:
        sys.exit("\n".join(problems))


main()
