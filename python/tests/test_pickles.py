"""What goes to another process."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import mp_forwarding
import pytest
from mp_forwarding import Report, Settings, SettingsError, TargetError, UsageError, ValidationSummary, Validator

SETTINGS = """
[configuration]
aws_region = "eu-west-1"
[connection]
s3_bucket_name = "mp-forwarding-acme"
store_data_in_folders_by_date = "event_time"
[engine]
profile = "dev"
uploads = 3
"""


T = TypeVar("T")


def again(thing: T) -> T:
    """A copy, as another process gets it."""
    copy: T = pickle.loads(pickle.dumps(thing))
    return copy


def test_a_validator_pickles() -> None:
    copy = again(Validator("raw", strict=True))
    assert (copy.form, copy.strict) == ("raw", True)


def test_a_fault_pickles() -> None:
    faults = Validator().explain(b'{"environment":"prod"}') + Validator().explain(b"{")
    assert again(faults) == faults


def test_settings_pickle_with_every_option() -> None:
    settings = Settings.from_toml(SETTINGS)
    assert again(settings) == settings
    assert '"dev"' in settings.to_json()


def test_settings_with_a_key_do_not_pickle_and_do_not_show_it() -> None:
    text = SETTINGS.replace("[connection]", 'access_key_id = "AKIAEXAMPLE"\nsecret_access_key = "hush"\n[connection]')
    settings = Settings.from_toml(text)
    with pytest.raises(TypeError, match="engine.iam_user") as caught:
        pickle.dumps(settings)
    shown = f"{caught.value}{settings!r}{settings.to_json()}{settings['access_key_id']}"
    assert "hush" not in shown and "AKIA" not in shown


def test_batches_continue_where_they_were() -> None:
    batches = mp_forwarding.generate(10, seed=3)
    first = [next(batches) for _ in range(4)]
    copy = again(batches)
    rest = list(batches)
    assert list(copy) == rest
    assert first + rest == list(mp_forwarding.generate(10, seed=3))
    assert len(rest) == 6


def test_a_report_pickles(export: Path) -> None:
    report = mp_forwarding.validate(export)
    copy = again(report)
    assert copy == report and copy.to_json() == report.to_json()


@pytest.mark.parametrize("error", [UsageError("a"), TargetError("b"), SettingsError("c", ["d", "e"])])
def test_errors_pickle(error: mp_forwarding.Error) -> None:
    copy = again(error)
    assert type(copy) is type(error) and str(copy) == str(error)
    if isinstance(copy, SettingsError):
        assert copy.problems == ["d", "e"]


def check(path: Path) -> Report[ValidationSummary]:
    return mp_forwarding.validate(path)


def test_a_pool_of_processes_returns_reports(export: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        reports = list(pool.map(check, sorted(export.iterdir())))
    assert [report.summary["lines"] for report in reports] == [2, 1]
