"""Files and their reports."""

import re
import subprocess
from pathlib import Path

import mp_forwarding
import pytest
from mp_forwarding import Report, Settings, SettingsError, TargetError, UsageError, ValidateOptions, validate

SETTINGS = 'connection.s3_bucket_name = "mp-forwarding-acme"\nconnection.store_data_in_folders_by_date = "none"\n'


def test_a_report_is_the_mapping_that_the_command_writes(export: Path, tmp_path: Path) -> None:
    report = validate(export)
    file = tmp_path / "report.json"
    subprocess.run(["mp-forwarding", "validate", "--quiet", "--report", file, export], stdout=subprocess.DEVNULL)
    written = Report[mp_forwarding.ValidationSummary](file.read_text())
    assert set(report) == set(written)
    for name in set(report) - {"started_at", "milliseconds", "checks"}:
        assert report[name] == written[name], name
    assert report["summary"]["lines"] == 3
    assert report.summary["wrong_lines"] == 1
    assert (report.verdict, report.ok, report.incomplete) == ("FAILED", False, None)


def test_a_report_prints_as_the_table(export: Path) -> None:
    text = str(validate(export))
    assert "every line matches the schema" in text and "FAIL" in text and "\x1b" not in text
    assert text.splitlines()[-1].startswith("FAILED: ")


def test_a_notebook_shows_the_page_in_a_frame(export: Path) -> None:
    page = validate(export)._repr_html_()
    assert page.startswith("<iframe ") and page.count("<") == 2
    assert "every line matches the schema" in page


def test_every_format_can_be_rendered(export: Path) -> None:
    report = validate(export)
    for format in ("human", "json", "jsonl", "junit", "markdown", "html", "sarif", "badge", "github"):
        assert report.render(format)
    with pytest.raises(UsageError, match="unknown report format `pdf`"):
        report.render("pdf")
    with pytest.raises(UsageError):
        Report("{}")


def test_several_paths_patterns_and_options(export: Path) -> None:
    files = sorted(export.iterdir())
    assert validate([files[0], str(files[1])]).summary["files"] == 2
    assert validate(str(export / "*_00002.txt")).ok
    assert validate(files[1], names=True, jobs=1, strict=False, summary=True, since="2026-03-01").ok
    assert "contents" not in validate(files[1], summary=False).summary
    assert validate(export, max_errors=1).summary["stopped"]


def test_settings_are_a_file_or_an_object(export: Path, tmp_path: Path) -> None:
    file = tmp_path / "connection.toml"
    file.write_text(SETTINGS)
    with_file = validate(export, settings=file)
    with_object = validate(export, settings=Settings.load(file))
    assert with_file["findings"] == with_object["findings"]
    assert [check["outcome"] for check in with_file.checks] == [check["outcome"] for check in with_object.checks]


def test_what_cannot_be_read_is_in_the_report(tmp_path: Path) -> None:
    report = validate(tmp_path / "nowhere")
    assert report.verdict == "INCOMPLETE" and "nowhere" in str(report.incomplete)
    assert validate(tmp_path, allow_empty=True).ok
    assert not validate(tmp_path).ok


def test_what_cannot_be_used_is_an_error(export: Path, tmp_path: Path) -> None:
    for options, message in [
        (ValidateOptions(sample="200%"), "200%"),
        (ValidateOptions(max_errors=0), "--max-errors"),
        (ValidateOptions(since="2026-02-02", until="2026-02-01"), "no file matches both"),
        (ValidateOptions(baseline=tmp_path / "none.json"), "none.json"),
    ]:
        with pytest.raises(UsageError, match=re.escape(message)):
            validate(export, **options)
    with pytest.raises(UsageError, match="--tomorrow"):
        validate(export, tomorrow=1)  # type: ignore[call-arg]
    with pytest.raises(SettingsError) as caught:
        Settings.from_toml('connection.s3_bucket_name = "No Bucket"')
    assert len(caught.value.problems) == 2
    with pytest.raises(SettingsError, match="nowhere.toml"):
        validate(export, settings="nowhere.toml")


def test_a_target_that_cannot_be_reached_is_in_the_report() -> None:
    report = validate("s3://mp-forwarding-acme/x/", endpoint="http://127.0.0.1:1", deadline=0, region="us-east-1")
    assert report.verdict == "INCOMPLETE"
    assert issubclass(TargetError, OSError)


def test_every_option_of_the_command_is_an_option_here() -> None:
    text = subprocess.run(["mp-forwarding", "validate", "--help"], capture_output=True, text=True, check=True).stdout
    of_command = {name.replace("-", "_") for name in re.findall(r"^ +(?:-\w, )?--([a-z-]+)", text, re.MULTILINE)}
    # Where reports are written, and what is printed; `--no-summary` is `summary=False`.
    others = {"partial", "report", "format", "no_summary", "quiet", "verbose", "color", "log", "help", "version"}
    assert of_command - others == set(ValidateOptions.__annotations__)


def test_the_types_of_a_report_are_those_of_its_schema() -> None:
    schema = mp_forwarding.schema("report")
    definitions = schema["$defs"]
    for name, typed in {
        "Place": mp_forwarding.Place,
        "Finding": mp_forwarding.Finding,
        "Validation": mp_forwarding.ValidationSummary,
        "Policies": mp_forwarding.PoliciesSummary,
    }.items():
        assert set(definitions[name]["properties"]) == set(typed.__annotations__), name
    check = definitions["Check"]
    of_outcomes = {name for one in check["oneOf"] for name in one["properties"]}
    assert set(check["properties"]) | of_outcomes == set(mp_forwarding.Check.__annotations__)
