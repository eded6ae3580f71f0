"""Checks that the reports of one run can be opened in common viewers.

check.py PROGRAM CHROMIUM JUNIT_XSD FOLDER: runs `PROGRAM conform` with every report format into FOLDER, checks the JUnit
document with the schema of Jenkins' xUnit plugin, and opens the page in Chromium in light and in dark mode.
"""

import json
import pathlib
import re
import subprocess
import sys

from lxml import etree

from browser import Browser

FORMS = ["report.json", "report.xml", "report.md", "report.html", "badge.json"]


def main():
    program, chromium, xsd, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    problems = []
    schema = etree.XMLSchema(etree.parse(xsd))
    # A run without faults, and one that violates its settings and has findings.
    runs = {"good": (["--suite", "quick"], 0)}
    for name, (arguments, code) in runs.items():
        place = folder / name
        place.mkdir(parents=True)
        reports = [argument for form in FORMS for argument in ("--report", str(place / form))]
        outcome = subprocess.run([program, "conform", "--quiet", *arguments, *reports])
        if outcome.returncode != code:
            sys.exit(f"conform {' '.join(arguments)} ended with {outcome.returncode}")
        problems += [f"{name}: {problem}" for problem in junit(schema, place) + page(chromium, place)]
    if problems:
        sys.exit("\n".join(problems))


def checks(place):
    return json.loads((place / "report.json").read_text())["checks"]


def junit(schema, place):
    document = etree.parse(str(place / "report.xml"))
    problems = [] if schema.validate(document) else [f"report.xml: {error}" for error in schema.error_log]
    cases = document.findall(".//testcase")
    counted = {
        "pass": [case for case in cases if case.find("failure") is None and case.find("skipped") is None],
        "fail": [case for case in cases if case.find("failure") is not None],
    }
    for outcome, found in counted.items():
        expected = sum(check["outcome"] == outcome for check in checks(place))
        if len(found) != expected:
            problems.append(f"report.xml: {len(found)} cases with {outcome}, the report has {expected}")
    print(f"{place.name}: {len(cases)} cases of JUnit, as junit-10.xsd wants them")
    return problems


def page(chromium, place):
    url = (place / "report.html").resolve().as_uri()
    problems = []
    with Browser(chromium) as browser:
        for scheme in ["light", "dark"]:
            tab = browser.open(url, scheme)
            rows = tab.value("document.querySelectorAll('#checks tbody tr').length")
            ground = tab.value("getComputedStyle(document.body).backgroundColor")
            tab.screenshot(place / f"{scheme}.png")
            problems += [f"{scheme}: the console says {complaint}" for complaint in tab.complaints()]
            asked = [asked for asked in tab.requests() if asked != url and not asked.startswith("data:")]
            problems += [f"{scheme}: the page asks for {asked}" for asked in asked]
            if tab.value("document.querySelectorAll('figure svg').length") != 2:
                problems.append(f"{scheme}: sizes and lateness are not drawn")
            if rows != len(checks(place)):
                problems.append(f"{scheme}: {rows} rows, the report has {len(checks(place))} checks")
            brightness = sum(int(part) for part in re.findall(r"\d+", ground)[:3]) / 3
            if (brightness > 127) != (scheme == "light"):
                problems.append(f"{scheme}: the ground is {ground}")
            print(f"{place.name}, {scheme}: {rows} rows, {len(tab.requests())} request, ground {ground}")
    return problems


main()
